"""The wire protocol between client and server.

Reading order: `messages` (the message types), `link` (which is legal when; the object that both ends use), `codec`
(messages to bytes and back), `fields` and `schema` (the values that a field may hold), `names` (which text is safe to
show). PROTOCOL.md describes the same for authors of other clients.
"""
