"""What a person reads about copies of the room: who keeps one, whether to keep one here, and that the room moves.

Rule 1: who keeps a copy could know what bricks hide; every line about a copy in the lobby says so.
Rule 2: while the room moves, one text stays: what has happened, what comes, and that nothing is lost. Only when it
        takes longer than MOVING_MOST does the count of tries come back.
"""

from petard.game.texts.phrases import joined, tr
from petard.game.view.copies import Keeper, LostRoom
from petard.game.view.notices import ConnectionStatus

MOVING_MOST = 10.0  # seconds from the loss
MOVED_SHOWN = 8.0  # seconds

KEPT_HERE = tr("This computer keeps a copy of the game, and could know what bricks hide.")
ASKED = tr("Keep a copy, so that the game outlives its host? It could know what bricks hide.")
NO_COPY = tr("No other computer keeps a copy: should this one be lost, the game ends.")
NOTHING_LOST = tr("The game goes on in a moment. You keep your place, your score and the chat.")


def keeper_lines(keepers: tuple[Keeper, ...]) -> list[str]:
    """Who keeps a copy, for everybody in the lobby; our own copy is not among them.

    >>> keeper_lines((Keeper("Bo", ()),))
    ["Bo's computer keeps a copy of this game, and could know what bricks hide."]
    >>> keeper_lines((Keeper("Bo", ()), Keeper("Cy", ())))
    ['The computers of Bo and Cy keep copies of this game, and could know what bricks hide.']
    """
    names = [one.name for one in keepers if one.name and not one.is_ours]
    if not names:
        return []
    if len(names) == 1:
        return [tr("{name}'s computer keeps a copy of this game, and could know what bricks hide.", name=names[0])]
    who = tr("{names} and {last}", names=joined(", ", names[:-1]), last=names[-1])
    return [tr("The computers of {names} keep copies of this game, and could know what bricks hide.", names=who)]


def moving_status(lost: LostRoom) -> ConnectionStatus:
    """While the room is looked for elsewhere.

    >>> status = moving_status(LostRoom("Ada", (Keeper("Bo", ()),)))
    >>> status.words, status.coming
    ('Ada does not answer', "Looking there and at Bo's")
    >>> moving_status(LostRoom("", (Keeper("Bo", (), True),), True)).coming
    'The game goes on at your computer.'
    """
    if lost.has_left:
        words = tr("{name} has left", name=lost.host) if lost.host else tr("The server has closed")
    else:
        words = tr("{name} does not answer", name=lost.host) if lost.host else tr("The server does not answer")
    return ConnectionStatus(words, _coming(lost), NOTHING_LOST, broken=True)


def _coming(lost: LostRoom) -> str:
    keeper = next(iter(lost.keepers), None)
    if lost.has_left:
        return _goes_on(keeper)
    if keeper is None or keeper.is_ours or not keeper.name:
        return (
            tr("Looking there and at your computer") if keeper and keeper.is_ours else tr("Looking there and elsewhere")
        )
    return tr("Looking there and at {name}'s", name=keeper.name)


def moved_words(lost: LostRoom, keeper: Keeper | None) -> str:
    """That the room goes on elsewhere, for MOVED_SHOWN seconds. `keeper`: whose computer it is at now.

    >>> moved_words(LostRoom("Ada"), Keeper("Bo", ())), moved_words(LostRoom(), None)
    ("Ada's computer is gone. The game goes on at Bo's.", 'The server is gone. The game goes on elsewhere.')
    """
    if lost.has_left:
        gone = tr("{name} has left.", name=lost.host) if lost.host else tr("The server has closed.")
    else:
        gone = tr("{name}'s computer is gone.", name=lost.host) if lost.host else tr("The server is gone.")
    return joined(" ", [gone, _goes_on(keeper)])


def _goes_on(keeper: Keeper | None) -> str:
    if keeper and keeper.is_ours:
        return tr("The game goes on at your computer.")
    if keeper and keeper.name:
        return tr("The game goes on at {name}'s.", name=keeper.name)
    return tr("The game goes on elsewhere.")
