"""The room itself: who is in, what is played, what everybody is told. Pure."""
