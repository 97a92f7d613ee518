"""Whether two demos are one match: the second, of another server, goes on where the first stood.

Rule 1: the second names the first as its parent, and the moment; the first has reached that moment. What the first has
        after it was played again in the second.
Rule 2: at that moment the round, the world, the seats and the score are the same, and chat lines go on with higher
        numbers.
"""

from collections.abc import Iterable

from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Began, Said, Seated, parent_label
from petard.shared.demo.verify import verify_start
from petard.shared.protocol.messages import Seat
from petard.shared.rules.ruleset import TICK_RATE


def join_problem(first: Demo, name: str, second: Demo) -> str:
    """Return one sentence if the second demo does not go on with the first, else "". `name`: of the first file.

    Raises DemoError if one of them cannot be run.
    """
    at, parent = second.header.parent_at, second.header.parent
    if parent != parent_label(name):
        return f"It goes on with {parent or 'no other recording'}, not with {name}."
    if first.length < at:
        missing = (at - first.length) / TICK_RATE
        return f"{name} ends {missing:.2f} s before the moment at which it begins."
    if problem := verify_start(second, first):
        return problem
    there, here = first.round_at(at), second.rounds[0]
    if _about(there) != _about(here):
        return f"It does not begin in round {there.number} of {name}, or with other rules or another map."
    wanted = _lasting(here.seats)
    if wanted not in [_lasting(seats) for seats in _seats_from(first, there, at)]:
        return f"It begins with other seats or another score than {name} has at that moment."
    before = [note.chat.number for note in first.notes if isinstance(note, Said) and note.moment <= at]
    after = [note.chat.number for note in second.notes if isinstance(note, Said)]
    if before and after and min(after) <= max(before):
        return f"Its chat uses numbers of lines again that {name} has."
    return ""


def _about(began: Began) -> tuple[object, ...]:
    return began.number, began.seed, began.rules, began.board


def _lasting(seats: Iterable[Seat]) -> list[tuple[int, str, int, int, int]]:
    """What stays of the seats while members are lost and come back."""
    return sorted((seat.slot, seat.name, seat.colour, seat.character, seat.wins) for seat in seats)


def _seats_from(demo: Demo, began: Began, at: int) -> list[tuple[Seat, ...]]:
    """The seats at a moment of a round, and all later ones: the other server knew the newest."""
    found, is_on = [began.seats], False
    for note in demo.notes:
        if isinstance(note, Began):
            is_on = note == began
        elif isinstance(note, Seated) and is_on:
            if note.moment <= at:
                found.clear()
            found.append(note.seats)
    return found
