"""How the pictures are drawn: a pen, and one module for each kind of thing. Only make_sprites uses this."""
