"""Tickets of another system (a PSA, a helpdesk) and ours in step: maps, who wins, echoes. Pure."""
