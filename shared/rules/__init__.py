"""The rules of the game: whole numbers in, whole numbers out, with the same result on every machine.

Only `step.step` changes a World. Nothing here uses clocks, sockets, files, pictures or the other packages.
"""
