"""Tools for people who write servers, clients and bots of their own, or learn how ours work. None needs a screen."""
