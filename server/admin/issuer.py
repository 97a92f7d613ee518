"""Who stands at the desk, and what the parts of the desk have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil

from petard.server.policy.admin_commands import AdminRole, CommandError, ParsedCommand


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives an order. `peer` and `member` are 0 for who runs the server.

    `home`: what counts as the address that they come from, "" where that is not known.
    """

    role: AdminRole
    name: str
    peer: int = 0
    member: int = 0
    home: str = field(default="", repr=False)
    muted_until: float = 0.0  # seconds

    @property
    def is_console(self) -> bool:
        """True for who runs the server."""
        return self.role is AdminRole.CONSOLE

    @property
    def by(self) -> str:
        """How a ban says who made it."""
        return self.name if self.is_console else f"host {self.name}"

    def speak_up(self, now: float) -> None:
        """Raise BadOrder if nobody hears them now: then they say nothing to all in another way, either."""
        if now < self.muted_until:
            raise CommandError(f"nobody hears you for another {ceil(self.muted_until - now)} s")


CONSOLE = Issuer(AdminRole.CONSOLE, "console")

# Carries out one order, and answers with lines; raises BadOrder. The float is `now`.
Does = Callable[[Issuer, ParsedCommand, float], list[str]]
Orders = Mapping[str, Does]
