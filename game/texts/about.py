"""What a map, rules or a mode is, in one sentence each: the lobby says it of the row that has the focus.

Rule: a sentence holds in three lines beside the board, in every language and at the large text size.
"""

from petard.game.texts.phrases import Phrase, tr

OWN_MAP = tr("A map of somebody's own: the picture shows what is on it.")
LATER_RULES = tr("Rules of a newer server, which this game does not know.")
MAPS: dict[str, Phrase] = {
    "arena": tr("A huge board for up to 32 players, who see a part of it."),
    "battle": tr("The largest board: up to 64 players, who see a part of it."),
    "catacombs": tr("Ruins with teleports: who steps on one comes out at its twin."),
    "classic": tr("The board that everybody knows: pillars and bricks, for up to 8 players."),
    "crevasse": tr("Snow with two rows of pits across the middle: nobody crosses them, but flames do."),
    "depot": tr("A factory in two halves: a flame at a switch moves the gates and turns the belts."),
    "foundry": tr("A factory with a ring of belts that carries players and bombs round."),
    "glacier": tr("A wide board of snow with many teleports, for up to 8 players."),
    "grand": tr("A large board for up to 16 players."),
    "hedge": tr("A garden with one-way doors around the middle: look before you go in."),
    "large": tr("The classic board with more room, for up to 10 players."),
    "lift": tr("Snow with two long belts, one up and one down: a fast way across."),
    "orchard": tr("A wide garden with arrows that turn rolling bombs, and belts that set them rolling."),
    "pond": tr("A garden full of pits: few ways lead through the middle, and flames cross them."),
    "rink": tr("Snow around a sheet of ice: who steps on it slides until it ends or something is there."),
    "small": tr("A small board for up to 4 players: you meet at once."),
    "switchyard": tr("A factory with arrows that turn rolling bombs, and belts that set them rolling."),
    "temple": tr("Ruins with a walled room in the middle: its four doors let you in or out, not both."),
}
RULES: dict[str, Phrase] = {
    "last-one-standing": tr("Items lie in bricks, who is out throws bombs from a cart, and walls close in at the end."),
    "classic-course": tr("No bricks: you have 50 health, eight bombs with long fuses, and fruit that heals."),
    "duel": tr("45 seconds without bricks and items: fast legs, four bombs each, and walls that close early."),
    "no-carts": tr("As standard, but who is out only watches."),
    "super-carts": tr("As standard, but who kills from a cart comes back to life."),
}
LAST_ONE = tr("Everybody for themselves: the last one alive wins the round.")
TEAMS = tr("Your side wins if one of it is the last alive. Flames of your own side do not hurt you.")
TEAMS_FIRE = tr("Your side wins if one of it is the last alive. Flames of your own side hurt you, too!")
MODES: dict[str, Phrase] = {
    "last-one-standing": LAST_ONE,
    "crown": tr("Take the crown and keep it: who has held it for 20 seconds in all wins."),
    "paint": tr("Your flames paint the floor: who has the most tiles after 90 seconds wins."),
    "zombie": tr("One begins as a zombie, and who dies joins: be alive after a minute."),
}
LATER_MODE = tr("A mode of a newer server, which this game does not know.")


def about_mode(name: str, friendly_fire: bool) -> Phrase:
    """Return what a mode is.

    >>> about_mode("teams", True) == TEAMS_FIRE, about_mode("moon", False) == LATER_MODE
    (True, True)
    """
    if name == "teams":
        return TEAMS_FIRE if friendly_fire else TEAMS
    return MODES.get(name, LATER_MODE)
