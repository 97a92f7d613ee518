"""`petard conform`: checks whether a server or a client of any language keeps to PROTOCOL.md."""
