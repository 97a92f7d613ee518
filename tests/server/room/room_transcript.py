"""Conversations with a real Room as transcripts (tests/transcript.py): `ada >> Ready(True)`, `ada << Roster`."""

from itertools import count

from petard.server.room.chat import SERVER
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import BUILD, PROTOCOL, Bye, Chat, Hello, Message, Setup
from tests.ends import SETUP, boards
from tests.transcript import End, Transcript


def notice(text: str, number: int = 0) -> Chat:
    """A chat message from the server; those to one member alone have the number 0."""
    return Chat(SERVER, "", text, number)


class RoomTranscript(Transcript):
    """A room and its peers. `now`, in seconds, is changed by the test; `tick` advances the room."""

    def __init__(self, *ignore: type[Message], setup: Setup = SETUP) -> None:
        super().__init__(*ignore)
        self.now = 0.0
        self.room = Room(RoomSettings(setup, "Test"), boards(), 1)
        self._numbers = count(1)
        self._peers: dict[End, int] = {}

    def connect(self, name: str) -> End:
        """Return a peer that has connected and not sent anything yet."""
        end = self.end(name)
        self._peers[end] = next(self._numbers)
        return end

    def join(self, name: str, players: int = 1) -> End:
        """Return a member. It and all others have read everything that the room has sent so far."""
        end = self.connect(name)
        end >> Hello(PROTOCOL, BUILD, name, players, "")
        self.skip()
        return end

    def skip(self) -> None:
        """Let all peers read everything that the room has sent so far."""
        for end in self._peers:
            end.unread.clear()

    def deliver(self, sender: End, message: Message) -> None:
        """Give a message of a peer to the room, and the answers to their receivers."""
        peer = self._peers[sender]
        match message:
            case Hello():
                self.post(self.room.membership.join(peer, message, f"{peer:032x}", self.now))
            case Bye():
                del self._peers[sender]
                self.post(self.room.membership.leave(peer, "left"))
            case _:
                self.post(self.room.receive(peer, message, self.now))

    def disconnect(self, end: End) -> None:
        """End a connection without a Bye."""
        self.post(self.room.membership.disconnect(self._peers.pop(end)))

    def tick(self, ticks: int = 1) -> None:
        """Advance the room by so many ticks."""
        for _ in range(ticks):
            self.post(self.room.tick(self.now))

    def post(self, outgoing: list[Outgoing]) -> None:
        """Give messages of the room to their receivers."""
        for letter in outgoing:
            for end, peer in list(self._peers.items()):
                if letter.to in (None, peer):
                    end.receive(letter.message)
