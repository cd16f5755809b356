"""Other systems that tickets are kept in step with, each over its own API."""
