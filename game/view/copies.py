"""What the server says of copies of the room: who keeps one, whether it asks us, and that the room goes on elsewhere.

Rule 1: an offer counts until the server takes it back or makes another one, also over a loss of the connection: the
        standby that was started for it may be the one that goes on.
Rule 2: who keeps a copy is known of each connection anew; what was known at the last loss stays in `lost`, for what
        a person reads while the room moves.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from petard.shared.protocol.later_messages import GoesOn, Standby, StandbyOffer, Standbys


class Keeper(NamedTuple):
    """A member at whose computer a copy is kept. `name`: "" if unknown. `addresses`: HOST:PORT, of its standby."""

    name: str
    addresses: tuple[str, ...]
    is_ours: bool = False


class LostRoom(NamedTuple):
    """The room at the moment in which its server was lost. `host`: whose computer that ran on, "" if nobody knows."""

    host: str = ""
    keepers: tuple[Keeper, ...] = ()
    has_left: bool = False  # the server has said that the room goes on elsewhere

    def keeper_at(self, address: str) -> Keeper | None:
        """Whose standby is at HOST:PORT.

        >>> LostRoom("Ada", (Keeper("Bo", ("10.0.0.6:7801",)),)).keeper_at("10.0.0.6:7801").name
        'Bo'
        """
        return next((one for one in self.keepers if address in one.addresses), None)


@dataclass(slots=True)
class Copies:
    """Of one room. `goes_on`: the server has said so before its Bye, and where."""

    standbys: tuple[Standby, ...] = ()
    offer: StandbyOffer | None = None
    goes_on: GoesOn | None = None
    lost: LostRoom = field(default_factory=LostRoom)

    def handle_message(self, message: StandbyOffer | Standbys | GoesOn) -> None:
        match message:
            case StandbyOffer(ticket):
                self.offer = message if ticket else None
            case Standbys(standbys):
                self.standbys = standbys
            case GoesOn():
                self.goes_on = message

    def begin(self) -> None:
        """A server has let us in; it says by itself who keeps copies."""
        self.standbys, self.goes_on = (), None
