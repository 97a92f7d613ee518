"""The wire protocol between client and server.

Reading order: `messages` (the message types), `link` (which is legal when; the object that both ends use), `codec`
(messages to bytes and back), `fields` and `schema` (how a field is checked), `names` (which text is safe to
show). PROTOCOL.md describes the same for authors of other clients.
"""
