"""Sockets: listeners, connections, the handshake, reading and sending."""
