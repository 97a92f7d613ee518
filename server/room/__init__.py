"""The room: members, seats, lobby, matches, rounds, chat, and the messages for all of them. Pure."""
