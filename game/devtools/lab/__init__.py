"""`petard lab`: a wrong way to use sockets, tried out; the symptom is shown within seconds."""
