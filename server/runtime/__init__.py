"""The main loop and what it needs: services, signals, reload, drain, log output."""
