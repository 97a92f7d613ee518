"""The passwords of rooms that a person has said, for as long as the game runs. They are in no file.

Rule: a password that was wrong is forgotten, so that the person is asked again.
"""


class PasswordCache:
    """By the address of the server, as people write it."""

    def __init__(self, usual: str = "") -> None:
        """`usual`: where nothing else is known."""
        self._usual = usual
        self._known: dict[str, str] = {}

    def of(self, address: str) -> str:
        """The one for that server, "" if none is known."""
        return self._known.get(address, self._usual)

    def keep(self, address: str, password: str) -> None:
        """Remember what a person said."""
        self._known[address] = password

    def forget(self, address: str) -> None:
        """It was the wrong one."""
        self._known[address] = ""
