"""Which layer may import which, what is pure, and which library belongs where; also the table in ARCHITECTURE.md.

A layer is a folder, or a module that stands by itself. The layers are listed from the lowest to the highest: a layer
imports only those above it in this table, so no arrow runs back up.
"""

from typing import NamedTuple


class Layer(NamedTuple):
    """One layer: what it does, the layers that it may import, and whether it is pure."""

    about: str
    imports: str = ""  # names below `petard.`, with spaces between them
    pure: bool = False


# fmt: off
LAYERS: dict[str, Layer] = {f"petard.{name}": layer for name, layer in {
    "assets.palette": Layer("every colour, and the contrast of text on it", "", True),
    "assets": Layer("maps, pictures, sounds, music, and the scripts that make them"),
    "shared.framing": Layer("cuts the byte stream into length-prefixed frames", "", True),
    "shared.ticker": Layer("counts how many ticks are due", "", True),
    "shared.progress": Layer("a progress bar in one line of text", "", True),
    "shared.host_port": Layer("splits and joins HOST:PORT", "", True),
    "shared.control_channel": Layer("the line protocol between a game and the server that it started", "", True),
    "shared.lazy": Layer("imports a module at its first use"),
    "shared.garbage": Layer("collects cyclic garbage at moments that nobody sees"),
    "shared.user_folders": Layer("the folders of this user, if there is a home"),
    "shared.standard_streams": Layer("standard output and errors that may be closed, full or unread"),
    "shared.files": Layer("reads and writes the files that people name, without waiting or harm"),
    "shared.background_writer": Layer("a bounded queue, and the thread that writes what is in it"),
    "shared.file_lock": Layer("a lock on an open file, which holds until the process ends", "shared.files"),
    "shared.http_exchange": Layer("one request over HTTP, within a time and a size", "shared.host_port"),
    "shared.arrival_time": Layer("how long data has waited in the kernel"),
    "shared.rules": Layer("the rules of the game, in whole numbers", "", True),
    "shared.protocol": Layer(
        "the messages, when each is legal, and how each is encoded", "shared.framing shared.rules", True),
    "shared.bots": Layer("bots; they see what a client sees", "shared.rules", True),
    "shared.demo": Layer(
        "recorded matches: written, read, run again, compared", "shared.framing shared.protocol shared.rules", True),
    "shared.discovery": Layer(
        "UDP sockets on every interface, for both ends", "shared.arrival_time shared.host_port shared.protocol"),
    "server.room": Layer("the members, the lobby, the match, and the messages to send", "shared", True),
    "server.policy": Layer(
        "limits, bans, votes, passwords, and the table of admin commands", "server.room shared", True),
    "server.net": Layer("sockets: reads messages, runs the room, sends messages", "server.policy server.room shared"),
    "server.config": Layer(
        "the settings, and where each comes from", "assets server.net server.policy server.room shared"),
    "server.recording": Layer(
        "demos and captures as files, written by threads", "server.net server.policy server.room shared"),
    "server.agones": Layer("what a room says to Agones, and what it reads in the answers", "", True),
    "server.runtime": Layer(
        "the main loop and its services: signals, reload, stop, systemd, Agones, standbys",
        "server.agones server.config server.net server.policy server.recording server.room shared"),
    "server.results": Layer(
        "results and bans in a SQLite file", "server.policy server.room server.runtime shared"),
    "server.discovery": Layer(
        "answers searches on the network, and announces the room at a directory",
        "server.config server.net server.policy server.room server.runtime shared"),
    "server.web": Layer(
        "pages, phones and watchers: an asyncio process, and the service that starts it",
        "assets server.config server.net server.policy server.room server.runtime shared"),
    "server.directory.rooms": Layer(
        "the public rooms: who announces which, which are listed, what a query finds", "server.policy shared", True),
    "server.directory": Layer(
        "petard-directory: the list of public rooms by HTTP, as an asyncio program",
        "server.config server.directory.rooms server.net server.policy server.runtime server.web shared"),
    "server.admin": Layer(
        "the console and the admin commands",
        "server.config server.net server.policy server.results server.room server.runtime shared"),
    "server.devtools": Layer(
        "tools that test and debug: plays captures, shrinks demos, the pytest plugin",
        "server.config server.net server.policy server.recording server.room shared"),
    "server.cli": Layer(
        "the subcommands",
        "server.config server.devtools server.discovery server.policy server.results server.web shared"),
    "server": Layer("the program: reads the settings, starts the services", "shared"),
    "game.texts": Layer("what the window says, in English, and how it is said in another language", "", True),
    "game.net": Layer("one TCP connection, and one HTTP request, that never make the game wait"),
    "game.config": Layer(
        "the command line, the settings and the languages of the client",
        "assets game.net game.texts shared"),
    "game.view": Layer("what a picture shows, computed from what the client knows", "game.texts shared", True),
    "game.client": Layer(
        "the client of one server: session, prediction, statistics",
        "game.texts game.view shared", True),
    "game.doctor.facts": Layer("what is known about the network, as values", "game.texts shared", True),
    "game.doctor.diagnosis": Layer(
        "from those facts to one sentence and one action",
        "game.config.arguments game.doctor.facts game.texts shared", True),
    "game.doctor": Layer("the checks that find those facts", "game.config game.texts shared"),
    "game.devtools": Layer(
        "tools for other people's programs and for learners: conform, lab, league",
        "game.config game.net shared"),
    "game.ui.layout": Layer("boxes on the screen, as arithmetic", "", True),
    "game.ui.input": Layer("keyboard, gamepads and mouse", "game.config game.texts shared"),
    "game.ui.audio": Layer("plays sounds and music", "assets game.view"),
    "game.ui.render": Layer(
        "draws the board, its players, and the texts over it",
        "assets game.client game.config game.ui.input game.ui.layout game.texts game.view shared"),
    "game.ui.widgets": Layer(
        "buttons, fields, lists",
        "assets game.client game.config game.texts game.ui.input game.ui.layout game.ui.render game.view shared"),
    "game.ui": Layer(
        "the screens, and what they share",
        "assets game.client game.config game.doctor game.texts game.view shared"),
    "game.replays": Layer(
        "the recordings of this computer: listed, watched, filmed, written as pages, timed",
        "assets game.client game.config game.texts game.ui game.view shared"),
    "game.flow": Layer(
        "the main loop, which screen is shown, connecting, and the local server",
        "assets game.client game.config game.doctor game.net game.replays game.texts game.ui game.view shared"),
    "game": Layer("the program", "shared"),
}.items()}
WORLDLY = frozenset((
    "time", "datetime", "socket", "select", "selectors", "ssl", "asyncio", "os", "io", "pathlib", "tempfile", "shutil",
    "glob", "random", "secrets", "uuid", "pygame", "threading", "multiprocessing", "concurrent", "subprocess",
    "signal", "sys", "logging", "importlib",
))
WORLDLY_CALLS = frozenset({"open", "print", "input", "exec", "eval", "__import__", "breakpoint"})
# Which modules may import a library. No others, and no other library.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "msgpack": ("petard.shared.protocol.codec",),
    "platformdirs": ("petard.shared.user_folders",),
    "tomli_w": ("petard.game.config.settings", "petard.game.flow.rejoin_ticket", "petard.server.cli.config"),
    "psutil": ("petard.shared.discovery", "petard.game.doctor"),
    "scramp": ("petard.server.net.scram_keys", "petard.shared.protocol.scram_client"),
    "prometheus_client": ("petard.server.directory.metrics", "petard.server.web"),
    "aiohttp": ("petard.server.directory", "petard.server.web"),
    "redis": ("petard.server.directory.shared_list",),
    "segno": ("petard.shared.protocol.qr_code",),
    "pytest": ("petard.server.devtools.pytest_plugin",),
    "pygame": ("petard.game", "petard.assets.source"),
    "PIL": ("petard.game.replays.encoders", "petard.assets.source.make_web_pieces"),
    "imageio_ffmpeg": ("petard.game.replays.encoders",),
}
# How many things (modules and folders) may stand side by side.
SIDE_BY_SIDE = {"server": 16, "game": 12}
# fmt: on
