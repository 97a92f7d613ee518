"""Players made of rules: they see what a client sees, think as fast as a person may, and answer with keys."""
