"""What client and server say to each other.

Read in this order: `messages` (what can be said), `link` (when, and the object you use), `codec` (how it looks),
`fields` and `kinds` (what a field may hold), `names` (which text is fit to be shown). PROTOCOL.md is the same for
those who write another client.
"""
