"""Keyboards, game pads and the mouse: what is held, and what was pressed."""
