"""The loop of the process and what runs in it: services, log, signals, reload, shutdown."""
