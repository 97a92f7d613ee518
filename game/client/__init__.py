"""The client that draws nothing: session, timeline, view, cues. Pure."""
