"""The web page: what burns, who has it, what comes next, and the commands to act on it; rendered on the server."""
