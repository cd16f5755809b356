"""Practising triage: made-up tickets, a person's answers, and what the rules themselves do with the same tickets."""
