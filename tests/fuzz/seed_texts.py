"""The seeds of targets that read text, by folder of the corpus."""

import json

from tests.server.directory_process import announcement

_ID = "0" * 15 + "7"
_GAME_SETTINGS = """name = "Ada"
addresses = ["10.0.0.5", "den.local:7778", "[fe80::1%eth0]:7777"]
starred = ["10.0.0.5"]
volume = 70
full_screen = true
rounds = 5
skill = 2
[[keys]]
up = [82]
down = [81]
left = [80]
right = [79]
bomb = [44]
[[keys]]
up = [26]
down = [22]
left = [4]
right = [7]
bomb = [41]
"""
_SERVER_SETTINGS = """# a room
name = "Den of Ada"
map = "classic"
rules = "duel"
rounds = 5
bots = 3
skill = "hard"
votes = true
password = "a secret"
port = 7777
host = ""
discovery = "off"
console = "127.0.0.1:7776"
http = "*:8080"
drain = 30
idle-to-bot = 0
"""
_KUBERNETES = """PETARD_SERVICE_HOST=10.96.0.1
PETARD_SERVICE_PORT=7777
PETARD_PORT=tcp://10.96.0.1:7777
PETARD_PORT_7777_TCP=tcp://10.96.0.1:7777
PETARD_PORT_7777_TCP_PROTO=tcp
PETARD_PORT_7777_TCP_PORT=7777
PETARD_PORT_7777_TCP_ADDR=10.96.0.1
PETARD_ENV_LANG=C.UTF-8
PETARD_NAME=/petard-1/petard"""
_TICKET = """address = "10.0.0.5:7778"
name = "Ada"
players = 2
token = "0123456789abcdef0123456789abcdef"
"""
_ROOM = (
    '{"id": "0123456789abcdef", "address": "8.8.8.1", "port": 7777, "name": "Friday at Mia\'s", "build": "0.2.0", '
    '"protocol": 2, "words": ["modes"], "map": "classic", "mode": "crown", "rules": "duel", "phase": "lobby", '
    '"players": 3, "places": 8, "watchers": 0, "locked": false, "draining": false}'
)
_RUN = '{"pictures": 100, "rate": 60.0, "p50": 1.0, "p99": 2.0, "worst": 3.0, "worst_at": 4.0, "day": "2026-01-01"}'

SEED_TEXTS: dict[str, list[str]] = {
    "browser-host": [
        "petard.local:7780\nhttp://petard.local:7780",
        "[::1]:80\nhttps://[::1]:80",
        "127.0.0.1\nnull",
        "a.example:\nhttp://a@a.example:/?#",
    ],
    "console": [
        "status\nsay hello\r\nkick Ada being loud\n\nfollow on\nhelp",
        f"{'x' * 1024}\n{'x' * 1024}\r\n{'x' * 1025}\nok\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "players\nsay \t tab\nbad \x01 line\nstatus\n",
    ],
    "names": [
        "Ada",
        "  Ada   the\tGreat \u202e",
        "Zoë 漢字 \U0001f389",
        "\u0410da",
        "e\u0301\u0301\u0301\u0301",
        "x" * 300,
    ],
    "join-code": ["AAAUT", "aaaut", "JSHUXV", "garden-pc", "AAAVT", "ZZZZZZZZ"],
    "address": [
        "10.0.0.5",
        " [::1]:7778 ",
        "ada-laptop.",
        "fe80::1%eth0",
        "aaaut",
        "[fe80::1%eth0]:7777",
        "127.0.0.010",
    ],
    "directory-url": [
        "https://example.org",
        "http://192.168.1.20:7770",
        "http://[2001:db8::1]:7770/games/",
        "http://user:word@example.org/?a#b",
        "example.org:7770",
    ],
    "room-list": [
        f'9.9.9.9\n{{"rooms": [{_ROOM}], "next": "WzMsImZyaWRheSJd"}}',
        f'127.0.0.1\n{{"rooms": [{_ROOM}, {_ROOM.replace("1", "2")}, {{}}, 7], "next": null}}',
        '::1\n{"rooms": [], "next": null}',
        '10.0.0.1\n{"error": "not now"}',
    ],
    "announcement": [
        json.dumps(announcement(7, address="203.0.113.7", name="Zo\u00eb's \u202eden")),
        json.dumps({"id": _ID, "secret": "ab", "address": "::1", "port": 7, "age": 1.5, "room": announcement(7)}),
        json.dumps({"id": _ID, "secret": "ab"}),
        '{"address": "203.0.113.7", "port": 7012, "ports": [{"name": "default", "port": 7012}], "gameServerName": "a"}',
        '{"map": "classic", "mode": "teams"}',
        "name=den&free=yes&locked=no&protocol=2&limit=5&after=Wy0zLCAiZGVuIiwgIjEiXQ",
    ],
    "host-port": ["den.local", "10.0.0.5:7778", "::1", "[fe80::1%eth0]:7777", "den:", "[::1"],
    "values": [
        *(
            "7",
            "off",
            "on",
            "classic",
            "duel",
            "hard",
            "*:8080",
            "[::1]:80",
            "127.0.0.1:7776",
            "30m",
            "forever",
            "1:30",
        ),
        *("bytes", "json", "~/demos", "Den of Ada", "192.168.0.17", "a secret", "4294967295", "1280x720", "1:02:03.5"),
    ],
    "server-words": [
        "--map\nclassic\n--rounds=5\n--bots\n3",
        "--name\nDen\n--port\n0\n--password\nsecret\n--seed\n7",
        "--resume\na.petard\n--take-over\nb.petard\n--at\n5\n--slot\n1\n--others\nbots",
        "--help",
        "--vershun",
        "--config\noff\n--http\n*:80\n--ready\njson",
    ],
    "game-words": [
        "10.0.0.5:7778\n--name\nAda\n--full-screen\n--seconds\n1.5",
        "--play\n--bot\n--lag\n80\n--jitter\n20\n--loss\n2",
        "a.petard\n--screenshot\na.png",
        "--timedemo\na.petard",
        "--version",
        "aaaut\n--windowed",
    ],
    "export-words": [
        "a.petard\n--gif\n--from\n0:10\n--to\n1:30\n-o\nfilm.gif",
        "a.petard\n--mp4\n--size\n1280x720\n--force",
        "-h",
        "a.petard\n--html\n--to\n3:00",
    ],
    "order": ["pause\n", "skip 2\n", "fast 9999\r\n", "restart", "resume\n"],
    "steering": ['pause\nfast 2\n{"pace": "paused"}\n', '{"pace": "fast"}\n{"ready": true, "port": 7777}\nskip 1\n'],
    "admin-words": [
        'kick "Ada 2" being loud',
        *(
            "ban 10.0.0.0/8 2h spam",
            "set bots 3",
            "vote map hall",
            "help /kick",
            "shutdown 30",
            "record pin",
            "mode duel",
        ),
    ],
    "admin-lines": [
        "status\nplayers\nbans\nhelp",
        'ban "Zoe" 30m rude\nunban Zoe\nset\nset rounds 5',
        "map hall\nmode duel\nrestart\nset name Den",
        "kick 0\nsay hello\nrecord on\nsave",
        "vote map hall\nvote kick Ada\nyes\nno",
        "ban 2001:db8::/48 forever\nset drain 5\nset log json\nfollow on",
    ],
    "bans": [
        "Ada",
        "10.0.0.1",
        "10.0.0.0/8",
        "2001:db8::1",
        "2001:db8::/48",
        "::ffff:10.0.0.0/104",
        "30m",
        "forever",
        "999999w",
    ],
    "log": ["a\x1b[2J\nb", "10.0.0.5 left\x1e10.0.0.6 left\x1eAda\u202e"],
    "game-settings": [_GAME_SETTINGS, "volume = 900\nname = 7\nkeys = []\n", ""],
    "server-settings": [_SERVER_SETTINGS, '"console-password" = "x"\nbots = 0x3\n[table]\na = 1\n', "rounds = 99\n"],
    "environment": [
        _KUBERNETES,
        "PETARD_ROUNDS=5\nPETARD_BOTS=\nPETARD_CONSOLE=off\nPETARD_HTTP=*:8080\nHOME=_",
        "PETARD_RUONDS=5",
        "PETARD_PASSWORD_FILE=server.toml\nPETARD_RECORD=~/demos",
    ],
    "ticket": [_TICKET, _TICKET.replace("2", "9"), ""],
    "timedemo": [f'{{"a": {_RUN}, "b": 7}}', "[]", ""],
    "map": [
        "#####\n#1..#\n#.#.#\n#..2#\n#####\n",
        "#######\n#@.+.@#\n#.#.#.#\n#@...@#\n#######\n",
        "#######\n#1.#.2#\n" * 3,
    ],
    "result-rows": [
        "players|Ada|1|1800000000\nrounds|1|1800000000|classic|duel|1|Ada|2\nround_players|1|Ada|1",
        "players|Ada|1|99999999999999\nmatches|1|5|classic|duel|Ada\nmatch_players|1|Ada|x|y\nrounds|1|x|a|b|c|d|e",
        "players|\u202eAda|x|x\nround_players|1|\u202eAda|z\nrounds|1|-1||||||\nbans|name|Ada|spam|0|console|1|",
        "bans|address|10.0.0.5|spam|9999999999999999999|console|1|Ada\nbans|network|fe80::/1|x|x|x|x|x",
    ],
}
