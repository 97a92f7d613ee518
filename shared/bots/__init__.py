"""Bots: they see what a client sees, react no faster than a person, and return the keys to hold."""
