"""What this client knows of a server, a room and a round, and what it sends. Draws nothing. Pure."""
