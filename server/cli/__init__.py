"""What petard-server does for people who look for servers: `list` and `ping`."""
