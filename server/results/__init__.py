"""Results and bans in a file of SQLite: opened and brought up to date, written, read, shown as a table."""
