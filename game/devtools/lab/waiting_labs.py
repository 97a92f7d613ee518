"""Labs about waiting: for a socket, for a client that does not read, for a thread."""

import socket
import threading
import time
from contextlib import nullcontext, suppress
from itertools import pairwise

from petard.game.devtools.child_server import ChildServer
from petard.game.devtools.lab.experiment import OWN_PROGRAM, PICTURE, REAL_SERVER, Lab, LabClient, Show
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import PROTOCOL, Hello, Input, Keyframe, Ready, Welcome

CROWD = ("--bots", "60", "--map", "battle", "--seed", "1")
BLOCKING_SERVER = (
    "import petard.server.net.listeners as listeners; tune = listeners.tune; "
    "listeners.tune = lambda sock: (tune(sock), sock.setblocking(True))"
)


class _Pictures:
    """A loop of pictures whose recv() waits. `longest`: seconds between two pictures."""

    def __init__(self, client: LabClient, seconds: float) -> None:
        self.count, self.longest = 0, 0.0
        end = last = time.monotonic()
        end += seconds
        while time.monotonic() < end and not client.trouble:
            client.read(
                wait=max(0.001, end - time.monotonic())
            )  # waits for the next bytes, whatever else is to be done
            self.count += 1
            if Keyframe in client.seen and self.count % 12 == 0:
                client.clock += 12
                client.send(Input(client.clock, (0,), len(client.deltas) + 1))
            time.sleep(PICTURE / 2)  # the rest of the work of a picture
            self.longest, last = max(self.longest, time.monotonic() - last), time.monotonic()
        self.rate = self.count / seconds


class _StaysInLobby(LabClient):
    """Is ready only when the lab says so."""

    def send(self, *messages: object) -> None:
        super().send(*[message for message in messages if not isinstance(message, Ready)])  # type: ignore[arg-type]

    def get_ready(self) -> None:
        LabClient.send(self, Ready(True))


def freeze(show: Show) -> str:
    with ChildServer("--bots", "7", "--map", "classic", "--seed", "1") as server, _StaysInLobby(server.port) as client:
        while Welcome not in client.seen and not client.trouble:
            client.read(wait=0.2)
        client.play(0.5)
        lobby = _Pictures(client, 4)
        show(f"lobby: {lobby.rate:.1f} pictures a second, the longest takes {lobby.longest:.1f} s")
        client.get_ready()
        client.play(4.5)  # until the round runs
        match = _Pictures(client, 3)
        show(f"match: {match.rate:.1f} pictures a second, the longest takes {match.longest:.1f} s")
    return (
        f"Byte {client.received}, tick {client.tick}: the window draws {lobby.rate:.1f} pictures a second in the "
        f"lobby, where "
        f"little is sent, and {match.rate:.1f} in the match: it shows a picture only when the server has sent "
        f"something."
    )


def stuck(show: Show) -> str:
    sentence = ""
    for what, swap in (("a server whose send() waits", BLOCKING_SERVER), ("Petard's server", "")):
        with ChildServer(*CROWD, swap=swap) as server, LabClient(server.port) as client, socket.socket() as sleeper:
            sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            sleeper.connect(("127.0.0.1", server.port))
            sleeper.sendall(frame(encode(Hello(PROTOCOL, "lab", "Sleeper", 1, ""))))
            client.play(0.3)
            with suppress(OSError):
                sleeper.sendall(frame(encode(Ready(True))))
            client.play(9)
            times = [*client.deltas, time.monotonic()]
            longest = max((later - earlier for earlier, later in pairwise(times)), default=0.0)
            show(
                f"{what}: {len(client.deltas)} deltas, longest pause {longest:.2f} s, {client.trouble or 'no trouble'}"
            )
            sentence = sentence or (
                f"Byte {client.received}, tick {client.tick}: one client does not read, the server waits for it in "
                f"send(), and "
                f"Ada's board stands still for {longest:.2f} s."
            )
    return sentence


class _BrokenChat:
    """The chat of a course page: a thread for each client, and a quit that compares bytes with text."""

    def __init__(self, listener: socket.socket) -> None:
        self.clients: list[socket.socket] = []
        self._quit: object = "quit"
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                self.clients.append(listener.accept()[0])
                threading.Thread(target=self._serve, args=(self.clients[-1],), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            while True:
                data = client.recv(2048)
                if data == self._quit:  # bytes are never equal to text, and Python says nothing
                    self.clients.remove(client)
                    return
                for other in list(self.clients):
                    other.sendall(b">> " + data + b"\n")


def ghost(show: Show) -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        chat = _BrokenChat(listener)
        stays, leaves = (socket.create_connection(listener.getsockname()) for _ in range(2))
        while len(chat.clients) < 2:
            time.sleep(0.01)
        leaves.sendall(b"quit")
        leaves.shutdown(socket.SHUT_WR)
        stays.settimeout(0.5)
        received, empty, end = 0, 0, time.monotonic() + 2
        with suppress(TimeoutError):
            while time.monotonic() < end:
                data = stays.recv(65536)
                received, empty = received + len(data), empty + data.count(b">> \n")
        for sock in (stays, leaves, *chat.clients):
            sock.close()
    show(f"in 2 s, Ada received {empty} empty lines")
    return (
        f"Byte {received}, no tick: Bo has left, recv() gives b'' at once and for ever, and Ada gets {empty // 2} "
        "empty lines a second."
    )


def race(show: Show) -> str:
    for locked in (False, True):
        lost, twice, words = _words(locked)
        how = "with a lock and a copy of the list" if locked else "while other threads change the list"
        show(f"{how}: of {words} words {lost} never came, and {twice} came twice")
        if not locked:
            sentence = (
                f"No byte is wrong, and no tick is named: of {words} words for those who stayed, {lost} never came "
                f"and {twice} "
                "came twice, since the list changed while a thread walked through it."
            )
    return sentence


def _words(locked: bool, rounds: int = 4000) -> tuple[int, int, int]:
    """Say words to 20 clients that stay, while threads let others come and go. Return lost, doubled and all words."""
    clients: list[list[int]] = [[] for _ in range(20)]
    stayed, lock, is_over = list(clients), threading.Lock(), threading.Event()

    def come_and_go() -> None:
        guest: list[int] = []
        while not is_over.is_set():
            for change in (lambda: clients.insert(0, guest), lambda: clients.pop(_place(clients, guest))):
                with lock if locked else nullcontext():
                    change()
                time.sleep(0.0005)

    threads = [threading.Thread(target=come_and_go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for word in range(rounds):
        with lock if locked else nullcontext():
            people = list(clients) if locked else clients
        for client in people:
            client.append(word)
            time.sleep(0)  # a system call, as sendall() is: another thread may run
    is_over.set()
    for thread in threads:
        thread.join()
    lost = sum(rounds - len(set(heard)) for heard in stayed)
    return lost, sum(len(heard) - len(set(heard)) for heard in stayed), rounds * len(stayed)


def _place(clients: list[list[int]], guest: list[int]) -> int:
    """Return where a guest is in the list: the same object, not an equal one."""
    return next(place for place, one in enumerate(clients) if one is guest)


LABS = (
    Lab(
        "freeze",
        "The window waits in recv() for each picture.",
        freeze,
        "Why does only the lobby stand still, and the match hardly at all?",
        (
            "In a match the server sends sixty times a second, so recv() never waits long. In the lobby it sends "
            "a Ping every two seconds. The mistake is the same; only the luck is another."
        ),
        "game/net/tcp_transport.py",
        "5-window",
        f"{REAL_SERVER} It draws nothing: it only counts the pictures that a window could have drawn.",
    ),
    Lab(
        "stuck",
        "The server waits in send() for a client that does not read.",
        stuck,
        "Why is nothing wrong with seven bots, and much with sixty?",
        (
            "The system stores what the sleeper does not read. With seven bots a second is a few kilobytes, and "
            "the store lasts for half a minute; with sixty it is full at once."
        ),
        "server/policy/outbox.py",
        "3-select",
        f"{REAL_SERVER} One line of that server is changed, so that its send() waits; then it runs unchanged.",
    ),
    Lab(
        "ghost",
        "A chat compares what it received with text, and does not look at the end of a connection.",
        ghost,
        "Which two comparisons does this server need?",
        'data == b"quit", bytes with bytes; and `if not data`, which is the end of the connection.',
        "server/net/connection_ends.py",
        "4-room",
        f"{OWN_PROGRAM} How many lines there are depends on the computer.",
    ),
    Lab(
        "race",
        "Threads walk through a list of clients that other threads change.",
        race,
        "Why does nobody get an error?",
        (
            "A list that changes while a loop walks through it only moves its items: the loop skips one, or meets"
            " one twice. A lock around each change, and around a copy to walk through, cures it. So does one "
            "thread with select()."
        ),
        "server/runtime/loop.py",
        "3-select",
        f"{OWN_PROGRAM} Lists stand in for connections. How many words are lost depends on the computer.",
    ),
)
