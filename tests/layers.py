"""Which module may import which, what is pure, and which library belongs where; also the table in ARCHITECTURE.md."""

# Which room may import which; the longest name that fits counts, and a room may always import its own modules.
# fmt: off
LAYERS: dict[str, tuple[str, ...]] = {
    "petard.shared.framing": (),
    "petard.shared.ticker": (),
    "petard.shared.progress": (),
    "petard.shared.host_port": (),
    "petard.shared.lazy": (),
    "petard.shared.control_channel": (),
    "petard.shared.rules": (),
    "petard.shared.protocol": ("petard.shared.framing", "petard.shared.rules"),
    "petard.shared.bots": ("petard.shared.rules",),
    "petard.shared.discovery": ("petard.shared.protocol",),
    "petard.shared.demo": ("petard.shared.framing", "petard.shared.protocol", "petard.shared.rules"),
    "petard.assets": (),
    "petard.server.room": ("petard.shared",),
    "petard.server.policy": ("petard.server.room", "petard.shared"),
    "petard.server": ("petard.assets", "petard.shared"),
    "petard.game.view": ("petard.shared",),
    "petard.game.client": ("petard.game.view", "petard.shared"),
    "petard.game.net": (),
    "petard.game.doctor": ("petard.game.config", "petard.shared"),
    "petard.game.ui.layout": (),
    "petard.game.ui.input": ("petard.game.config", "petard.shared"),
    "petard.game.ui.audio": ("petard.assets", "petard.game.view"),
    "petard.game.ui.render": (
        "petard.assets", "petard.game.client", "petard.game.config", "petard.game.ui.input", "petard.game.ui.layout",
        "petard.game.view", "petard.shared",
    ),
    "petard.game.ui.widgets": (
        "petard.assets", "petard.game.client", "petard.game.config", "petard.game.ui.input", "petard.game.ui.layout",
        "petard.game.ui.render", "petard.game.view", "petard.shared",
    ),
    "petard.game.ui": (
        "petard.assets", "petard.game.client", "petard.game.config", "petard.game.doctor", "petard.game.view",
        "petard.shared",
    ),
    "petard.game": ("petard.assets", "petard.shared"),
}
ABOUT = {
    "petard.shared.framing": "cuts the byte stream into length-prefixed frames",
    "petard.shared.ticker": "counts how many ticks are due",
    "petard.shared.progress": "a progress bar in one line of a terminal",
    "petard.shared.host_port": "splits and joins HOST:PORT",
    "petard.shared.lazy": "imports a module at its first use",
    "petard.shared.control_channel": "the line protocol between a game and the server that it started",
    "petard.shared.rules": "the rules of the game, in whole numbers",
    "petard.shared.protocol": "the messages, when each is legal, and how each is encoded",
    "petard.shared.bots": "bots; they see what a client sees",
    "petard.shared.demo": "recorded matches: written, read, run again, compared",
    "petard.shared.discovery": "UDP sockets on every interface, for both ends: the one shell in `shared`",
    "petard.server.room": "the members, the lobby, the match and the messages to send",
    "petard.server.policy": "limits, bans, votes, passwords, the table of admin commands",
    "petard.server": "the shell: sockets, clock, settings, log, files, subcommands",
    "petard.game.view": "what a picture shows, computed from what the client knows",
    "petard.game.client": "the client of one server: session, prediction, statistics",
    "petard.game.net": "one TCP connection that never blocks",
    "petard.game.doctor": "why a server cannot be seen: facts, a diagnosis, and the checks that find the facts",
    "petard.game.ui.layout": "boxes in logical units",
    "petard.game.ui.input": "keyboard, gamepads and mouse, as events and as the inputs of players",
    "petard.game.ui.audio": "the sounds",
    "petard.game.ui.render": "the canvas, and the match with its HUD drawn on it",
    "petard.game.ui.widgets": "buttons, text fields and other parts of screens",
    "petard.game.ui": "the screens, and what they share",
    "petard.game": "the main loop, the settings, the replays, the local server as a child process",
    "petard.assets": "maps, pictures, sounds, and the scripts that make them",
}
SHARED = tuple(f"petard.shared.{name}" for name in (
    "framing", "ticker", "progress", "host_port", "control_channel", "rules", "protocol", "bots", "demo"
))
PURE = (
    *SHARED, "petard.server.room", "petard.server.policy", "petard.game.doctor.diagnosis", "petard.game.client",
    "petard.game.view", "petard.assets.palette",
)
WORLDLY = frozenset((
    "time", "datetime", "socket", "select", "selectors", "ssl", "asyncio", "os", "io", "pathlib", "tempfile", "shutil",
    "glob", "random", "secrets", "uuid", "pygame", "threading", "multiprocessing", "concurrent", "subprocess",
    "signal", "sys", "logging", "importlib",
))
# fmt: on
WORLDLY_CALLS = frozenset({"open", "print", "input", "exec", "eval", "__import__", "breakpoint"})
# Who may import what is not Python's own. Nobody else, and nothing else.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "msgpack": ("petard.shared.protocol.codec",),
    "platformdirs": (
        "petard.game.replays.store",
        "petard.game.config.settings",
        "petard.game.flow.rejoin_ticket",
        "petard.server.config",
    ),
    "tomli_w": ("petard.game.config.settings", "petard.game.flow.rejoin_ticket", "petard.server.config"),
    "psutil": ("petard.shared.discovery", "petard.game.doctor"),
    "scramp": ("petard.server.net.scram_keys", "petard.game.client.scram_client"),
    "prometheus_client": ("petard.server.http",),
    "pytest": ("petard.server.devtools.pytest_plugin",),
    "pygame": ("petard.game", "petard.assets.source"),
    "PIL": ("petard.game.replays.encoders",),
    "imageio_ffmpeg": ("petard.game.replays.encoders",),
}
