"""The choices of the lobby: the setup of the match, and the look and the side of the first player at this machine.

Rule 1: the host chooses the setup, the others read it in the same places.
Rule 2: rows that the server or the mode does not have are hidden, and have no focus.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from petard.assets.palette import CHARACTERS, PLAYER_NAMES
from petard.game.client.joining_in import can_choose_sides
from petard.game.client.room_state import RoomState
from petard.game.texts.about import LATER_RULES, MAPS, OWN_MAP, RULES, about_mode
from petard.game.texts.phrases import tr
from petard.game.ui.layout import column
from petard.game.ui.widgets.copy_strip import CopyStrip
from petard.game.ui.widgets.widgets import ChoiceField
from petard.game.view.mode_views import MODE_CHOICES, mode_label, side_choices
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.protocol.capability_words import MAP_VOTE_WORD, MODES_WORD
from petard.shared.protocol.messages import Away, Lobby, Look, Seat, Setup

CHANGE_SHOWN = 0.6  # seconds that a change of ours is shown before the server confirms it
RIGHT, WIDE, TALL = 874.0, 382.0, 43.0  # the column on the right, and the height of a choice
GAP = 8.0  # between two choices
MATCH_TALL, MATCH_GAP = 33.0, 5.0  # the same for the setup of the match, which has more of them
MATCH_TOP, LOOKS_TOP = 128.0, 514.0
CHOICES = {  # the label and its share of the width: short labels, long values
    "map": (tr("Map"), 0.252),
    "rules": (tr("Rules"), 0.252),
    "mode": (tr("Mode"), 0.252),
    "map_vote": (tr("Vote on the map"), 0.66),
    "rounds": (tr("Rounds"), 0.4),
    "bots": (tr("Bots"), 0.4),
    "skill": (tr("Bot skill"), 0.4),
    "away": (tr("If one drops"), 0.5),
    "character": (tr("I am a"), 0.4),
    "colour": (tr("in"), 0.4),
    "side": (tr("My side"), 0.4),
}
LOOKS = ("character", "colour")
NUMBERS = tuple(str(number) for number in range(64))
ON_OFF = (tr("off"), tr("on"))
AWAY_WORDS = {Away.BOT: "bot", Away.STATUE: "statue", Away.NONE: "nobody"}  # who plays for a player who is away


class LobbyChoices:
    """The setup of the match, which the host chooses and the others read; copies; and the looks of the players here."""

    def __init__(self) -> None:
        self.copies = CopyStrip()
        self._modes = MODE_CHOICES
        self._items = ""
        self.vote = ""  # the map that we voted for
        self._leading = ""  # the map with the most votes, where members vote
        self.changed_at = -CHANGE_SHOWN  # when we last sent a change
        boxes = column((RIGHT, MATCH_TOP, WIDE, MATCH_TALL), len(CHOICES) - len(LOOKS) - 1, MATCH_GAP)
        boxes += column((RIGHT, LOOKS_TOP, WIDE, TALL), len(LOOKS), GAP)
        boxes.append(boxes[-1])  # a side stands in place of a colour
        pairs = zip(CHOICES.items(), boxes, strict=True)
        self.fields = {key: ChoiceField(key, box, label, (), share=share) for (key, (label, share)), box in pairs}
        self._show("character", CHARACTERS, "", False)
        self._show("colour", PLAYER_NAMES, "", False)

    def _show(self, key: str, options: Iterable[str], value: str, may_change: bool) -> None:
        field = self.fields[key]
        field.options = tuple(options)
        field.index = field.options.index(value) if value in field.options else 0
        field.enabled = may_change

    def show_setup(self, lobby: Lobby, is_host: bool, words: Sequence[str]) -> None:
        """Show what the server has sent. `words`: what it knows."""
        votes = lobby.mode.map_vote
        self._leading = lobby.map if votes else ""
        self._show("map", lobby.maps, (votes and self.vote) or lobby.map, is_host or votes)
        self.fields["map"].label = tr("My vote") if votes else tr("Map")
        self._show("map_vote", ON_OFF, ON_OFF[votes], is_host)
        self._show("rules", lobby.presets, lobby.rules, is_host)
        mode, self._items = replace(lobby.mode, items="", map_vote=False), lobby.mode.items
        self._modes = MODE_CHOICES if mode in MODE_CHOICES else (*MODE_CHOICES, mode)
        self._show("mode", map(mode_label, self._modes), mode_label(mode), is_host)
        self.fields["mode"].hidden = MODES_WORD not in words
        self.fields["map_vote"].hidden = MAP_VOTE_WORD not in words
        self.fields["map_vote"].enabled &= MAP_VOTE_WORD in words
        self._show("rounds", NUMBERS[1:10], str(lobby.rounds), is_host)
        self._show("bots", NUMBERS, str(lobby.bots), is_host)
        self._show("skill", SKILL_NAMES, SKILL_NAMES[lobby.skill], is_host)
        self._show("away", AWAY_WORDS.values(), AWAY_WORDS[lobby.away], is_host)

    def show_looks(self, seats: Sequence[Seat], mine: Sequence[Seat]) -> None:
        """Show what the server has sent of our seats; the colours of other people cannot be chosen."""
        if not mine:
            self.fields["character"].enabled = self.fields["colour"].enabled = False
            return
        seat = mine[0]
        taken = {other.colour for other in seats if other.member and other.slot != seat.slot} - {seat.colour}
        free = [name for colour, name in enumerate(PLAYER_NAMES) if colour not in taken]
        self._show("character", CHARACTERS, CHARACTERS[seat.character], True)
        self._show("colour", free, PLAYER_NAMES[seat.colour], True)

    def show_sides(self, room: RoomState) -> None:
        """Show the side of the first player here, in place of the colour: where sides play, theirs count."""
        side = room.sides.get(next(iter(room.my_slots), -1)) if can_choose_sides(room) else None
        self.fields["side"].hidden, self.fields["colour"].hidden = side is None, side is not None
        self.fields["colour"].enabled &= side is None
        options = side_choices(room.lobby.mode.sides if room.lobby else 0)
        value = options[side.side + 1 if side.is_chosen else 0] if side else ""
        self._show("side", options, value, side is not None)

    def about(self, focus: str) -> tuple[str, bool]:
        """Return what the map, the rules or the mode is, by the key of the row that has the focus; and if it is asked.

        With the focus elsewhere it is the mode, which says how one wins.
        """
        if focus == "map":
            return MAPS.get(self.fields["map"].value, OWN_MAP), True
        if focus == "rules":
            return RULES.get(self.fields["rules"].value, LATER_RULES), True
        mode = self._modes[self.fields["mode"].index]
        return about_mode(mode.name, mode.friendly_fire), focus == "mode"

    @property
    def setup(self) -> Setup:
        index = {key: field.index for key, field in self.fields.items()}
        names = self._leading or self.fields["map"].value, self.fields["rules"].value
        mode = self._modes[index["mode"]]
        numbers = index["rounds"] + 1, index["bots"], index["skill"]
        return Setup(
            *names,
            *numbers,
            Away(index["away"]),
            mode.name,
            mode.sides,
            mode.friendly_fire,
            self._items,
            index["map_vote"] > 0,
        )

    @property
    def look(self) -> Look:
        """The look that is chosen for the first player at this machine; the page with all of them has the others."""
        character, colour = (self.fields[key] for key in LOOKS)
        return Look(0, PLAYER_NAMES.index(colour.value), character.index)
