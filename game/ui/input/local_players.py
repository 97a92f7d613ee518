"""Which local player has which keys and pads, and how people join in at this machine and leave again.

Rule 1: one player has all devices. With more, the first ones share the keyboard and the pads go round from the next one
        on: with one pad two players have one device each, and with two pads nobody shares the keyboard.
Rule 2: where people join in by a press, the first player has all devices that nobody joined in with, and never leaves.
Rule 3: who presses on a device that is the only one of a player, and not of the first, takes that player out; who
        presses on any other takes the device and joins in, while fewer than PLAYERS_MOST play.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from petard.shared.protocol.field_types import PLAYERS_MOST

AT_KEYBOARD = 2  # players; there are two key sets
SECOND_KEYS = 1  # the number of the key set with which a second person at the keyboard plays


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of one local player: numbers of key sets, and of pads."""

    sets: tuple[int, ...]
    pads: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """True for a player who cannot play until another pad is plugged in."""
        return not self.sets and not self.pads


def devices_of(players: int, pads: Collection[int]) -> tuple[Devices, ...]:
    """Return the devices of each of `players`. `pads`: the numbers of the pads that are plugged in.

    >>> [one.is_empty for one in devices_of(4, ())], devices_of(3, (0,))[2]
    ([False, False, True, True], Devices(sets=(), pads=(0,)))
    """
    typists = max(1, min(AT_KEYBOARD, players, players - 1 - max(pads, default=-1)))
    sets = [tuple(range(AT_KEYBOARD)) if typists == 1 else (number,) for number in range(typists)]
    return tuple(
        Devices(
            sets[player] if player < typists else (),
            tuple(pad for pad in sorted(pads) if (typists + pad) % players == player),
        )
        for player in range(players)
    )


def press_of_pad(players: Sequence[Devices], pad: int) -> tuple[Devices, ...]:
    """Return the devices of all after a press on a pad.

    >>> alone = Devices((0, 1), (0,))
    >>> press_of_pad([alone], 0)
    (Devices(sets=(0, 1), pads=()), Devices(sets=(), pads=(0,)))
    >>> press_of_pad(press_of_pad([alone], 0), 0) == (alone,)
    True
    """
    return _pressed(players, Devices((), (pad,)))


def shares_keyboard(players: Sequence[Devices]) -> bool:
    """True if a second person at the keyboard has joined in, so that the same key takes that person out.

    >>> alone = [Devices((0, 1), (0,))]
    >>> shares_keyboard(alone), shares_keyboard(press_of_keys(alone))
    (False, True)
    """
    return any(one == Devices((SECOND_KEYS,), ()) for one in players[1:])


def press_of_keys(players: Sequence[Devices]) -> tuple[Devices, ...]:
    """Return the devices of all after a press of the key for a second person at the keyboard."""
    return _pressed(players, Devices((SECOND_KEYS,), ()))


def without(players: Sequence[Devices], player: int) -> tuple[Devices, ...]:
    """Return the devices of all after a player, who is not the first, has left."""
    left = players[player]
    kept = [one for number, one in enumerate(players) if number != player]
    return (_joined(kept[0], left), *kept[1:])


def _pressed(players: Sequence[Devices], device: Devices) -> tuple[Devices, ...]:
    owner = next((number for number, one in enumerate(players) if number and one == device), None)
    if owner is not None:
        return without(players, owner)
    if len(players) >= PLAYERS_MOST:
        return tuple(players)

    def drop(one: Devices) -> Devices:
        return Devices(
            tuple([number for number in one.sets if number not in device.sets]),
            tuple([number for number in one.pads if number not in device.pads]),
        )

    return (*map(drop, players), device)


def _joined(first: Devices, other: Devices) -> Devices:
    sets, pads = {*first.sets, *other.sets}, {*first.pads, *other.pads}
    return Devices(tuple(sorted(sets)), tuple(sorted(pads)))
