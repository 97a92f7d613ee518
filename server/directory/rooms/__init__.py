"""The list of public rooms: who announces which room, which of them are listed, and what a query returns. Pure."""
