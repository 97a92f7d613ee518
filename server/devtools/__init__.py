"""Tools to test and debug: play captures, shrink demos that fail, write tests. The server does not import them."""
