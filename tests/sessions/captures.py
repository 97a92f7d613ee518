"""The wire captures: what clients of all kinds do to a server. Two of these matches are kept as demos as well."""

from collections.abc import Callable
from dataclasses import replace

from petard.shared.protocol.messages import Away, Bye, Command, Hello, Loaded, Look, Ping, Ready, Say, Setup
from tests.lan.lines import line
from tests.sessions.making import Raw, TapedLan, hello

FAST = Setup("small", "duel", 3, 1, 2)


def glued_hello(net: TapedLan) -> None:
    """A Hello with the beginning of the next word behind it, then all of a first second in one piece, cut mid-word."""
    raw = Raw(net)
    look = Raw.words(Look(0, 5, 3))
    raw.send(Raw.words(hello("Glue")) + look[:6])
    raw.pass_time(0.1)
    commands = Raw.words(*[Command(seq, (seq % 16,)) for seq in range(1, 21)])
    raw.send(look[6:] + Raw.words(Ready(True), Say("all at once"), Ping(7)) + commands[:-2])
    raw.pass_time(0.5)
    raw.send(commands[-2:] + Raw.words(Loaded(1), *[Command(seq, (8,)) for seq in range(21, 50)]))
    raw.pass_time(4.0)
    raw.say(Command(50, (16,)), Bye("Enough."))
    raw.pass_time(0.2)


def split_hello(net: TapedLan) -> None:
    """A Hello that comes byte by byte, a tick for each, and what follows in odd pieces."""
    raw = Raw(net)
    words = Raw.words(hello("Splinter"))
    raw.trickle(words)
    raw.trickle(Raw.words(Ready(True), Loaded(1), Say("bit by bit")))
    raw.pass_time(4.0)
    raw.trickle(Raw.words(*[Command(seq, (4,)) for seq in range(1, 9)]))


def slow_reader(net: TapedLan) -> None:
    """One reads nothing until 64 KiB wait for it, is spared what happens, and is shown all of it in the end."""
    slow = Raw(net, quality=line("lan", room=4096))
    slow.say(hello("Snail"))
    slow.pass_time(0.2)
    slow.is_reading = False
    ada = Raw(net, home=201)
    ada.say(hello("Ada"))
    ada.pass_time(0.2)
    for turn in range(230):
        ada.say(Look(0, turn % 16, turn % 8))
        slow.say(Look(0, (turn + 8) % 16, 0))
        ada.pass_time(1 / 60)
    ada.say(Ready(True))
    slow.say(Ready(True))
    ada.pass_time(0.1)
    for raw in (ada, slow):
        raw.say(Loaded(1))
    ada.pass_time(4.0)
    slow.is_reading = True
    slow.pass_time(2.0)


def reset_in_mid_frame(net: TapedLan) -> None:
    """A line breaks in the middle of a Command; a bot takes the chair, and the match goes on."""
    raw, ada = Raw(net), net.join("lan", name="Ada")
    raw.say(hello("Brittle"))
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    raw.say(Ready(True), Loaded(1))
    raw.pass_time(4.0)
    words = Raw.words(*[Command(seq, (2,)) for seq in range(1, 9)])
    raw.send(words[:-3])
    raw.pass_time(0.05)
    raw.reset()
    net.run(4.0)


def malformed_peers(net: TapedLan) -> None:
    """What scanners, other programs and broken clients send; somebody plays through all of it."""
    ada = net.join("lan", name="Ada")
    net.until(lambda: net.room.people == 1)
    ada.get_ready()
    for number, data in enumerate((
        b"GET / HTTP/1.1\r\nHost: example\r\n\r\n",
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff" + bytes(100),
        b"\x00\x00\x00\x03\x93\x01\xc1",
        Raw.words(Say("no Hello before it")),
        Raw.words(Hello(99, "9.9.9", "Future", 1, "")),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    )):  # fmt: skip
        raw = Raw(net, home=100 + number)
        raw.send(data)
        raw.pass_time(0.4)
        raw.line.close()
    for name, data in (("Twice", Raw.words(hello("Twice"))), ("Rude", b"\x00\x00\xff\xff" + b"x" * 50)):
        raw = Raw(net, home=120 + len(name))
        raw.say(hello(name))
        raw.pass_time(0.2)
        raw.send(Raw.words(Ready(True)) + data)
        raw.pass_time(0.2)
        raw.line.close()
    net.run(1.0)


def flood(net: TapedLan) -> None:
    """More Commands than anybody could press, until the server has had enough; the other one plays on."""
    raw, ada = Raw(net), net.join("lan", name="Ada")
    raw.say(hello("Torrent"))
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    raw.say(Ready(True), Loaded(1))
    raw.pass_time(0.5)
    seq = 1
    for _ in range(60):
        raw.say(*[Command(number, (1,)) for number in range(seq, seq + 40)])
        seq += 40
        raw.pass_time(1 / 60)
    net.run(2.0)


def silence(net: TapedLan) -> None:
    """A stranger who never says Hello, half a Hello that is never finished, and a member who falls silent."""
    ada = net.join("lan", name="Ada")
    _, half, mute = Raw(net, home=101), Raw(net, home=102), Raw(net, home=103)
    half.send(Raw.words(hello("Half"))[:9])
    mute.say(hello("Mute"))
    net.until(lambda: net.room.people == 2)
    net.run(11.0)
    assert net.people() == [ada]
    net.run(0.5)


def crowd_of_strangers(net: TapedLan) -> None:
    """Seventy lines at once that say nothing, eight of them from one home; somebody who says Hello still gets in."""
    strangers = [Raw(net, home=home) for home in (*range(1, 63), *[90] * 8)]
    ada = net.join("lan", name="Ada")
    net.until(lambda: net.room.people == 1)
    assert strangers
    ada.get_ready()
    net.run(1.0)


def rejoin(net: TapedLan) -> None:
    """A game is killed in mid-round and started again with its ticket: same chair, same wins, no secret in the file."""
    ada, bo = net.join("wifi", name="Ada"), net.join("bad", name="Bo")
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    bo.get_ready()
    net.run(5.0)
    bo.kill()
    net.run(1.5)
    again = net.come_again(bo)
    net.until(lambda: again.session.welcome and again.session.welcome.returned)
    net.run(4.0)


def best_of_three(net: TapedLan) -> None:
    """A whole match over three lines, two players on one of them: rounds, results, champion, and back to the lobby."""
    for quality, name, players in (("lan", "Ada", 2), ("wifi", "Bo", 1), ("far", "Cy", 1)):
        net.join(quality, players, name)
    net.until(lambda: net.room.people == 3)
    for client in net.clients:
        client.get_ready()
    net.until(lambda: net.room.world is not None)
    net.until(lambda: net.room.world is None, most=200.0)
    net.run(0.5)


def stopped_for_a_while(net: TapedLan) -> None:
    """The server stands still for 2.5 s, as a laptop that sleeps; nobody is blamed for it, not even half a Hello."""
    ada, bo = net.join("lan", name="Ada"), net.join("lan", name="Bo")
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    bo.get_ready()
    net.run(2.0)
    half = Raw(net)
    half.send(Raw.words(hello("Half"))[:9])
    net.run(3.0)
    net.host.frozen_until = net.now + 2.5
    net.run(2.8)
    half.send(Raw.words(hello("Half"))[9:])
    half.pass_time(3.0)


ONE = Setup("small", "duel", 1, 0, 2)
WIRES: dict[str, tuple[Callable[[TapedLan], None], Setup]] = {
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
TAPED = ("rejoin", "best_of_three")  # the demos of these matches are kept as well
