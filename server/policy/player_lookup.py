"""Finds the member that a command means: by slot number, name, similar name, or beginning of a name. Pure.

Rule: the result is one member or a CommandError; where two could be meant, nobody is removed by mistake.
"""

from collections.abc import Callable, Sequence

from petard.server.policy.admin_commands import CommandError, Word, shortened
from petard.server.policy.bans import is_alike
from petard.server.policy.text import did_you_mean, is_digits, parse_int
from petard.server.room.status import Person, Status


class NoSuchPlayer(CommandError):
    """Nobody here has such a name."""


def find(word: Word, persons: Sequence[Person], status: Status) -> Person:
    """Return the member that is meant; raises CommandError if there is none, or more than one."""
    if is_digits(word.text) and not word.is_quoted:
        return _at(parse_int(word.text), persons, status)
    tests: tuple[Callable[[str], bool], ...] = (
        lambda name: name == word.text,
        lambda name: is_alike(name, word.text),
        lambda name: name.casefold().startswith(word.text.casefold()),
    )
    for fits in tests:
        found = [person for person in persons if any(fits(name) for name in names_of(person))]
        if len(found) > 1:
            names = " and ".join(_quoted(person.name) for person in found[:3])
            raise CommandError(f"{shortened(word.text)} fits {names}: give more of the name, or the slot number")
        if found:
            return found[0]
    if any(seat.is_bot and is_alike(seat.name, word.text) for seat in status.seats):
        raise CommandError(f"{word.text} is a bot; `set bots NUMBER` changes how many there are")
    near = did_you_mean(word.text, (name for person in persons for name in names_of(person)), shown=_quoted)
    raise NoSuchPlayer(f"nobody here is {shortened(word.text)}{near}")


def _at(slot: int | None, persons: Sequence[Person], status: Status) -> Person:
    person = next((one for one in persons if any(number == slot for number, _ in one.seats)), None)
    if person:
        return person
    if any(seat.slot == slot for seat in status.seats):
        raise CommandError(f"slot {slot} is a bot's; `set bots NUMBER` changes how many there are")
    where = "a slot of so large a number" if slot is None else f"slot {slot}"
    raise CommandError(f"nobody sits in {where}; use the name of a spectator")


def names_of(person: Person) -> list[str]:
    """Return the names that a member is seen by: one for each local player."""
    return list(dict.fromkeys([person.name, *(name for _, name in person.seats)]))


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name or name.isdigit() else name
