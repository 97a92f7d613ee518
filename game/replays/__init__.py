"""Demos on this computer: stored, listed, exported as films, timed."""
