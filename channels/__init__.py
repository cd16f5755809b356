"""The ways out: mail, webhook and apprise, and which of them a message takes."""
