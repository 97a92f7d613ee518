"""Which music fits what is shown: the track of a screen, and how many stems of it a round has earned.

Rule 1: a track is cut into stems of equal length, which are played together: more of them for more excitement.
Rule 2: drums come with the first contact (bodies or bombs that are near each other, or a death) and stay; `hurry` comes
        when the walls start to close, `last` when two are left of more. A decided round has its calm stem only.
Rule 3: the map alone decides on the theme, so that every computer plays the same.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from petard.game.view.spectating import staying
from petard.game.view.view import PlayerView, View

NEAR = 3.5  # tiles: a body or a bomb of another player within this distance is a contact
LOOK_EVERY = 15  # ticks; with 64 bodies one look for a contact takes a millisecond


class Track(StrEnum):
    TITLE = "title"
    LOBBY = "lobby"
    FACTORY = "factory"
    RUINS = "ruins"
    GARDEN = "garden"
    SNOW = "snow"


class Stem(StrEnum):
    """A part of a track, in the order in which they are added."""

    CALM = "calm"
    DRUMS = "drums"
    HURRY = "hurry"
    LAST = "last"


STEMS = {track: (Stem.CALM,) if track in (Track.TITLE, Track.LOBBY) else tuple(Stem) for track in Track}
THEMES = (Track.GARDEN, Track.FACTORY, Track.RUINS, Track.SNOW)
MAP_THEMES = {
    "arena": Track.RUINS,
    "battle": Track.FACTORY,
    "catacombs": Track.RUINS,
    "classic": Track.GARDEN,
    "crevasse": Track.SNOW,
    "depot": Track.FACTORY,
    "foundry": Track.FACTORY,
    "glacier": Track.SNOW,
    "grand": Track.FACTORY,
    "hedge": Track.GARDEN,
    "large": Track.RUINS,
    "lift": Track.SNOW,
    "orchard": Track.GARDEN,
    "pond": Track.GARDEN,
    "rink": Track.SNOW,
    "small": Track.SNOW,
    "switchyard": Track.FACTORY,
    "temple": Track.RUINS,
}


@dataclass(frozen=True, slots=True)
class MusicChoice:
    """The track, and those of its stems that are to be heard."""

    track: Track
    stems: frozenset[Stem] = frozenset({Stem.CALM})


TITLE_MUSIC, LOBBY_MUSIC = MusicChoice(Track.TITLE), MusicChoice(Track.LOBBY)


def theme_of(board: str) -> Track:
    """The theme of a map. One that we do not know has the theme that the letters of its name choose.

    >>> theme_of("classic"), theme_of("a map of a friend") == theme_of("a map of a friend")
    (<Track.GARDEN: 'garden'>, True)
    """
    return MAP_THEMES.get(board) or THEMES[sum(board.encode()) % len(THEMES)]


class RoundMusic:
    """Chooses the stems of one round. Update it with every picture; `choice` is what fits the last one."""

    def __init__(self, board: str, my_slots: Collection[int]) -> None:
        """`board`: the name of the map. `my_slots`: of the players at this machine; without any, every body counts."""
        self.choice = MusicChoice(theme_of(board))
        self._my_slots = my_slots
        self._had_contact = False
        self._most_living = 0  # at once
        self._tick = 0.0  # of the last picture
        self._looked_at = -float(LOOK_EVERY)  # for a contact, a tick

    def update(self, view: View) -> None:
        living = [player for player in view.players if player.alive]
        if view.tick < self._tick:  # a recording was rewound
            self._had_contact, self._most_living, self._looked_at = False, 0, view.tick - LOOK_EVERY
        self._tick, self._most_living = view.tick, max(self._most_living, len(living))
        if view.go_in > 0 or view.ending:
            self.choice = MusicChoice(self.choice.track)
            return
        if not self._had_contact and view.tick >= self._looked_at + LOOK_EVERY:
            self._looked_at = view.tick
            self._had_contact = has_contact(view, living, self._my_slots)
        is_heard = {
            Stem.CALM: True,
            Stem.DRUMS: self._had_contact,
            Stem.HURRY: view.hurry,
            Stem.LAST: len(staying(view)) == 2 < self._most_living,
        }
        self.choice = MusicChoice(self.choice.track, frozenset(stem for stem in Stem if is_heard[stem]))


def has_contact(view: View, living: Collection[PlayerView], my_slots: Collection[int]) -> bool:
    """True if a player has died, or if one of ours is near another player or the bomb of one."""
    if len(living) < len(view.players):
        return True
    ours = [player for player in living if player.slot in my_slots] or living
    places = [(other.slot, other.x, other.y) for other in living] + [(one.owner, one.x, one.y) for one in view.bombs]
    return any(
        slot != body.slot and max(abs(x - body.x), abs(y - body.y)) <= NEAR for body in ours for slot, x, y in places
    )
