"""Draws pictures: the canvas, the board, what is on it, and the texts over it."""
