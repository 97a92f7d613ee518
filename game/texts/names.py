"""The names of things that are chosen, taken and played on, which the rules and the wire know in English.

Rule: a name that is not here, such as that of a map of somebody's own, is shown as it is written.
"""

from collections.abc import Iterable

from petard.game.texts.phrases import Phrase, tr, trc

SOMEBODY = tr("A player")  # a player whose name is not known


def _table(phrases: Iterable[Phrase]) -> dict[str, Phrase]:
    return {phrase.lower(): phrase for phrase in phrases}


MAPS = _table(
    (
        tr("Arena"),
        tr("Battle"),
        tr("Catacombs"),
        tr("Classic"),
        tr("Crevasse"),
        tr("Depot"),
        tr("Foundry"),
        tr("Glacier"),
        tr("Grand"),
        tr("Hedge"),
        tr("Large"),
        tr("Lift"),
        tr("Orchard"),
        tr("Pond"),
        tr("Rink"),
        tr("Small"),
        tr("Switchyard"),
        tr("Temple"),
    )
)
STANDARD = {tr("last one standing"): tr("standard")}  # a mode has that name, too, which is another choice
RULES = STANDARD | _table((tr("classic course"), tr("duel"), tr("no carts"), tr("super carts")))
SKILLS = _table((tr("sleepy"), tr("easy"), tr("normal"), tr("hard")))
AWAY = _table((trc("plays on", "bot"), trc("plays on", "statue"), trc("plays on", "nobody")))
CHARACTERS = _table(
    (tr("robot"), tr("cat"), tr("bunny"), tr("frog"), tr("ghost"), tr("bear"), tr("bird"), tr("fox")),
)
COLOURS = _table(
    (
        tr("red"),
        tr("blue"),
        tr("yellow"),
        tr("green"),
        tr("white"),
        tr("pink"),
        tr("purple"),
        tr("sky"),
        tr("orange"),
        tr("rust"),
        tr("lime"),
        tr("ocean"),
        tr("slate"),
        tr("rose"),
        tr("ice"),
        tr("wine"),
    )
)
ITEMS = _table(
    (
        trc("item", "bomb"),
        trc("item", "flame"),
        trc("item", "skate"),
        trc("item", "kick"),
        trc("item", "shield"),
        trc("item", "fruit"),
        trc("item", "full flame"),
        trc("item", "pierce"),
        trc("item", "remote"),
        trc("item", "punch"),
        trc("item", "glove"),
        trc("item", "disease"),
    )
)
NAMES = MAPS | RULES | SKILLS | AWAY | CHARACTERS | COLOURS | ITEMS


def spoken(name: str) -> str:
    """A name as a person says it, in the language of the window.

    >>> spoken("super-carts"), spoken("last-one-standing"), spoken("my-map")
    ('super carts', 'standard', 'my map')
    """
    if isinstance(name, Phrase):
        return name
    plain = name.replace("-", " ")
    return NAMES.get(plain, plain)


def spoken_map(name: str) -> str:
    """The name of a map, as one that begins a sentence.

    >>> spoken_map("small"), spoken_map("my-map")
    ('Small', 'My map')
    """
    return MAPS.get(name) or name.replace("-", " ").capitalize()
