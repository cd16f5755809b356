"""An event log of another system: read, understood, and told as journal entries."""
