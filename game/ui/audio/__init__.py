"""What is heard: sounds and music, played where this machine can, decoded in the background."""
