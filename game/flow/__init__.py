"""What happens in which order: the main loop, the screens, connecting and reconnecting to servers."""
