"""What a room says to the sidecar of Agones, when, and what it reads in the answers. Pure."""
