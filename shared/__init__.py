"""What both ends agree on. Pure but for `discovery`: no pygame, socket, file, clock, `random`, print."""
