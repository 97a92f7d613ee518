"""What a picture shows of the mode of a round: the colours of sides, and the line that says how it stands.

Rule 1: a mode that is not named here, and last one standing, have no line, and all players wear their own colours.
Rule 2: a side has the number of its colour, of the pattern on its bodies and of the shape on its bombs, for those who
        do not see colours.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from petard.game.texts.phrases import joined, tr
from petard.shared.protocol.field_types import ModeSetup
from petard.shared.protocol.messages import Seat
from petard.shared.rules.modes.table import LAST_ONE_STANDING, MODES, mode_of
from petard.shared.rules.sudden_death import closing_times
from petard.shared.rules.world import World

SIDE_NAMES = (tr("Red"), tr("Blue"), tr("Yellow"), tr("Green"))  # the first four colours of players
SIDES_MOST = len(SIDE_NAMES)
NO_SIDE_CHOSEN = tr("any side")
SHOWN_MOST = 3  # players in the line, with their names
NUMBERS_MOST = 8  # players in the line, with their badges alone


def mode_label(mode: ModeSetup) -> str:
    """Return how what the host has chosen is named; a mode of a later version has its own name."""
    if mode.name != "teams":
        return MODE_NAMES.get(mode.name, mode.name)
    text = tr("{sides} teams, friendly fire") if mode.friendly_fire else tr("{sides} teams")
    return text.fill(sides=mode.sides)


CROWN, PAINT, ZOMBIES = MODES["crown"].number, MODES["paint"].number, MODES["zombie"].number
ROTTEN = 10  # the number of the colour of all zombies: lime
MODE_NAMES: dict[str, str] = {
    LAST_ONE_STANDING.name: tr("last one standing"),
    "teams": tr("teams"),
    "crown": tr("crown"),
    "paint": tr("paint"),
    "zombie": tr("zombies"),
}
MODE_CHOICES = (
    ModeSetup(),
    *[ModeSetup("teams", sides, fire) for sides in range(2, SIDES_MOST + 1) for fire in (False, True)],
    ModeSetup("crown"),
    ModeSetup("paint"),
    ModeSetup("zombie"),
)


@dataclass(frozen=True, slots=True)
class ModeView:
    """What the tables of a World say for its mode. `score`: as Mode.score."""

    number: int
    score: Mapping[int, int]
    sides: Mapping[int, int]  # that win together, by slot
    marks: Mapping[int, int]  # by tile
    holders: tuple[int, ...] = ()  # the slots over which a crown is drawn
    walls: bool = True  # they close near the end
    zombies: tuple[int, ...] = ()  # their slots

    @property
    def painted(self) -> Mapping[int, int]:
        """The slot whose colour each tile of the floor has that has one."""
        return self.marks if self.number == PAINT else {}


@dataclass(frozen=True, slots=True)
class LinePart:
    """One box of the line: a text, and the number of a colour (-1: none); `own`: it counts for us.

    `shape`: the slot whose badge has the shape to show, -1 for none.
    """

    text: str
    colour: int
    own: bool
    shape: int = -1


def mode_view_of(world: World) -> ModeView | None:
    """Return what is seen of the mode; None for last one standing."""
    mode = mode_of(world.rules)
    if mode is LAST_ONE_STANDING:
        return None
    walls = bool(closing_times(world.rules, world.width, world.height))
    zombies = tuple(slot for slot, side in world.sides.items() if side) if mode.number == ZOMBIES else ()
    marks, holders = dict(world.marks), mode.holders(world)
    return ModeView(mode.number, mode.score(world), mode.sides(world), marks, holders, walls, zombies)


def seats_in_sides(seats: Sequence[Seat], mode: ModeView | None) -> tuple[Seat, ...]:
    """Return the seats with the colours of their sides, if there are sides; zombies have one colour."""
    sides = {**mode.sides, **dict.fromkeys(mode.zombies, ROTTEN)} if mode else {}
    return tuple(replace(seat, colour=sides[seat.slot]) if seat.slot in sides else seat for seat in seats)


def side_choices(sides: int) -> tuple[str, ...]:
    """Return what a player may choose from where so many sides play; the first leaves it to the room.

    >>> side_choices(2)
    ('any side', 'Red', 'Blue')
    """
    return (NO_SIDE_CHOSEN, *SIDE_NAMES[:sides])


def side_counts(sides: Iterable[int]) -> str:
    """Return how many play on each side.

    >>> side_counts([0, 1, 0])
    'Red 2 · Blue 1'
    """
    counts = sorted(Counter(sides).items())
    return joined(" · ", [tr("{side} {number}", side=SIDE_NAMES[side], number=count) for side, count in counts])


def names_of_winners(seats: Sequence[Seat], mode: ModeView | None, of_match: bool = False) -> dict[int, str]:
    """Return how to name each slot as a winner: by its side, or by its player.

    `of_match`: as the winner of a whole match, for which those who stay alive together count each for themselves.
    """
    sides = mode.sides if mode else {}
    if mode and mode.number == ZOMBIES and not of_match:
        alive = [seat.slot for seat in seats if seat.slot not in mode.zombies]
        joint = dict.fromkeys(alive, tr("The team of the living")) if len(alive) > 1 else {}
        return {seat.slot: joint.get(seat.slot, seat.name) for seat in seats}
    return {seat.slot: SIDE_NAMES[sides[seat.slot]] if seat.slot in sides else seat.name for seat in seats}


def line_of(mode: ModeView | None, seats: Sequence[Seat], mine: Sequence[int]) -> list[LinePart]:
    """Return the parts of the line, in order."""
    write = _LINES.get(mode.number) if mode else None
    return write(mode, seats, mine) if write and mode else []


def _line_of_teams(mode: ModeView, seats: Sequence[Seat], mine: Sequence[int]) -> list[LinePart]:
    """How many of each side live."""
    own = {mode.sides.get(slot) for slot in mine}
    return [
        LinePart(tr("{side}: {left}", side=SIDE_NAMES[side], left=left), side, side in own, side)
        for side, left in mode.score.items()
    ]


def _line_of_crown(mode: ModeView, seats: Sequence[Seat], mine: Sequence[int]) -> list[LinePart]:
    """For how many seconds the crown was held, by those who held it longest."""
    by_slot = {seat.slot: seat for seat in seats}
    first = sorted((slot for slot in mode.score if slot in by_slot), key=lambda slot: (-mode.score[slot], slot))
    return [
        LinePart(
            tr("{name}: {seconds} s", name=by_slot[slot].name, seconds=mode.score[slot]),
            by_slot[slot].colour,
            slot in mine,
            slot,
        )
        for slot in first[:SHOWN_MOST]
    ] or [LinePart(tr("Take the crown!"), -1, False)]


def _line_of_paint(mode: ModeView, seats: Sequence[Seat], mine: Sequence[int]) -> list[LinePart]:
    """How many tiles each player has, by slot, so that none changes its place; of a crowd, those with the most."""
    by_slot = {seat.slot: seat for seat in seats if seat.slot in mode.score}
    most = sorted(by_slot, key=lambda slot: (slot not in mine, -mode.score[slot], slot))[:NUMBERS_MOST]
    return [LinePart(tr("Tiles"), -1, False)] + [
        LinePart(str(mode.score[slot]), by_slot[slot].colour, slot in mine, slot) for slot in sorted(most)
    ]


def _line_of_zombies(mode: ModeView, seats: Sequence[Seat], mine: Sequence[int]) -> list[LinePart]:
    """How many live, and how many are zombies."""
    alive, zombies = mode.score.get(0, 0), mode.score.get(1, 0)
    bitten = any(slot in mode.zombies for slot in mine)
    return [
        LinePart(tr("Alive: {count}", count=alive), -1, bool(mine) and not bitten),
        LinePart(tr("Zombies: {count}", count=zombies), ROTTEN, bitten),
    ]


_LINES: dict[int, Callable[[ModeView, Sequence[Seat], Sequence[int]], list[LinePart]]] = {
    MODES["teams"].number: _line_of_teams,
    CROWN: _line_of_crown,
    PAINT: _line_of_paint,
    ZOMBIES: _line_of_zombies,
}
