"""Lines of chat that we said and that may be lost with the line that carried them. Pure.

Rule 1: what was said before a Ping has arrived when its Pong comes, whatever the room made of it.
Rule 2: what may be lost is said again over the next line, but for what the room tells us there that it has heard.
"""

KEPT = 8  # lines; nobody says more in ten seconds


class UnackedChat:
    """What we said, in order. Pings are known by their ids, which grow; a new line counts them from 1 again."""

    def __init__(self) -> None:
        self._on_their_way: list[tuple[int, str]] = []  # with the last Ping that went before them
        self._unsure: list[str] = []  # the line broke before we knew

    def say(self, text: str, pinged: int) -> None:
        """Note a line that goes out now, after the Ping `pinged`."""
        self._on_their_way = [*self._on_their_way, (pinged, text)][-KEPT:]

    def hear(self, text: str) -> None:
        """The room tells everybody what we said."""
        if text in self._unsure:
            self._unsure.remove(text)
            return
        at = next((at for at, (_, said) in enumerate(self._on_their_way) if said == text), None)
        if at is not None:
            del self._on_their_way[at]

    def lose(self) -> None:
        """The line is gone."""
        self._unsure = [*self._unsure, *(text for _, text in self._on_their_way)][-KEPT:]
        self._on_their_way = []

    def forget(self) -> None:
        """Nobody there knows us, so nothing is said twice or late."""
        self._on_their_way, self._unsure = [], []

    def due(self, ponged: int) -> list[str]:
        """What is to be said again, once; `ponged`: the last Ping of this line that was answered, 0 before the first.

        The room tells the last lines before it answers, so by then it is known what it has heard.
        """
        if not ponged:
            return []
        self._on_their_way = [(pinged, text) for pinged, text in self._on_their_way if pinged >= ponged]
        due, self._unsure = self._unsure, []
        return due
