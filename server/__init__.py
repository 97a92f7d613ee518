"""The authoritative server: one process is one room.

Read in this order: `room` (members, lobby, match, round), `policy` (limits, passwords, bans, commands), `net`
(sockets), `runtime` (main loop, services), `config`, and `__main__`, which starts it all.
"""
