"""The process that keeps a copy of a room at a player's computer, and goes on with the room when its server is lost."""
