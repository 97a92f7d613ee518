"""Servers that the server of the game is compared with; each prints {"port": N} once it listens."""
