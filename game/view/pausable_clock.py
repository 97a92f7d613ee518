"""The time of what is drawn: it stands still while the server is paused, and goes on where it was. Pure."""


class PausableClock:
    """One for each screen. Seconds, as `now` is."""

    def __init__(self) -> None:
        self._stood = 0.0  # for how long it has stood still, all pauses together
        self._seen: float | None = None

    def at(self, now: float, is_paused: bool) -> float:
        """The time for the picture that is drawn at `now`.

        >>> clock = PausableClock()
        >>> [clock.at(now, is_paused) for now, is_paused in ((5.0, False), (6.0, True), (9.0, True), (9.5, False))]
        [5.0, 5.0, 5.0, 5.5]
        """
        if is_paused and self._seen is not None:
            self._stood += now - self._seen
        self._seen = now
        return now - self._stood
