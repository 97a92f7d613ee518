"""The subcommands of petard-server, one module each; server/config/command_line.py has the list."""
