"""Benchmarks: each module with a `main` is a command, `python -m bench.NAME`, that prints tables."""
