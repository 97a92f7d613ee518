"""What both ends agree on. Pure: no pygame, no sockets, no files, no clock, no `random`, no print."""
