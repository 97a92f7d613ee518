"""Makes the recorded sessions anew: `python -m tests.sessions.make [NAME…]`. Why each is there: README.md beside it.

What it writes is golden: do so only when the rules or a format have changed on purpose, and commit the files alone.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shared.protocol.messages import Away, Bye, Command, Hello, Loaded, Look, Ping, Ready, Say, Setup
from shared.rules.maps import Board
from shared.rules.ruleset import CLASSIC_COURSE, DUEL, LAST_ONE_STANDING, TICK_RATE, Item, RuleSet
from shared.rules.world import Keys, World, tile_at
from tests.ends import boards
from tests.lan.lines import line
from tests.sessions.making import Raw, TapedLan, board_of, hello, mash, play, presses, seed_where

FOLDER = Path(__file__).parent

OPEN = RuleSet(name="open", countdown=30, spawn_shield=0, bricks=0, hidden_each=0, scatter=0)
HALL = board_of("hall", "###########", "#1........#", "#.........#", "#........2#", "###########")
ALLEY = board_of("alley", "###########", "#1.......2#", "#########.#", "#.........#", "###########")
SMALLEST = board_of("smallest", "#####", "#1..#", "#.#.#", "#..2#", "#####")
FAST = Setup("small", "duel", 3, 1, 2)


def _weights(*items: Item) -> tuple[int, ...]:
    return tuple(10 if item in items else 0 for item in range(len(Item) + 1))


def _at_first(board_spawn: int) -> Callable[[World], bool]:
    """True of worlds in which slot 0 stands on that tile."""
    return lambda world: tile_at(world, world.players[0].x, world.players[0].y) == board_spawn


def _scripted(rules: RuleSet, board: Board, script: str, ticks: int = 900) -> bytes:
    """Slot 0 begins on the first spawn and does what the script says; slot 1 stands still."""
    seed = seed_where(rules, board, (0, 1), _at_first(board.spawns[0]))
    return play(rules, board, ticks, {0: presses(script), 1: []}, seed=seed)


def first_blood() -> bytes:
    return _scripted(OPEN, ALLEY, ".31 R90 B1 L100")


def chain_of_six() -> bytes:
    return _scripted(replace(OPEN, bombs=6, range=3), HALL, ".31" + " B1 R14" * 6 + " D30 R30", ticks=330)


def draw() -> bytes:
    return _scripted(OPEN, HALL, ".31 R120 D30 B1")


def own_bomb() -> bytes:
    return _scripted(OPEN, SMALLEST, ".31 B1")


def kick_into_wall() -> bytes:
    rules = replace(OPEN, loose=1, weights=_weights(Item.KICK))

    def is_ours(world: World) -> bool:
        return _at_first(12)(world) and min(world.items) in (13, 14)

    seed = seed_where(rules, HALL, (0, 1), is_ours)
    return play(rules, HALL, 600, {0: presses(".31 R45 B1 L24 R40 L45 D40"), 1: []}, seed=seed)


def time_is_up() -> bytes:
    return _scripted(replace(OPEN, round=8 * TICK_RATE, hurry=0), HALL, ".31 R30 L30 R30 L30")


def hurry() -> bytes:
    return play(DUEL, boards()["small"], 60 * TICK_RATE, {slot: [] for slot in range(4)}, seed=3)


def leaver() -> bytes:
    hands = {slot: [keys & ~Keys.BOMB for keys in mash(slot, 300)] for slot in range(3)}
    return play(OPEN, boards()["small"], 300, hands, seed=4, gone={2: 120, 1: 220})


def last_one_standing() -> bytes:
    return play(LAST_ONE_STANDING, boards()["classic"], 35 * TICK_RATE, bots=dict.fromkeys(range(4), 3), seed=5)


def classic_course() -> bytes:
    return play(CLASSIC_COURSE, boards()["classic"], 30 * TICK_RATE, bots=dict.fromkeys(range(4), 2), seed=6)


def duel() -> bytes:
    return play(DUEL, boards()["classic"], 60 * TICK_RATE, bots={0: 3, 1: 3}, seed=7)


def sixteen_players() -> bytes:
    return play(LAST_ONE_STANDING, boards()["grand"], 20 * TICK_RATE, bots=dict.fromkeys(range(16), 2), seed=8)


def all_items() -> bytes:
    life = {"health": 3, "health_most": 9, "fruit": 1}
    rules = replace(DUEL, name="fair", countdown=30, loose=60, weights=_weights(*Item), scatter=60, **life)
    return play(rules, boards()["large"], 25 * TICK_RATE, bots=dict.fromkeys(range(8), 2), seed=9)


def mashed_keys() -> bytes:
    weights = _weights(Item.KICK, Item.SHIELD, Item.SKATE, Item.BOMB)
    rules = replace(DUEL, name="mashed", countdown=30, loose=30, weights=weights, bombs=1)
    return play(rules, boards()["classic"], 900, {slot: mash(100 + slot, 900) for slot in range(8)}, seed=10)


def bricks_and_fire() -> bytes:
    rules = replace(LAST_ONE_STANDING, countdown=30, hidden_share=60, range=4, bombs=3)
    return play(rules, boards()["small"], 40 * TICK_RATE, bots=dict.fromkeys(range(4), 1), seed=11)


DEMOS: dict[str, Callable[[], bytes]] = {
    "first_blood": first_blood,
    "chain_of_six": chain_of_six,
    "draw": draw,
    "own_bomb": own_bomb,
    "kick_into_wall": kick_into_wall,
    "time_is_up": time_is_up,
    "hurry": hurry,
    "leaver": leaver,
    "last_one_standing": last_one_standing,
    "classic_course": classic_course,
    "duel": duel,
    "sixteen_players": sixteen_players,
    "all_items": all_items,
    "mashed_keys": mashed_keys,
    "bricks_and_fire": bricks_and_fire,
}

# Captures; who plays over a real room is recorded too


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
    """The server stands still for three seconds, as a laptop that sleeps; nobody is blamed for it."""
    ada, bo = net.join("lan", name="Ada"), net.join("lan", name="Bo")
    net.until(lambda: net.room.people == 2)
    ada.get_ready()
    bo.get_ready()
    net.run(4.5)
    net.host.frozen_until = net.now + 2.5
    net.run(6.0)


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
    "best_of_three": (best_of_three, Setup("small", "duel", 2, 0, 2)),
    "stopped_for_a_while": (stopped_for_a_while, ONE),
}
TAPED = ("rejoin", "best_of_three")  # the demos of these matches are kept as well


def make(name: str) -> None:
    """Write the files of one name."""
    if name in DEMOS:
        (FOLDER / f"{name}.petard").write_bytes(DEMOS[name]())
    if name in WIRES:
        deed, setup = WIRES[name]
        net = TapedLan(seed=1, setup=setup)
        deed(net)
        (FOLDER / f"{name}.wire").write_bytes(net.finish())
        if name in TAPED:
            net.save()
            (FOLDER / f"{name}.petard").write_bytes(net.demos[1])


def main() -> None:
    """Make those that are named, or all."""
    for name in sys.argv[1:] or dict.fromkeys([*DEMOS, *WIRES]):
        make(name)
        sizes = [f"{file.suffix} {file.stat().st_size}" for file in sorted(FOLDER.glob(f"{name}.*"))]
        sys.stdout.write(f"{name}: {', '.join(sizes)}\n")


if __name__ == "__main__":
    main()
