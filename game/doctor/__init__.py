"""The doctor: why a server cannot be seen, in one sentence, and what to do about it."""
