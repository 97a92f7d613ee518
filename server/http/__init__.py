"""What can be seen of a server from outside: a page for people, figures for machines, and whether it lives.

Read in this order: `figures` (what the loop hands over), `site` (which path gives what), `pages`, `picture`, `told` and
`metrics` (what stands there); then the shell: `request` (bytes to a request), `server` (threads and their limits),
`service` (its turn in the loop). `command` is `petard-server status`, which reads all this from another machine.
"""
