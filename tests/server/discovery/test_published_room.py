"""A room behind a published port is announced while it answers, at that port, over real sockets of this machine."""

import contextlib
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from petard.server.discovery.announcer import ROOMS_MOST, CannotAnnounce, open_rooms
from petard.server.discovery.published_room import ASK_EVERY, CHECK_EVERY, LOST, PortCheck, PublishedRoom, room_at
from petard.server.discovery.responder import Responder
from petard.server.policy.log import Log
from petard.shared.discovery.network import open_udp, receive
from petard.shared.protocol.beacon import PORTS, SIZE, Answer, Question, ServerCard, decode, encode
from tests.server.beacons import FindableServer, alone, free_port
from tests.server.loopback import LoopbackServer

HERE = "127.0.0.1"


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch)


class KnownCheck(PortCheck):
    """A check by TCP that is done at once. `leads_to`: what it finds."""

    def __init__(self, leads_to: int | None) -> None:
        super().__init__(list)
        self.leads_to = leads_to
        self._last = float("-inf")

    def start(self, now: float, pause: float) -> None:
        if now >= self._last + pause:
            self._last, self.room = now, self.leads_to
            self.count += 1


def quiet_port() -> int:
    """A free UDP port that no system gives to a socket by itself, so that it stays free when its room is closed."""
    while True:
        port = random.SystemRandom().randrange(20_000, 30_000)
        with contextlib.suppress(OSError), open_udp(socket.AF_INET, HERE, port):
            return port


class Scene:
    """The announcer of one room, somebody who asks it, and the room, which may be away."""

    def __init__(self, leads_to: int | None = 0) -> None:
        self.log: list[str] = []
        self.port = quiet_port()  # where the room's own UDP port is, which is the published one, too
        self.check = KnownCheck(leads_to)
        responder = Responder([(int(socket.AF_INET), HERE, 0)], free_port(), 0.0, [self.port])
        place = (int(socket.AF_INET), (HERE, self.port))
        self.published = PublishedRoom(place, responder, self.check, Log(self.log.append))
        self.asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.asker.setblocking(False)
        self.room: FindableServer | None = None
        self._asked = 0

    def open_room(self) -> FindableServer:
        """Let the room be there."""
        self.room = FindableServer(self.port)
        assert self.room.beacon.sockets.port == self.port
        return self.room

    def close_room(self) -> None:
        """Let it be gone."""
        assert self.room
        self.room.close()
        self.room = None

    def heard_at(self, now: float) -> ServerCard | None:
        """Ask a question at that time; returns the card of the answer, None if nothing came back."""
        self.published.update(now)
        if self.room:
            self.room.beacon.update(now)
        self.published.update(now)
        self._asked += 1
        self.asker.sendto(encode(Question(self._asked)), (HERE, self.published.discovery_port))
        self.published.update(now)
        answers = [decode(one.data) for one in receive(self.asker, 9)]
        return next((one.card for one in answers if isinstance(one, Answer)), None)

    def close(self) -> None:
        """Close all sockets."""
        if self.room:
            self.close_room()
        self.published.close()
        self.asker.close()


@pytest.fixture
def scene() -> Iterator[Scene]:
    """Nothing answers yet; TCP leads to a room that names no number."""
    with closing(Scene()) as scene:
        yield scene


def test_the_network_hears_of_the_room_at_the_published_port(scene: Scene) -> None:
    room = scene.open_room()
    room.loopback.member()
    card = scene.heard_at(0.0)
    assert card
    assert (card.id, card.name, card.players, card.port) == (room.id, "Test", 1, scene.port)
    assert scene.port != room.loopback.listeners.port
    assert scene.log == [f"announces the room 'Test' at {HERE}:{scene.port}"]


def test_what_is_said_of_the_room_is_at_most_a_second_old(scene: Scene) -> None:
    room = scene.open_room()
    assert scene.heard_at(0.0)
    room.loopback.member()
    card = scene.heard_at(ASK_EVERY)
    assert card
    assert card.players == 1


def test_a_room_that_is_away_is_not_announced_until_it_is_back(scene: Scene) -> None:
    assert scene.heard_at(0.0) is None
    first = scene.open_room().id
    assert scene.heard_at(ASK_EVERY)
    scene.close_room()
    assert scene.heard_at(ASK_EVERY + LOST - 0.1), "one lost answer is no end"
    assert scene.heard_at(ASK_EVERY + LOST) is None
    assert scene.heard_at(60.0) is None
    second = scene.open_room().id
    card = scene.heard_at(62.0)
    assert card
    assert card.id == second != first
    assert "does not answer any more" in scene.log[1]


def test_a_restarted_room_takes_the_place_of_the_old_one_once_tcp_leads_to_it(scene: Scene) -> None:
    room = scene.open_room()
    scene.check.leads_to = room.id
    assert scene.heard_at(0.0)
    scene.close_room()
    room = scene.open_room()
    assert scene.heard_at(ASK_EVERY) is None, "TCP leads to the old one still"
    scene.check.leads_to = room.id
    card = scene.heard_at(2 * ASK_EVERY)
    assert card
    assert card.id == room.id


@pytest.mark.parametrize(
    ("leads_to", "has_udp", "sentence"),
    [
        (None, True, "it answers by UDP, but its TCP port cannot be reached in the network: publish TCP on every"),
        (5, True, "it is another one by UDP than by TCP: publish both ports of one room under one number"),
        (5, False, "it answers by TCP, but not by UDP: publish its UDP port 7777, too, under the number of its TCP"),
    ],
)
def test_a_port_that_is_not_published_is_named_once_it_is_sure(
    leads_to: int | None, has_udp: bool, sentence: str
) -> None:
    with closing(Scene(leads_to)) as scene:
        if has_udp:
            scene.open_room()
        assert scene.heard_at(0.0) is None
        assert scene.log == [], "it may just be starting"
        assert scene.heard_at(CHECK_EVERY) is None
        assert len(scene.log) == 1
        assert f"does not announce the room at {HERE}:{scene.port}: {sentence}" in scene.log[0]


def test_nothing_is_logged_while_nothing_is_there() -> None:
    with closing(Scene(None)) as scene:
        for second in range(60):
            assert scene.heard_at(float(second)) is None
        assert scene.log == []


def test_answers_are_never_longer_than_questions_and_as_few_as_those_of_a_room(scene: Scene) -> None:
    scene.open_room()
    assert scene.heard_at(0.0)
    for number in range(100, 140):
        scene.asker.sendto(encode(Question(number)), (HERE, scene.published.discovery_port))
    scene.published.update(ASK_EVERY)
    answers = receive(scene.asker, 99)
    assert len(answers) == 10
    assert all(len(one.data) <= SIZE for one in answers)


def test_a_check_finds_the_room_that_listens_and_nothing_else() -> None:
    with ExitStack() as stack:
        loopback = stack.enter_context(closing(LoopbackServer()))
        taken = stack.enter_context(socket.create_server((HERE, 0)))
        gone = free_port()
        check = PortCheck(
            lambda: [(int(socket.AF_INET), (HERE, port)) for port in (gone, loopback.listeners.port)],
        )
        check.start(0.0, CHECK_EVERY)
        loopback.until(lambda: not check.is_running)
        assert (check.room, check.count) == (0, 1)
        check.start(CHECK_EVERY - 0.1, CHECK_EVERY)
        assert not check.is_running, "too soon"

        def answer() -> None:
            with taken.accept()[0] as sock:
                sock.sendall(b"SSH-2.0-no room\r\n")

        other = threading.Thread(target=answer)
        other.start()
        assert room_at(socket.AF_INET, taken.getsockname()) is None
        other.join()


@pytest.mark.parametrize(
    ("rooms", "sentence"),
    [
        ([(HERE, 7801)] * 2, "each room is published at a port of its own, and two of these have the same"),
        ([(HERE, 7800 + n) for n in range(PORTS + 1)], f"games find {ROOMS_MOST} rooms on one machine"),
        ([("192.0.2.7", 7777)], "192.0.2.7 is no address of this machine"),
        ([("no.such.host.invalid", 7777)], "that name is not known: 'no.such.host.invalid'"),
    ],
    ids=["twice", "too many", "elsewhere", "unknown"],
)
def test_what_cannot_be_announced_is_said_in_one_sentence(rooms: list[tuple[str, int]], sentence: str) -> None:
    with pytest.raises(CannotAnnounce, match=sentence):
        open_rooms(rooms, HERE, free_port(), Log(list[str]().append), 0.0)


def test_rooms_have_ports_of_their_own_and_leave_the_published_ones_free() -> None:
    first = free_port()
    with ExitStack() as stack:
        opened = open_rooms([(HERE, first), (HERE, first + 2)], HERE, first, Log(list[str]().append), 0.0)
        for one in opened:
            stack.callback(one.close)
        ports = {one.discovery_port for one in opened}
        assert len(ports) == 2
        assert ports <= set(range(first, first + PORTS)) - {first, first + 2}
