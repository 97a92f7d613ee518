"""The command line and the settings file of the client."""
