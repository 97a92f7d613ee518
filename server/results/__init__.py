"""Results and bans in a SQLite file."""
