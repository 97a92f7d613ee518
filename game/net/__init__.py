"""The byte stream to the server. Nothing in here ever waits."""
