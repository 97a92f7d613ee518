"""Window, keys, pads and sounds: the only part of the client that knows pygame. No rules in here."""
