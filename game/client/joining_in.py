"""Who plays at this computer while it is on a server, and on which sides."""

from dataclasses import replace

from petard.game.client.client_link import ClientLink
from petard.game.client.room_state import RoomState
from petard.shared.protocol.capability_words import PLAYERS_WORD, SIDES_WORD
from petard.shared.protocol.later_messages import Players, SideChoice


def can_change_players(room: RoomState) -> bool:
    """Return whether the server lets more or fewer people play here, and lets each have a name."""
    return room.welcome is not None and PLAYERS_WORD in room.welcome.words


def change_players(link: ClientLink, room: RoomState, names: tuple[str, ...]) -> None:
    """Let those with these names play here (legal names, 1 to 4); it counts in the lobby of a server that can."""
    if room.my_slots and len(names) != len(room.my_slots):
        room.wishes.own_sides.clear()  # the server knows whose they were
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


def can_choose_sides(room: RoomState) -> bool:
    """Return whether players here may choose their sides: the server can do it, and the mode has sides."""
    return room.welcome is not None and SIDES_WORD in room.welcome.words and bool(room.sides)


def choose_side(link: ClientLink, room: RoomState, player: int, side: int) -> None:
    """Let a local player play on a side, -1: on that which the room chooses."""
    room.wishes.own_sides[player] = side
    link.send(SideChoice(player, side))
