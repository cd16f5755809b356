"""Keeping tickets and the records of another system in step."""
