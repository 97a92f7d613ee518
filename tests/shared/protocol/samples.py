"""At least one message of each kind, by the name of its golden vector. tests/tools/vectors.py writes their bytes."""

from shared.protocol.messages import (
    Away,
    Bye,
    Chat,
    Command,
    Delta,
    Events,
    Hello,
    Keyframe,
    Loaded,
    Lobby,
    Look,
    Message,
    Phase,
    Ping,
    Pong,
    Ready,
    RefusalCode,
    Refused,
    Results,
    Roster,
    Round,
    Say,
    Score,
    Seat,
    Setup,
    Watcher,
    Welcome,
)
from shared.rules.events import Event, What
from shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING

TOKEN = "0123456789abcdef0123456789abcdef"
ADA = Seat(0, 1, "Ada", 3, 1, True, True, 2, 14)
BOT = Seat(63, 0, "Bot Rita", 15, 7, True, False, 0, 0)
GRACE = Seat(1, 2, "Grace", 4, 2, True, True, 0, 99, away=True)

SAMPLES: dict[str, Message] = {
    "hello": Hello(1, "0.1.0", "Ada", 1, ""),
    "hello of four who come back": Hello(1, "0.1.0", "Zoë 漢字", 4, TOKEN),
    "command": Command(300, (17,)),
    "command of four, all numbers at their limits": Command(2**31 - 1, (0, 31, 1, 16)),
    "say": Say("Gut gemacht! 🎉"),
    "look": Look(0, 15, 7),
    "ready": Ready(True),
    "not ready": Ready(False),
    "setup": Setup("hall", "last-one-standing", 3, 3, 2, Away.STATUE),
    "loaded": Loaded(1),
    "ping": Ping(2**32 - 1),
    "pong": Pong(0),
    "bye": Bye("The server stops."),
    "bye without a word": Bye(""),
    "welcome": Welcome(1, "0.1.0", 7, TOKEN, 60, "Attic"),
    "welcome back": Welcome(1, "0.1.0", 7, TOKEN, 20, "Attic", returned=True),
    "refused": Refused(RefusalCode.PROTOCOL, "This server speaks version 2; please update your Petard."),
    "roster": Roster((ADA, GRACE, BOT), (Watcher(2, "Bob"),)),
    "empty roster": Roster((), ()),
    "lobby": Lobby(Phase.LOBBY, 1, "hall", "classic-course", 9, 63, 0, ("hall", "yard-2"), ("classic-course",)),
    "round": Round(2, "hall", LAST_ONE_STANDING, 15, 13, (0, 63)),
    "round of the course game": Round(65535, "hall", CLASSIC_COURSE, 64, 5, ()),
    "keyframe": Keyframe(180, (1, 1, 1, 1, 0, 2, 1, 1, 1), (((0, 0, -1),), (), ((5, -(2**31), 2**63 - 1),))),
    "delta": Delta(181, ((), ((0, 3, 640, 384), (7,)), ())),
    "delta of a quiet tick": Delta(182, ()),
    "events": Events(181, (Event(What.DROPPED, 0, 31), Event(What.OVER, -1))),
    "chat": Chat(0, "Ada", "hello", 70000),
    "chat of the server": Chat(-1, "", "Bob has left."),
    "results": Results(2, 0, (Score(0, 2), Score(63, 0)), False, -1, 300),
    "results of a match": Results(3, -1, (), True, 63, 65535),
}
