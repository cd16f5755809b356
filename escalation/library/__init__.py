"""The documents that the desk works by."""
