"""The words of this build: what it knows beyond the first build of the version of the protocol (PROTOCOL.md)."""

MODES_WORD = "modes"  # a server that has it knows Setup.mode and the two fields after it
ITEMS_WORD = "items"  # a server that has it knows Setup.items
PLAYERS_WORD = "players"  # a server that has it knows the message Players
MAP_VOTE_WORD = "map-vote"  # a server that has it knows Setup.map_vote and the message MapVote
SIDES_WORD = "sides"  # a server that has it knows the message SideChoice, and sends Sides
# Of a client that watches: it passes on what it is sent. In Welcome: this is a relay, where every client only watches.
RELAY_WORD = "relay"
# Of a connection with a ticket: a standby, which keeps a copy of the room. In Welcome: this server can have standbys.
STANDBY_WORD = "standby"
SERVER_WORDS = (MODES_WORD, ITEMS_WORD, PLAYERS_WORD, MAP_VOTE_WORD, SIDES_WORD, STANDBY_WORD)  # in Welcome
