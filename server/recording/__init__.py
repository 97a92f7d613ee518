"""What is written while people play: recordings, and captures of the wire."""
