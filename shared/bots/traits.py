"""How bots differ: one table with all numbers that make a bot sleepy, easy, normal or hard."""

from dataclasses import dataclass, replace

FAR = 64  # tiles: from everywhere
SKILL_NAMES = ("sleepy", "easy", "normal", "hard")


@dataclass(frozen=True, slots=True)
class Traits:
    """One way to play. Times are ticks, chances are per cent, worths are points (see `targets`)."""

    reaction: int  # ticks until it notices what others do; at least 6 (100 ms)
    depth: int  # tiles: how far it looks for targets
    places: int  # how many places it compares
    care: int  # ticks that fires are assumed to come earlier
    slack: int  # spare ticks that a way out after its own bomb must have
    period: int  # ticks between two plans while nothing happens
    nerve: int  # chance to bomb a player in reach who can still get away
    strike: int  # worth of a bomb that reaches a player
    hunt: int  # worth of coming nearer to a player
    noise: int  # random worth added to places
    slips: int  # chance to drop a bomb although there is no way out
    wary_of: int  # how many near players whose next bombs it considers
    guard: int  # the same when it drops a bomb itself
    doors: int  # tiles: with a player this near, it drops a bomb only if two ways lead to safety
    way: int  # tiles: how long the way to safety may be after its own bomb
    trusts: bool  # takes a player who has dropped all bombs for harmless; hard bots know that items give new ones
    foresight: int  # per cent of a fuse: a tile is dangerous this long before its wall closes; a shadow shows for 20
    outlook: int  # ticks after the blast of its own bomb: no wall closes earlier on its way out
    soon: int  # ticks: a tile is worth less if its wall closes this soon
    traps: bool  # notices that a bomb leaves a player no way out
    plots: int  # how many bombs near a player it tries in its mind for each plan
    startle: int  # ticks in which others are taken not to run: a bomb in other flames may explode by then
    pairs: bool  # drops two bombs that together leave a player no way out
    kicks: bool  # kicks bombs at others
    is_eager: bool  # bombs a player in reach on its way, too
    is_exact: bool  # goes to the middle of the last tile; others move about on it


# fmt: off
TRAITS: tuple[Traits, ...] = (
    Traits(  # sleepy
        reaction=30, depth=5, places=30, care=3, slack=4, period=36, nerve=60, strike=30, hunt=8, noise=16,
        slips=2, wary_of=0, guard=2, doors=4, way=FAR, trusts=True, foresight=40, soon=0, traps=False, plots=0,
        startle=0, pairs=False, kicks=False, is_eager=False, is_exact=False, outlook=-90,
    ),
    Traits(  # easy
        reaction=21, depth=8, places=60, care=3, slack=8, period=20, nerve=50, strike=30, hunt=8, noise=8,
        slips=0, wary_of=1, guard=2, doors=6, way=FAR, trusts=True, foresight=55, soon=60, traps=True, plots=0,
        startle=0, pairs=False, kicks=False, is_eager=False, is_exact=False, outlook=-68,
    ),
    Traits(  # normal
        reaction=14, depth=12, places=80, care=3, slack=6, period=14, nerve=60, strike=36, hunt=12, noise=5,
        slips=0, wary_of=2, guard=2, doors=6, way=FAR, trusts=True, foresight=75, soon=180, traps=True, plots=4,
        startle=0, pairs=False, kicks=False, is_eager=False, is_exact=False, outlook=-30,
    ),
    Traits(  # hard
        reaction=8, depth=16, places=110, care=3, slack=18, period=10, nerve=50, strike=40, hunt=12, noise=3,
        slips=0, wary_of=3, guard=3, doors=6, way=FAR, trusts=False, foresight=95, soon=420, traps=True, plots=10,
        startle=12, pairs=True, kicks=True, is_eager=True, is_exact=True, outlook=30,
    ),
)
# fmt: on


# The same bots when the round has to end: they hunt, bomb more, and are less careful. `guard` stays: bots that ignored
# others when they dropped a bomb killed themselves in 47 of 100 rounds.
BOLD_TRAITS = tuple(replace(one, nerve=max(one.nerve, 75), strike=60, hunt=16, doors=one.doors // 2) for one in TRAITS)
# The same bots while a cart rides: a bomb that is thrown from the rim may close a way.
WATCHED_TRAITS, WATCHED_BOLD_TRAITS = (
    tuple(replace(one, doors=FAR, way=2) for one in traits) for traits in (TRAITS, BOLD_TRAITS)
)


def traits_of(skill: int, is_bold: bool, is_watched: bool) -> Traits:
    """Return how a bot of this skill plays now. `is_watched`: a cart rides on the rim."""
    if is_watched:
        return (WATCHED_BOLD_TRAITS if is_bold else WATCHED_TRAITS)[skill]
    return (BOLD_TRAITS if is_bold else TRAITS)[skill]
