"""Recorded matches: written while they run, read as far as they are whole, run again, watched, compared."""
