"""The client's one socket. Nothing in here ever waits."""
