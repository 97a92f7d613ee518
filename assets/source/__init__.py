"""Scripts that draw the pictures and make the sounds; not part of the wheel. Run make_sprites or make_sounds."""
