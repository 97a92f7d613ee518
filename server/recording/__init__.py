"""What is written while people play: demos, and captures of the wire."""
