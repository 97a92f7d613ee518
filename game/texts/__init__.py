"""What the window says, in each language."""
