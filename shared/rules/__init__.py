"""The game itself: whole numbers in, whole numbers out, the same on every machine.

Only `step.step` changes a World. Nothing here knows of clocks, sockets, files, pictures or the other packages.
"""
