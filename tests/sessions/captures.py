"""The captures: what clients of all kinds do to a server. Two of these matches are kept as demos too."""

from collections.abc import Callable
from dataclasses import replace

from petard.shared.protocol.messages import Away, Bye, Hello, Input, Loaded, Look, Ping, Ready, Say, Setup
from tests.lan.quality import line
from tests.sessions.making import RawClient, RecordedLan, hello

FAST = Setup("small", "duel", 3, 1, 2)


def glued_hello(net: RecordedLan) -> None:
    """A Hello with the beginning of the next message, then a whole second in one piece, cut in mid-message."""
    client = RawClient(net)
    look = RawClient.encoded(Look(0, 5, 3))
    client.send(RawClient.encoded(hello("Glue")) + look[:6])
    client.pass_time(0.1)
    inputs = RawClient.encoded(*[Input(clock, (clock % 16,), 0) for clock in range(1, 21)])
    client.send(look[6:] + RawClient.encoded(Ready(True), Say("all at once"), Ping(7)) + inputs[:-2])
    client.pass_time(0.5)
    client.send(inputs[-2:] + RawClient.encoded(Loaded(1), *[Input(clock, (8,), 0) for clock in range(21, 50)]))
    client.watch(4.0)
    client.send_messages(Input(50, (16,), client.states), Bye("Enough."))
    client.pass_time(0.2)


def split_hello(net: RecordedLan) -> None:
    """A Hello that arrives byte by byte, one in each tick, and the rest in odd pieces."""
    client = RawClient(net)
    words = RawClient.encoded(hello("Splinter"))
    client.trickle(words)
    client.trickle(RawClient.encoded(Ready(True), Loaded(1), Say("bit by bit")))
    client.watch(4.0)
    client.trickle(RawClient.encoded(*[Input(clock, (4,), client.states) for clock in range(1, 9)]))


def slow_reader(net: RecordedLan) -> None:
    """One client reads nothing for eight seconds, gets no more states, and gets the newest one in the end."""
    slow = RawClient(net, quality=line("lan", room=4096))
    slow.send_messages(hello("Snail"))
    slow.pass_time(0.2)
    slow.is_reading = False
    ada = RawClient(net, host=201)
    ada.send_messages(hello("Ada"))
    ada.pass_time(0.2)
    for turn in range(230):
        ada.send_messages(Look(0, turn % 16, turn % 8))
        slow.send_messages(Look(0, (turn + 8) % 16, 0))
        ada.pass_time(1 / 60)
    ada.send_messages(Ready(True))
    slow.send_messages(Ready(True))
    ada.pass_time(0.1)
    for client in (ada, slow):
        client.send_messages(Loaded(1))
    ada.watch(4.0)
    slow.is_reading = True
    for _ in range(8):
        slow.watch(0.25)
        ada.watch(0.25)


def reset_in_mid_frame(net: RecordedLan) -> None:
    """A connection breaks in the middle of an Input; a bot takes the seat, and the match goes on."""
    client, ada = RawClient(net), net.join("lan", name="Ada")
    client.send_messages(hello("Brittle"))
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    client.send_messages(Ready(True), Loaded(1))
    client.watch(4.0)
    words = RawClient.encoded(*[Input(clock, (2,), client.states) for clock in range(1, 9)])
    client.send(words[:-3])
    client.pass_time(0.05)
    client.reset()
    net.run(4.0)


def malformed_peers(net: RecordedLan) -> None:
    """What scanners, other programs and broken clients send, while somebody plays."""
    ada = net.join("lan", name="Ada")
    net.until(lambda: net.room.people == 1)
    ada.get_ready()
    for number, data in enumerate((
        b"GET / HTTP/1.1\r\nHost: example\r\n\r\n",
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff" + bytes(100),
        b"\x00\x00\x00\x03\x93\x01\xc1",
        RawClient.encoded(Say("no Hello before it")),
        RawClient.encoded(Hello(99, "9.9.9", "Future", 1, "")),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    )):  # fmt: skip
        client = RawClient(net, host=100 + number)
        client.send(data)
        client.pass_time(0.4)
        client.line.close()
    for name, data in (("Twice", RawClient.encoded(hello("Twice"))), ("Rude", b"\x00\x00\xff\xff" + b"x" * 50)):
        client = RawClient(net, host=120 + len(name))
        client.send_messages(hello(name))
        client.pass_time(0.2)
        client.send(RawClient.encoded(Ready(True)) + data)
        client.pass_time(0.2)
        client.line.close()
    net.run(1.0)


def flood(net: RecordedLan) -> None:
    """More Inputs than anybody could press, until the server closes the connection; the other client plays on."""
    client, ada = RawClient(net), net.join("lan", name="Ada")
    client.send_messages(hello("Torrent"))
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    client.send_messages(Ready(True), Loaded(1))
    client.pass_time(0.5)
    for first in range(1, 2400, 40):
        client.send_messages(*[Input(first + number, (number % 16,), client.states) for number in range(40)])
        client.pass_time(1 / 60)
    net.run(2.0)


def silence(net: RecordedLan) -> None:
    """A connection without a Hello, half a Hello that is never completed, and a member that stops sending."""
    ada = net.join("lan", name="Ada")
    _, half, mute = RawClient(net, host=101), RawClient(net, host=102), RawClient(net, host=103)
    half.send(RawClient.encoded(hello("Half"))[:9])
    mute.send_messages(hello("Mute"))
    net.until(lambda: net.room.people == 2)
    net.run(11.0)
    assert net.people() == [ada]
    net.run(0.5)


def crowd_of_strangers(net: RecordedLan) -> None:
    """Seventy silent connections at once, twelve from one address; a client with a Hello is still admitted."""
    clients = [RawClient(net, host=home) for home in (*range(1, 59), *[90] * 12)]
    ada = net.join("lan", name="Ada")
    net.until(lambda: net.room.people == 1)
    assert clients
    ada.get_ready()
    net.run(1.0)


def rejoin(net: RecordedLan) -> None:
    """A game is killed in a round and rejoins with its token: same seat, same wins, no secret in the file."""
    ada, bo = net.join("wifi", name="Ada"), net.join("bad", name="Bo")
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    bo.get_ready()
    net.run(5.0)
    bo.kill()
    net.run(1.5)
    again = net.come_again(bo)
    net.until(lambda: again.session.room.welcome and again.session.room.welcome.returned)
    net.run(4.0)


def best_of_three(net: RecordedLan) -> None:
    """A whole match with three clients, one with two players: rounds, results, champion, and back to the lobby."""
    for quality, name, players in (("lan", "Ada", 2), ("wifi", "Bo", 1), ("far", "Cy", 1)):
        net.join(quality, players, name)
    net.until(lambda: net.room.people == 3)
    for client in net.clients:
        client.get_ready()
    net.until(lambda: net.room.world is not None)
    net.until(lambda: net.room.world is None, most=200.0)
    net.run(0.5)


def stopped_for_a_while(net: RecordedLan) -> None:
    """The server stops for 2.5 s, as a laptop that sleeps; nobody is disconnected for it, not even half a Hello."""
    ada, bo = net.join("lan", name="Ada"), net.join("lan", name="Bo")
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    bo.get_ready()
    net.run(2.0)
    half = RawClient(net)
    half.send(RawClient.encoded(hello("Half"))[:9])
    net.run(3.0)
    net.host.frozen_until = net.now + 2.5
    net.run(2.8)
    half.send(RawClient.encoded(hello("Half"))[9:])
    half.pass_time(3.0)


ONE = Setup("small", "duel", 1, 0, 2)
WIRES: dict[str, tuple[Callable[[RecordedLan], None], Setup]] = {
    "glued_hello": (glued_hello, FAST),
    "split_hello": (split_hello, FAST),
    "slow_reader": (slow_reader, Setup("grand", "duel", 1, 14, 1)),
    "reset_in_mid_frame": (reset_in_mid_frame, ONE),
    "malformed_peers": (malformed_peers, FAST),
    "flood": (flood, ONE),
    "silence": (silence, FAST),
    "crowd_of_strangers": (crowd_of_strangers, FAST),
    "rejoin": (rejoin, replace(FAST, away=Away.BOT)),
    "best_of_three": (best_of_three, Setup("small", "duel", 3, 0, 2)),
    "stopped_for_a_while": (stopped_for_a_while, ONE),
}
RECORDED = ("rejoin", "best_of_three")  # the demos of these matches are kept as well
