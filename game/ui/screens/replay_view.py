"""The picture of the replay viewer: the match as it looked, with sound, and who died and who won told in words."""

from collections.abc import Sequence

from petard.game.ui.audio import Audio
from petard.game.ui.render.demo_renderer import DemoRenderer
from petard.game.ui.render.effects import Comfort
from petard.game.view.chapters import end_words, result_words
from petard.game.view.cues import Banner, Cue
from petard.game.view.playback import Passed
from petard.shared.demo.records import Scored
from petard.shared.rules.events import EventType

FOOT = 116.0  # logical units: the height of time line and buttons


class ReplayView(DemoRenderer):
    """Draws the Playback that is watched, and plays its sounds."""

    def __init__(self, audio: Audio) -> None:
        super().__init__(Comfort())
        self._audio = audio

    def handle_cues(self, cues: Sequence[Cue], now: float) -> None:
        """Play the sounds and start the effects of the cues."""
        self._audio.play_cues(cues, now)
        super().handle_cues(cues, now)

    def extra_cues(self, passed: Passed, names: dict[int, str]) -> Sequence[Cue]:
        """Return a banner for each round that was won."""
        return [Banner(result_words(note.results, names)) for note in passed.notes if isinstance(note, Scored)]

    def extra_lines(self, passed: Passed, names: dict[int, str]) -> Sequence[str]:
        """Return a line for each player who died."""
        return [end_words(event, names) for _, event in passed.events if event.what == EventType.DIED]
