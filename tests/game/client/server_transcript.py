"""Conversations of a client with a server as transcripts (tests/transcript.py).

`server >> Ping(5)` is what the server sends to the tested client, `server << Pong(5)` what the client sends to it.
"""

from petard.game.client.client_link import ClientLink
from petard.game.client.session import Session
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Message, Welcome
from tests.transcript import End, Transcript

HELLO = Hello(PROTOCOL, BUILD, "Ada", 1, "")
WELCOME = Welcome(PROTOCOL, BUILD, 7, "0" * 32, 60, "Test")


def raw(*messages: Message) -> bytes:
    """The bytes of messages, legal now or not."""
    return b"".join(frame(encode(message)) for message in messages)


class ServerTranscript(Transcript):
    """A client whose server is the test. `now`, in seconds, is changed by the test. Bytes are sent as they are."""

    def __init__(self, client: Session | ClientLink, now: float = 0.0) -> None:
        super().__init__()
        self.client, self.now = client, now
        self.server = self.end("server")
        self._link = Link(Role.SERVER)

    def deliver(self, sender: End, message: Message | bytes) -> None:
        """Give a message of the server to the client."""
        self.client.receive_data(message if isinstance(message, bytes) else self._link.send(message), self.now)

    def collect(self) -> None:
        """Give what the client has to send to the server."""
        link = self.client.link if isinstance(self.client, Session) else self.client
        for message in self._link.receive_data(link.data_to_send()):
            self.server.receive(message)

    def reconnect(self) -> None:
        """Begin a new connection; the client has begun its own."""
        self._link = Link(Role.SERVER)
        self.server.unread.clear()
