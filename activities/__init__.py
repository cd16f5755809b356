"""What is asked of the outside: one class for each port, its dependencies by constructor."""
