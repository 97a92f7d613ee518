"""The authority: one process is one room.

Read in this order: `room` (who is in, what they agree on), `rounds` and `match` (one round), `feed` (what is told of
it); then the shell: `outbox` (what waits to be sent), `peers` and `crowd` (one connection, all of them), `post` (mail
to sockets), `net` (one turn of the loop), `loop` (when a turn is due), `config` and `__main__` (how it all starts).
"""
