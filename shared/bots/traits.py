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
    guard: int  # the same for the moment in which it drops a bomb itself
    doors: int  # tiles: while another player is within them, it drops a bomb only if two ways lead to safety
    soon: int  # ticks: a tile is worth less once its wall falls within so many
    traps: bool  # sees that a bomb leaves somebody no way out
    kicks: bool  # rolls bombs at others
    is_cool: bool  # the hurry does not make it bold


# fmt: off
TRAITS: tuple[Traits, ...] = (
    Traits(  # sleepy
        reaction=30, depth=5, places=30, care=3, slack=4, period=36, nerve=60, strike=30, hunt=8, noise=16, rest=40,
        slips=2, wary_of=0, guard=2, doors=4, soon=0, traps=False, kicks=False, is_cool=False,
    ),
    Traits(  # easy
        reaction=21, depth=8, places=60, care=3, slack=8, period=20, nerve=50, strike=30, hunt=8, noise=8, rest=0,
        slips=0, wary_of=1, guard=2, doors=6, soon=60, traps=True, kicks=False, is_cool=False,
    ),
    Traits(  # normal
        reaction=14, depth=12, places=80, care=3, slack=6, period=14, nerve=60, strike=36, hunt=12, noise=5, rest=0,
        slips=0, wary_of=2, guard=2, doors=5, soon=60, traps=True, kicks=False, is_cool=False,
    ),
    Traits(  # hard
        reaction=8, depth=16, places=110, care=3, slack=8, period=10, nerve=50, strike=40, hunt=12, noise=3, rest=0,
        slips=0, wary_of=3, guard=3, doors=6, soon=120, traps=True, kicks=True, is_cool=True,
    ),
)
# fmt: on


def emboldened(traits: Traits) -> Traits:
    """The same bot when the round has to end: it hunts, bombs at everybody in reach, and fears less.

    `guard` stays: bots that ignored others when they dropped a bomb killed themselves in 47 of 100 rounds.
    """
    nerve, doors, wary_of = max(traits.nerve, 75), traits.doors // 2, traits.wary_of // 2
    return replace(traits, nerve=nerve, strike=60, hunt=16, rest=0, doors=doors, wary_of=wary_of)
