"""The choices in the lobby: the setup of the match, and the looks of the players at this machine."""

from collections.abc import Sequence

from petard.assets.palette import CHARACTERS, PLAYER_NAMES
from petard.game.ui.layout import Box, column
from petard.game.ui.widgets.widgets import ChoiceField
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.protocol.messages import Away, Lobby, Seat, Setup

GAP = 8.0  # between two choices
NUMBERS = tuple(str(number) for number in range(64))
AWAY_WORDS = {Away.BOT: "bot", Away.STATUE: "statue", Away.NONE: "nobody"}  # who plays for a player who is away
SETUP = {
    "map": ("Map", 0.252),  # the label and its share of the width: short labels, long values
    "rules": ("Rules", 0.252),
    "rounds": ("Rounds", 0.4),
    "bots": ("Bots", 0.4),
    "skill": ("Bot skill", 0.4),
    "away": ("If one drops", 0.5),
}


class MatchChoices:
    """The setup of the match, which the host chooses and the others read."""

    def __init__(self, first: Box) -> None:
        """`first`: the box of the first choice."""
        boxes = column(first, len(SETUP), GAP)
        self.fields = {key: ChoiceField(key, box, SETUP[key][0], ()) for key, box in zip(SETUP, boxes, strict=True)}
        for key, (_, share) in SETUP.items():
            self.fields[key].share = share

    def show(self, lobby: Lobby, is_host: bool) -> None:
        """Show what the server has sent."""
        shown: dict[str, tuple[Sequence[str], str]] = {
            "map": (lobby.maps, lobby.map),
            "rules": (lobby.presets, lobby.rules),
            "rounds": (NUMBERS[1:10], str(lobby.rounds)),
            "bots": (NUMBERS, str(lobby.bots)),
            "skill": (SKILL_NAMES, SKILL_NAMES[lobby.skill]),
            "away": (tuple(AWAY_WORDS.values()), AWAY_WORDS[lobby.away]),
        }
        for key, (options, value) in shown.items():
            field = self.fields[key]
            field.options = tuple(options)
            field.index = field.options.index(value) if value in field.options else 0
            field.enabled = is_host

    @property
    def setup(self) -> Setup:
        """What is chosen."""
        index = {key: field.index for key, field in self.fields.items()}
        names = self.fields["map"].value, self.fields["rules"].value
        return Setup(*names, index["rounds"] + 1, index["bots"], index["skill"], Away(index["away"]))


class LookChoices:
    """The character and the colour of each player at this machine."""

    def __init__(self, first: Box, players: int) -> None:
        """`first`: the box of the first choice. `players`: at this machine."""
        boxes = column(first, 3, GAP)
        self.player = ChoiceField("player", boxes[0], "Player", NUMBERS[1 : players + 1])
        self.character = ChoiceField("character", boxes[1], "I am a", CHARACTERS)
        self.colour = ChoiceField("colour", boxes[2], "in", PLAYER_NAMES)

    def show(self, seats: Sequence[Seat], mine: Sequence[Seat]) -> None:
        """Show what the server has sent of all seats and of ours."""
        for field in (self.player, self.character, self.colour):
            field.enabled = bool(mine)
        self.player.enabled = len(mine) > 1
        self.player.hidden = not self.player.enabled
        self.player.options = NUMBERS[1 : len(mine) + 1]
        if mine:
            self._show_seat(seats, mine[self.player.index % len(mine)])

    def _show_seat(self, seats: Sequence[Seat], seat: Seat) -> None:
        """Show the look of one seat; the colours of other people cannot be chosen."""
        taken = {other.colour for other in seats if other.member and other.slot != seat.slot}
        free = tuple(name for colour, name in enumerate(PLAYER_NAMES) if colour not in taken or colour == seat.colour)
        self.colour.options = free
        self.colour.index = free.index(PLAYER_NAMES[seat.colour])
        self.character.index = seat.character

    @property
    def look(self) -> tuple[int, int, int]:
        """What is chosen: the player (0 is the first at this machine), the colour and the character."""
        colour = PLAYER_NAMES.index(self.colour.value) if self.colour.options else 0
        return self.player.index, colour, self.character.index
