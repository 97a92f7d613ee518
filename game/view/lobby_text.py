"""The texts of the lobby: who is not ready, and what the big button does now.

Rule: the text names the people who are not ready, and says what the reader can do. Away players do not count.
"""

from collections.abc import Sequence

from petard.shared.protocol.messages import Seat

NAMED = 3  # names in a list; of more people, only the number
ALONE = "It takes two: wait for a friend, or add a bot."
WATCHING = "All seats are taken: you watch."


def listed(names: Sequence[str]) -> str:
    """Join names to a list for people.

    >>> listed(["Ada"]), listed(["Ada", "Bo"]), listed(["A", "B", "C", "D", "E"])
    ('Ada', 'Ada and Bo', 'A, B, C and 2 more')
    """
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def match_words(map_name: str, rules: str) -> str:
    """The map and the rules, for people.

    >>> match_words("small", "last-one-standing")
    'Small, last one standing'
    """
    return f"{map_name.replace('-', ' ').capitalize()}, {rules.replace('-', ' ')}"


def waiting_words(seats: Sequence[Seat], mine: Sequence[int]) -> str:
    """One sentence: what the lobby waits for."""
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
    """The label of the big button."""
    if not mine:
        return "Watching"
    if any(seat.slot in mine and seat.ready for seat in seats):
        return "Not yet!"
    others = any(seat.member and not seat.away and seat.slot not in mine for seat in seats)
    return "Ready!" if others else "Start"
