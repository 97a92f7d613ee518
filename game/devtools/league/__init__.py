"""`petard league`: lets programs play against each other, and prints a table."""
