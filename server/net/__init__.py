"""Sockets of people: who connects, who is let in, what is read and sent."""
