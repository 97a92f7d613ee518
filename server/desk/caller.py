"""Who stands at the desk, and what the parts of the desk have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.commands import Role, Said


@dataclass(frozen=True, slots=True)
class Caller:
    """Who gives an order. `peer` and `member` are 0 for who runs the server."""

    role: Role
    name: str
    peer: int = 0
    member: int = 0

    @property
    def is_console(self) -> bool:
        """True for who runs the server."""
        return self.role is Role.CONSOLE

    @property
    def by(self) -> str:
        """How a ban says who made it."""
        return self.name if self.is_console else f"host {self.name}"


CONSOLE = Caller(Role.CONSOLE, "console")

# Carries out one order, and answers with lines; raises BadOrder. The float is `now`.
Does = Callable[[Caller, Said, float], list[str]]
Orders = Mapping[str, Does]
