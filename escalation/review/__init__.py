"""The post-escalation review: drafted from the journal, decided by a person."""
