"""The subcommands of `petard-server replay`, one module each."""
