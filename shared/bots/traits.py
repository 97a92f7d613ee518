"""How bots differ: every number by which a sleepy bot is not a hard one, in one table."""

from dataclasses import dataclass, replace

SKILL_NAMES = ("sleepy", "easy", "normal", "hard")


@dataclass(frozen=True, slots=True)
class Traits:
    """One way to play. Times are ticks, chances are per cent."""

    reaction: int  # what others do is seen so much later; at least 6 ticks (100 ms)
    depth: int  # how many tiles far it looks for things to do
    places: int  # how many places it weighs
    care: int  # fires are taken to come so much earlier
    slack: int  # ticks that a way out after an own bomb must have to spare
    period: int  # it thinks anew so often while nothing happens
    nerve: int  # chance to bomb at somebody in reach who can still get away
    strike: int  # worth of a bomb that reaches somebody
    hunt: int  # worth of coming nearer to somebody
    noise: int  # worth given to places by mere mood
    rest: int  # chance to stand still when there is nothing to do
    slips: int  # chance to drop a bomb without a look at the way out
    wary_of: int  # of so many others it minds what they may do next
    traps: bool  # sees that a bomb leaves somebody no way out
    kicks: bool  # rolls bombs at others
    is_cool: bool  # the hurry does not make it bold


# fmt: off
TRAITS: tuple[Traits, ...] = (
    #      reaction depth places care slack period nerve strike hunt noise rest slips wary traps  kicks  cool
    Traits(30,      6,    40,    3,   0,    30,    10,   3,     0,   12,   70,  4,    0,   False, False, False),
    Traits(21,      8,    60,    3,   4,    20,    20,   8,     3,   8,    50,  0,    1,   False, False, False),
    Traits(14,      12,   80,    3,   5,    14,    30,   14,    6,   5,    30,  0,    2,   True,  False, False),
    Traits(8,       16,   110,   3,   8,    10,    2,    20,    9,   3,    10,  0,    3,   True,  True,  True),
)
# fmt: on


def emboldened(traits: Traits) -> Traits:
    """The same bot when it is time to end it: it hunts, bombs whoever is in reach, and minds nobody's next bomb.

    Without this every second round of careful bots was a draw by time (docs/rules.md has the figures).
    """
    nerve = 90 if traits.is_cool else traits.nerve + 30  # who is cool hears it only when no person is left to watch
    return replace(traits, nerve=nerve, strike=40, hunt=12, rest=0, wary_of=0)
