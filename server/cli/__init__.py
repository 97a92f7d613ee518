"""The subcommands of petard-server, one module each; server/config/config.py has the list."""
