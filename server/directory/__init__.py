"""petard-directory: a list of public rooms over HTTP. docs/directory.md says what it answers."""
