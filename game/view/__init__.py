"""What a picture shows, computed from what the client knows. Pure."""
