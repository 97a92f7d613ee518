"""The short-lived texts over a match: chat lines, banners, and who killed you.

Rule 1: a chat line is shown for CHAT_TIME, a banner for BANNER_TIME, a fate for FATE_TIME seconds.
Rule 2: `now` is an argument; names are looked up with the cue, so the name of a player who leaves later still shows.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from petard.game.view.cues import Banner, Cue, PlayerDied
from petard.shared.protocol.messages import Chat

CHAT_TIME = 9.0  # seconds
FAINT_AFTER = 7.0
LINES = 5
BANNER_TIME = {"GO!": 0.9}
BANNER_USUAL = 2.5
FATE_TIME = 3.0


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One chat line, and whether it fades."""

    text: str
    faint: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """How you died, or whom you killed."""

    text: str
    good: bool
    y: float = 0.0  # the place, in tiles from the top, so that the text does not hide it


def chat_text(chat: Chat) -> str:
    """Return a line of chat with its author; the room itself has no name.

    >>> chat_text(Chat(0, "Ada", "hello")), chat_text(Chat(-1, "", "Bo left."))
    ('Ada: hello', 'Bo left.')
    """
    return f"{chat.name}: {chat.text}" if chat.name else chat.text


class Notices:
    """The texts that are still shown."""

    def __init__(self) -> None:
        self._lines: deque[tuple[float, str]] = deque(maxlen=LINES)
        self._banner: tuple[float, str] = (0.0, "")
        self._fate: tuple[float, Fate | None] = (0.0, None)

    def add_chat(self, text: str, now: float) -> None:
        """Add a line of chat."""
        self._lines.append((now, text))

    def add_cues(self, cues: Iterable[Cue], my_slots: Collection[int], names: Mapping[int, str], now: float) -> None:
        """Add the texts among the cues. `my_slots`: of the players at this machine; `names`: of every slot."""
        for cue in cues:
            match cue:
                case Banner(text):
                    self._banner = (now + BANNER_TIME.get(text, BANNER_USUAL), text)
                case PlayerDied(slot, by, _, y) if slot in my_slots:
                    self._fate = (now + FATE_TIME, Fate(_death_text(slot, by, my_slots, names), False, y))
                case PlayerDied(slot, by, _, y) if by in my_slots and not self._is_bad(now):
                    self._fate = (now + FATE_TIME, Fate(f"You got {names.get(slot, 'somebody')}!", True, y))

    def lines(self, now: float) -> list[ChatLine]:
        """The chat lines, oldest first."""
        return [ChatLine(text, now - since > FAINT_AFTER) for since, text in self._lines if now - since < CHAT_TIME]

    def banner(self, now: float) -> str:
        """The banner that is shown now, or ""."""
        return self._banner[1] if now < self._banner[0] else ""

    def fate(self, now: float) -> Fate | None:
        """How you died, or whom you killed, for FATE_TIME seconds."""
        return self._fate[1] if now < self._fate[0] else None

    def _is_bad(self, now: float) -> bool:
        fate = self.fate(now)
        return fate is not None and not fate.good


def _death_text(slot: int, by: int, my_slots: Collection[int], names: Mapping[int, str]) -> str:
    who = "You" if len(my_slots) == 1 else names.get(slot, "You")
    if by < 0:
        return f"A wall fell on {'you' if who == 'You' else who}"
    if by == slot:
        return "Your own bomb got you" if who == "You" else f"{who} stayed too long"
    return f"{names.get(by, 'Somebody')} got {'you' if who == 'You' else who}"


class PausableClock:
    """The time for drawing: it stands still while the server is paused, and then goes on. One for each screen."""

    def __init__(self) -> None:
        self._paused = 0.0  # seconds, all pauses together
        self._last: float | None = None

    def at(self, now: float, is_paused: bool) -> float:
        """The time for the picture that is drawn at `now`, in seconds.

        >>> clock = PausableClock()
        >>> [clock.at(now, is_paused) for now, is_paused in ((5.0, False), (6.0, True), (9.0, True), (9.5, False))]
        [5.0, 5.0, 5.0, 5.5]
        """
        if is_paused and self._last is not None:
            self._paused += now - self._last
        self._last = now
        return now - self._paused
