"""Decisions that need no socket, clock or file: limits, bans, votes, passwords, commands. Pure."""
