"""Audits: what the tickets of a week, a month or a quarter say about how the desk escalates. Pure."""
