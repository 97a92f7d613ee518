"""More or fewer people play at this computer, while it is on a server."""

from dataclasses import replace

from petard.game.client.client_link import ClientLink
from petard.game.client.room_state import RoomState
from petard.shared.protocol.capability_words import PLAYERS_WORD
from petard.shared.protocol.later_messages import Players


def can_change_players(room: RoomState) -> bool:
    """Return whether the server lets more or fewer people play here, and lets each have a name."""
    return room.welcome is not None and PLAYERS_WORD in room.welcome.words


def change_players(link: ClientLink, room: RoomState, names: tuple[str, ...]) -> None:
    """Let those with these names play here (legal names, 1 to 4); it counts in the lobby of a server that can."""
    room.wishes.names = names
    if can_change_players(room):
        link.send(Players(names))


def follow_seats(link: ClientLink, room: RoomState) -> None:
    """Come back with as many players as the server has given seats to, and send as many keys."""
    players = len(room.my_slots)
    if players and players != link.hello.players and link.inputs:
        link.hello = replace(link.hello, players=players)
        if players != len(link.inputs.keys):
            link.inputs.keys = ()  # nobody holds a key, and the server takes that for no change
