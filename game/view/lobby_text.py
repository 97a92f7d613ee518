"""What the lobby says: whom everybody waits for, and what the big button means now. Pure.

Rule: the person is told what they can do about it, and who it is about by name. Nobody waits for who is away.
"""

from collections.abc import Sequence

from petard.shared.protocol.messages import Seat

NAMED = 3  # people who are named; of more, only how many
ALONE = "It takes two: wait for a friend, or add a bot."
WATCHING = "All seats are taken: you watch."


def listed(names: Sequence[str]) -> str:
    """Names as one says them.

    >>> listed(["Ada"]), listed(["Ada", "Bo"]), listed(["A", "B", "C", "D", "E"])
    ('Ada', 'Ada and Bo', 'A, B, C and 2 more')
    """
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def match_words(board: str, rules: str) -> str:
    """Which board, by which rules.

    >>> match_words("small", "last-one-standing")
    'Small, last one standing'
    """
    return f"{board.replace('-', ' ').capitalize()}, {rules.replace('-', ' ')}"


def waiting_words(seats: Sequence[Seat], mine: Sequence[int]) -> str:
    """One sentence: what everybody waits for."""
    people = [seat for seat in seats if seat.member and not seat.away]
    late = [seat for seat in people if not seat.ready and seat.slot not in mine]
    i_am_late = any(not seat.ready for seat in people if seat.slot in mine)
    if not mine:
        return WATCHING if not late else f"{WATCHING} Waiting for {listed([seat.name for seat in late])}."
    if len(seats) < 2:
        return ALONE
    if late:
        names = [seat.name for seat in late]
        return f"Waiting for {listed(['you', *names] if i_am_late else names)}."
    if not i_am_late:
        return "Here we go!"
    return "Everybody waits for you." if len(people) > len(mine) else "Start when you like."


def button_words(seats: Sequence[Seat], mine: Sequence[int]) -> str:
    """What the big button says."""
    if not mine:
        return "Watching"
    if any(seat.slot in mine and seat.ready for seat in seats):
        return "Not yet!"
    others = any(seat.member and not seat.away and seat.slot not in mine for seat in seats)
    return "Ready!" if others else "Start"
