"""A network in one process, on virtual time: a real server, real clients, and lines that bend at will.

`lan.py` is the way in; each file is one thing, from the pipe up to the people. Nothing here sleeps or has a thread, and
all chance comes from one seed: the same seed gives the same bytes.
"""
