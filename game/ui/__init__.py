"""Window, keys, pads and sounds. Nearly all use of pygame is here, and no rule of the game is."""
