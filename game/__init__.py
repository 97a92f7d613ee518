"""Petard's client: what one person sees, hears and presses. It imports `shared` and `assets`, never `server`."""
