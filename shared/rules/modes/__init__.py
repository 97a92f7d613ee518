"""How a round is won: one file for each mode."""
