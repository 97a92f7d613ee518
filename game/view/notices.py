"""The texts over a match: chat, banners, who killed you, how the round ended, and the state of the connection.

Rule 1: a chat line is shown for CHAT_TIME, a banner for BANNER_TIME, a fate for FATE_TIME seconds.
Rule 2: `now` is an argument; names are looked up with the cue, so the name of a player who leaves later still shows.
Rule 3: what is said of the connection says what happens and what the person can do, and does not change faster than it
        can be read.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from petard.game.texts.known_lines import known_line
from petard.game.texts.names import SOMEBODY
from petard.game.texts.phrases import joined, tr
from petard.game.view.cues import GO, Banner, Cue, PlayerDied
from petard.game.view.feats import Decided, Rising, gain_words
from petard.game.view.item_looks import ITEM_LESSONS
from petard.game.view.kill_feed import KillFeed
from petard.game.view.round_ending import RoundEnding
from petard.shared.protocol.messages import Chat
from petard.shared.rules.tie_break import WinReason

CHAT_TIME = 9.0  # seconds
FAINT_AFTER = 7.0
LINES_EVERY = 0.25  # seconds
LINES = 5
BANNER_TIME: dict[str, float] = {GO: 0.9}
BANNER_USUAL = 2.5
TITLE_AFTER = 0.6  # seconds: after the last kill was seen
PHOTO_TIME = 1.4  # seconds, from the decision on
FATE_TIME = 3.0
LESSONS: dict[str, str] = {gain_words(item): words for item, words in ITEM_LESSONS.items()}  # by what rises
SLOW_SHOWN, SLOW_AGAIN = 6.0, 60.0  # seconds: how long a slow line is shown, and when again
SILENCE_SHOWN = 0.8  # seconds of silence; a good Wi-Fi has pauses of a quarter of one


@dataclass(frozen=True, slots=True)
class ChatLine:
    text: str
    faint: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """How you died, or the player you killed."""

    text: str
    good: bool
    y: float = 0.0  # the place, in tiles from the top, so that the text does not hide it


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """A few words over the screen. `broken`: we are disconnected, and Back gives up."""

    words: str
    coming: str = ""  # what happens next
    reason: str = ""  # one sentence
    broken: bool = False


class Notices:
    """The short-lived texts that are still shown."""

    def __init__(self) -> None:
        self._lines: deque[tuple[float, str]] = deque(maxlen=LINES)
        self._new_lines: deque[tuple[float, str]] = deque(maxlen=LINES)  # that are not shown yet
        self._changed_at = -LINES_EVERY
        self._banner: tuple[float, str] = (0.0, "")
        self._fate: tuple[float, Fate | None] = (0.0, None)
        self.kills = KillFeed()
        self._explained: set[str] = set()  # what was gained before, in the words that rose
        self._decided: tuple[float, bool] = (-PHOTO_TIME, False)  # when, and whether it was narrow

    def add_chat(self, text: str, now: float) -> None:
        self._new_lines.append((now, text))

    def add_cues(self, cues: Iterable[Cue], my_slots: Collection[int], names: Mapping[int, str], now: float) -> None:
        """Add the texts among the cues. `my_slots`: of the players at this machine; `names`: of every slot."""
        for cue in cues:
            if isinstance(cue, Rising) and cue.key[0] == "gain" and cue.key[1] in my_slots:
                self._explain(cue.text, now)
            if isinstance(cue, PlayerDied):
                self.kills.add(cue.slot, cue.by, now)
            match cue:
                case Decided(narrow):
                    self._decided = (now, narrow)
                case Banner(text):
                    self._banner = (now + BANNER_TIME.get(text, BANNER_USUAL), text)
                case PlayerDied(slot, by, _, y) if slot in my_slots:
                    self._fate = (now + FATE_TIME, Fate(_death_text(slot, by, my_slots, names), False, y))
                case PlayerDied(slot, by, _, y) if by in my_slots and ((fate := self.fate(now)) is None or fate.good):
                    self._fate = (now + FATE_TIME, Fate(tr("You got {name}!", name=names.get(slot, SOMEBODY)), True, y))

    def _explain(self, gain: str, now: float) -> None:
        """Say what an item is and does, when it is taken for the first time."""
        if gain not in self._explained and gain in LESSONS:
            self.add_chat(LESSONS[gain], now)
        self._explained.add(gain)

    def lines(self, now: float) -> list[ChatLine]:
        """The chat lines, oldest first. New ones join them at most once in LINES_EVERY seconds: each costs drawing."""
        if self._new_lines and not 0 <= now - self._changed_at < LINES_EVERY:
            self._lines += self._new_lines
            self._new_lines.clear()
            self._changed_at = now
        return [ChatLine(text, now - since > FAINT_AFTER) for since, text in self._lines if now - since < CHAT_TIME]

    def banner(self, now: float) -> str:
        """The banner that is shown now, or ""."""
        return self._banner[1] if now < self._banner[0] else ""

    def shows_title(self, now: float) -> bool:
        """False while the last kill is still to be seen, or a photo finish is announced."""
        return now - self._decided[0] >= TITLE_AFTER and not self.is_photo_finish(now)

    def is_photo_finish(self, now: float) -> bool:
        """True while it is announced that only a tie rule knew a winner."""
        return self._decided[1] and now - self._decided[0] < PHOTO_TIME

    def fate(self, now: float) -> Fate | None:
        """How you died, or the player you killed, for FATE_TIME seconds."""
        return self._fate[1] if now < self._fate[0] else None


def _death_text(slot: int, by: int, my_slots: Collection[int], names: Mapping[int, str]) -> str:
    who, killer = names.get(slot), names.get(by, SOMEBODY)
    if len(my_slots) == 1 or who is None:
        if by == slot:
            return tr("Your own bomb got you")
        return tr("A wall fell on you") if by < 0 else tr("{name} got you", name=killer)
    if by == slot:
        return tr("{name} stayed too long", name=who)
    return tr("A wall fell on {name}", name=who) if by < 0 else tr("{name} got {other}", name=killer, other=who)


def chat_text(chat: Chat) -> str:
    """Return a line of chat with its author; the room itself has no name.

    >>> chat_text(Chat(0, "Ada", "hello")), chat_text(Chat(-1, "", "Bo left."))
    ('Ada: hello', 'Bo left.')
    """
    return f"{chat.name}: {chat.text}" if chat.name else known_line(chat.text)


def title_words(winner: int, names: Mapping[int, str]) -> str:
    """Who won the round.

    >>> title_words(1, {1: "Ada"}), title_words(-1, {})
    ('Ada wins the round!', 'This round is a draw')
    """
    name = names.get(winner, SOMEBODY)
    return tr("{name} wins the round!", name=name) if winner >= 0 else tr("This round is a draw")


def reason_words(ending: RoundEnding) -> str:
    """How it was decided; "" for a winner without a known reason, since the last tick was not received.

    >>> reason_words(RoundEnding(0, WinReason.NEARER)), reason_words(RoundEnding(0, WinReason.HEALTH, time_up=True))
    ('Photo finish: nearer to the middle', 'Time is up: more health')
    """
    if ending.reason is WinReason.NOBODY:
        if ending.winner >= 0 or not ending.rivals:
            return "" if ending.winner >= 0 else tr("Nobody is left")
        words = tr("nobody was ahead")
    elif ending.reason is WinReason.NOT_OWN_FLAME and ending.rivals < 2:
        words = tr("the other died by their own bomb")
    elif ending.reason in _WHOLE:
        return tr("Last side standing") if ending.is_side else _WHOLE[ending.reason]
    else:
        words = _RULES[ending.reason]
    return tr("Time is up: {why}", why=words) if ending.time_up else tr("Photo finish: {why}", why=words)


_WHOLE = {
    WinReason.LAST_STANDING: tr("Last one standing"),
    WinReason.ALONE: tr("Outlived the clock"),
    WinReason.CROWN: tr("Held the crown the longest"),
    WinReason.TILES: tr("Painted the most floor"),
    WinReason.SURVIVED: tr("Alive to the end"),
    WinReason.BITTEN: tr("Nobody is left alive: made the most zombies"),
}
_RULES = {
    WinReason.NOT_OWN_FLAME: tr("the others died by their own bombs"),
    WinReason.HEALTH: tr("more health"),
    WinReason.NEARER: tr("nearer to the middle"),
    WinReason.MORE_LEFT: tr("more players left"),
}


def silence_status(seconds: float) -> ConnectionStatus | None:
    """For a server that has been silent for so long; None while that is normal.

    >>> silence_status(0.5), silence_status(2.2)
    (None, ConnectionStatus(words='No word from the server for 2 s', coming='', reason='', broken=False))
    """
    if seconds < SILENCE_SHOWN:
        return None
    return ConnectionStatus(tr("No word from the server for {seconds} s", seconds=max(1, int(seconds))))


class SlowLine:
    """When it is said that the line is slow: for SLOW_SHOWN seconds, and at most once in SLOW_AGAIN."""

    def __init__(self) -> None:
        self._since = -SLOW_AGAIN

    def words(self, is_slow: bool, now: float) -> str:
        """What is said at `now`, in seconds; "" for nothing.

        >>> line = SlowLine()
        >>> [line.words(True, now) for now in (0.0, 5.9, 6.0, 59.9, 60.0)]
        ['Your line is slow', 'Your line is slow', '', '', 'Your line is slow']
        """
        if is_slow and now - self._since >= SLOW_AGAIN:
            self._since = now
        return tr("Your line is slow") if is_slow and now - self._since < SLOW_SHOWN else ""


def idle_status(names: Sequence[str], all_of_us: bool) -> ConnectionStatus | None:
    """For players who have pressed no key for long, so that bots play for them; None if there are none.

    >>> idle_status([], True), idle_status(["Bo"], False)  # doctest: +ELLIPSIS
    (None, ConnectionStatus(words='Bo was away: a bot plays on. Any key of theirs takes over.', ...))
    """
    if not names:
        return None
    if all_of_us:
        return ConnectionStatus(tr("A bot plays for you: press one of your keys."))
    if len(names) == 1:
        return ConnectionStatus(tr("{name} was away: a bot plays on. Any key of theirs takes over.", name=names[0]))
    who = tr("{names} and {last}", names=joined(", ", names[:-1]), last=names[-1])
    return ConnectionStatus(tr("{names} were away: bots play for them. Any key of theirs takes over.", names=who))


def disconnect_status(reason: str, pause: float | None) -> ConnectionStatus:
    """For a lost connection. `pause`: seconds to the next try, None during one.

    >>> disconnect_status("", 1.2).coming, disconnect_status("", None).coming
    ('Trying again in 2 s', 'Trying again now')
    """
    seconds = max(1, ceil(pause or 0))
    coming = tr("Trying again now") if pause is None else tr("Trying again in {seconds} s", seconds=seconds)
    return ConnectionStatus(tr("The connection is lost"), coming, reason, broken=True)


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
