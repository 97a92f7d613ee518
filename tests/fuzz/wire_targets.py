"""The targets that read what comes over a network: the stream, its messages, datagrams, SCRAM, HTTP, the console."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from http.client import HTTPException
from ipaddress import IPv4Network
from itertools import pairwise

from petard.game.client.session import Session
from petard.server.agones.messages import (
    VALUES_MOST,
    BadAnswer,
    GameServer,
    SidecarAnswer,
    ValueList,
    count_of,
    game_server_of,
    list_of,
)
from petard.server.agones.messages import check as check_answer
from petard.server.cli.list import server_table
from petard.server.cli.status import StatusError, checked, status_text
from petard.server.net.scram_keys import keys_of
from petard.server.policy.console_protocol import BadLine, ConsoleLines
from petard.server.policy.discovery_answers import Answerer, Asked
from petard.server.policy.proxy_header import BadProxyHeader, ProxyHeader, ProxyHeaderReader
from petard.server.policy.scram import ScramExchange, ScramKeys
from petard.server.web.hosts import BadRequest, HostNames
from petard.shared.demo.records import Began, Opened, decode_record, encode_record
from petard.shared.framing import HEADER, LIMIT_CLIENT, LIMIT_PENDING, LIMIT_SERVER, Decoder, FrameError
from petard.shared.http_exchange import answer_of
from petard.shared.protocol import beacon
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode, payload_bounds
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.scram_client import Login
from petard.shared.protocol.server_list import ServerList
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import (
    State,
    apply_delta,
    delta_of,
    digest_of,
    keyframe_of,
    state_from_keyframe,
)
from petard.shared.rules.maps import Board
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS
from petard.shared.rules.world import Direction, Tile
from tests.fuzz.mutators import (
    changed_after_first,
    changed_datagram,
    changed_datagrams,
    changed_frames,
    changed_message,
    changed_text,
    split_frames,
)
from tests.fuzz.target import FuzzTarget

HELLO = m.Hello(m.PROTOCOL, m.BUILD, "Ada", 1, "")
CARD = beacon.ServerCard(1, m.PROTOCOL, m.BUILD, 7777, "Den", "classic", "duel", m.Phase.LOBBY, 0, 4, 0, False)
PASSWORD, ITERATIONS = "correct horse", 4096
CLIENT_FIRST = "n,,n=petard,r=rOprNGfwEbeRWgbNEkqO"


def cuts_of(data: bytes) -> Iterator[list[bytes]]:
    """Yield the same stream whole, in bytes if it is short, and in uneven pieces that depend on it."""
    yield [data]
    if len(data) <= 4096:
        yield [data[at : at + 1] for at in range(len(data))]
    step = 1 + sum(data[:8]) % 97
    ends = [*range(0, len(data), step), len(data)]
    yield [data[start:end] for start, end in pairwise(ends)]


def _framing(data: bytes) -> None:
    """Every cut gives the same payloads and the same error, and stores no more than one frame."""
    limit = (LIMIT_PENDING, LIMIT_CLIENT, LIMIT_SERVER)[sum(data[:1]) % 3]
    answers = []
    for pieces in cuts_of(data[1:]):
        decoder, payloads, problem = Decoder(limit), list[bytes](), ""
        for piece in pieces:
            try:
                payloads += decoder.receive_data(piece)
            except FrameError as error:
                payloads += error.payloads
                problem = str(error)
                break
            assert decoder.buffered <= HEADER + limit
        answers.append((payloads, problem))
    assert all(one == answers[0] for one in answers), "the cut of the stream matters"


def _codec(payload: bytes) -> None:
    message = decode(payload)
    if isinstance(message, m.Skipped):
        return
    again = encode(message)
    assert decode(again) == message, "another message once it is sent on"
    # What a later version adds is not sent on, and rules by name may come in any order.
    is_changed = len(again) != len(payload) or isinstance(message, m.Round)
    assert again == payload or is_changed, "two encodings of one message"


SIDE = 5  # tiles
ROUND = m.Round(1, "small", PRESETS["duel"], SIDE, SIDE, (0, 1))


@cache
def first_state() -> State:
    """The beginning of a round on the smallest board."""
    edge = (0, SIDE - 1)
    tiles = bytes(Tile.WALL if x in edge or y in edge else Tile.FLOOR for y in range(SIDE) for x in range(SIDE))
    world = new_world(ROUND.rules, Board("small", SIDE, SIDE, tiles, (6, 18), ()), ROUND.slots, 1)
    return State(snapshot_of(world, {0: (1, 1)}), {1: (Direction.LEFT, 900)}, {0: (3,)})


def _states(data: bytes) -> None:
    """Keyframes and Deltas, each for the state before it; our own messages of each state lead to the same one."""
    state = first_state()
    for payload in split_frames(data)[0]:
        match decode(payload):
            case m.Keyframe() as keyframe:
                state = state_from_keyframe(keyframe, SIDE, SIDE)
            case m.Delta() as delta:
                before, state = state, apply_delta(state, delta)
                assert apply_delta(before, delta_of(before, state)) == state, "the changes lead elsewhere"
        assert state_from_keyframe(keyframe_of(state), SIDE, SIDE) == state, "a keyframe leads elsewhere"
        assert digest_of(state).tick == state.tick


def _named_rules(payload: bytes) -> None:
    """A Round whose rules have any names and numbers; what a reader knows of them, it sends in one way."""
    announcement = decode(payload)
    if isinstance(announcement, m.Round):
        assert decode(encode(announcement)) == announcement
        assert not announcement.rules.fault()


def _demo_record(payload: bytes) -> None:
    """A record, of old rules too: what a reader knows of it, it writes in one way."""
    one = decode_record(payload)
    anew = encode_record(one)
    assert decode_record(anew) == one, "a record leads elsewhere"
    assert anew == payload or isinstance(one, Opened | Began), "two encodings of one record"


def _payloads(data: bytes) -> None:
    assert payload_bounds(data, 1000)[-1] == len(data)


def link_in(role: Role, state: LinkState) -> Link:
    """Return one end of a connection in a state."""
    link, other = Link(role), Link(role.other)
    client, server = (link, other) if role is Role.CLIENT else (other, link)
    if state is not LinkState.SILENT:
        server.receive_data(client.send(HELLO))
    if state is LinkState.OPEN:
        client.receive_data(server.send(m.Welcome(m.PROTOCOL, m.BUILD, 7, "0" * 32, 60, "Test")))
    assert link.state is state
    return link


def _link(role: Role, state: LinkState) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        answers = []
        for pieces in cuts_of(data):
            link = link_in(role, state)
            messages = [message for piece in pieces for message in link.receive_data(piece)]
            answers.append((messages, link.state, link.protocol_error))
        assert all(one == answers[0] for one in answers), "the cut of the stream matters"

    return run


def _session(data: bytes) -> None:
    """A client reads what a server sends, draws nothing, and always has a sentence for its end."""
    session = Session("Ada", 2)
    for number, piece in enumerate([data[: len(data) // 2], data[len(data) // 2 :], b""]):
        now = 0.1 * number
        session.receive_data(piece, now)
        session.link.data_to_send()
        if session.problem:
            assert session.problem.isprintable()
            return
        session.send_keys((1, 16))
        session.view(now)
        if session.client_round:
            session.client_round.world()
        session.new_events()
        session.rejected_bombs()
        assert 0.9 < session.clock_rate < 1.1


def _datagram(data: bytes) -> None:
    found = beacon.decode(data)
    if found is None:
        return
    again = beacon.encode(found)
    assert beacon.decode(again) == found, "another datagram once it is sent on"
    is_longer = size_of(data) > size_of(again)  # what a later version adds is not sent on
    assert again == data or is_longer, "two encodings of one datagram"


def size_of(datagram: bytes) -> int:
    """How long the array in a datagram is, without the padding, in bytes."""
    return int.from_bytes(datagram[len(beacon.MAGIC) : len(beacon.MAGIC) + HEADER], "big")


def _question(data: bytes) -> None:
    answerer = Answerer([IPv4Network("10.0.0.0/8")])
    for host in ("10.0.0.5", "8.8.8.8"):
        answer = answerer.answer(Asked(data, host, 40_000), beacon.AnswerEncoder(CARD), 1_800_000_000_000, 1.0)
        assert len(answer) <= len(data), "an answer is longer than its question"


def _server_list(data: bytes) -> None:
    """Datagrams, one behind the other, each from the address that its first byte chooses."""
    servers = ServerList(0.0, ["10.0.0.9"])
    servers.networks = (IPv4Network("10.0.0.0/24"),)
    servers.add_nonce(7, 0.0)
    rest = data
    while rest:
        size = int.from_bytes(rest[1:3], "big")
        servers.receive_datagram(rest[3 : 3 + size], f"10.0.{rest[0] >> 7}.{rest[0] & 15}", 7777 + rest[0] % 3, 0.1)
        rest = rest[3 + size :]
    table = server_table(servers.found(0.2))
    assert table.replace("\n", "").isprintable()


@cache
def scram_keys() -> ScramKeys:
    """The keys of a password with little work, so that a run is quick."""
    return keys_of(PASSWORD, ITERATIONS)


def _scram_server(data: bytes) -> None:
    """Two messages of a client, cut at the first line end."""
    exchange = ScramExchange(HELLO, "", scram_keys(), "3rfcNHYJY1ZVvWVs7jTheLIE")
    for text in data.decode("utf-8", "replace").split("\n", 1):
        assert exchange.answer(text).isascii()
        assert not exchange.is_passed, "a proof without the password"


def _scram_client(data: bytes) -> None:
    """Three messages of a server, cut at line ends."""
    login = Login(PASSWORD)
    for text in ["", *data.decode("utf-8", "replace").split("\n", 2)]:
        answer = login.answer(text)
        assert answer.isprintable()
        assert PASSWORD not in answer + login.problem
        assert not login.has_proved, "a server without the password has proved that it knows it"
        if login.problem:
            break


def _proxy_header(data: bytes) -> None:
    """A header ends at the same place, whether it comes whole or byte by byte."""
    found: list[tuple[ProxyHeader | None, int]] = []
    for step in (1, 1 << 16):
        reader, at, header = ProxyHeaderReader(), 0, None
        while at < len(data) and reader.missing:
            piece = data[at : at + min(step, reader.missing)]
            header = reader.receive_data(piece)
            at += len(piece)
        found.append((header, at))
    assert found[0] == found[1], "the cut of the stream matters"


def _browser_host(data: bytes) -> None:
    host, _, origin = data.decode("utf-8", "replace").partition("\n")
    for is_local in (True, False):
        HostNames(is_local, "attic", ("den.example.org",)).check_host([host], True)
    HostNames.check_origin([origin], host)


def _status_answer(data: bytes) -> None:
    assert status_text(checked(data.decode("utf-8", "replace"))).replace("\n", "").isprintable()


def _http_answer(data: bytes) -> None:
    assert len(answer_of(data).body) <= len(data)


def _sidecar_answer(data: bytes) -> None:
    """What is kept of it is bounded; as an error it is one, whatever it holds."""
    for read in (count_of, list_of, game_server_of):
        with suppress(BadAnswer):
            found = read(data)
            assert not isinstance(found, GameServer) or len(found.state) <= 32
            assert not isinstance(found, ValueList) or len(found.values) <= VALUES_MOST
    check_answer(SidecarAnswer(500, data))


def _console(data: bytes) -> None:
    """Every cut gives the same lines and the same refusals."""
    answers = []
    for pieces in cuts_of(data):
        lines, seen = ConsoleLines(), list[str]()
        for piece in [*filter(None, pieces), b""]:
            lines.receive_data(piece)
            while lines.has_line:
                try:
                    seen.append(f"line {lines.next_line()}")
                except BadLine as problem:
                    seen.append(f"refused {problem}")
        answers.append(seen)
    assert all(one == answers[0] for one in answers), "the cut of the stream matters"


_STATES = [(role, state) for role in Role for state in LinkState if state is not LinkState.CLOSED]
_LINKS = [
    FuzzTarget(
        f"link-{role.value}-{state.name.lower()}",
        f"messages that the {role.value} receives in {state.name}",
        _link(role, state),
        corpus="stream",
        mutate=changed_frames,
        slow=0.15,  # the stream is read three times
    )
    for role, state in _STATES
]

TARGETS = (
    FuzzTarget("framing", "the stream, cut into frames", _framing, mutate=changed_after_first(changed_frames),
               slow=0.15),
    FuzzTarget("codec", "the payload of one message", _codec, (RemoteProtocolError,), mutate=changed_message),
    FuzzTarget("states", "Keyframes and Deltas, one after the other", _states, (RemoteProtocolError,),
               mutate=changed_frames, slow=0.15),
    FuzzTarget("named-rules", "a Round with rules by name", _named_rules, (RemoteProtocolError,),
               mutate=changed_message),
    FuzzTarget("demo-record", "the payload of one record of a demo", _demo_record, (RemoteProtocolError,),
               mutate=changed_message),
    FuzzTarget("payloads", "payloads without frames, as demos have them", _payloads, (RemoteProtocolError,)),
    *_LINKS,
    FuzzTarget("session", "what a server sends to the game", _session, mutate=changed_frames, slow=0.25,
               memory=24 << 20),  # the clip of the last 20 seconds
    FuzzTarget("datagram", "a datagram of discovery", _datagram, mutate=changed_datagram),
    FuzzTarget("question", "a question to a server", _question, corpus="datagram", mutate=changed_datagram),
    FuzzTarget("server-list", "answers and notices of servers", _server_list, mutate=changed_datagrams),
    FuzzTarget("scram-server", "the messages of a client that proves the password", _scram_server, mutate=changed_text),
    FuzzTarget("scram-client", "the messages of a server that asks for the password", _scram_client,
               mutate=changed_text, slow=0.4),  # the most rounds of PBKDF2 that a client computes
    FuzzTarget("proxy-header", "the PROXY header of a connection", _proxy_header, (BadProxyHeader,)),
    FuzzTarget("browser-host", "the Host and Origin of a browser", _browser_host, (BadRequest,), mutate=changed_text),
    FuzzTarget("status-answer", "the state that a server shows to `status`", _status_answer, (StatusError,),
               mutate=changed_text),
    FuzzTarget("http-answer", "the answer of an HTTP server", _http_answer, (HTTPException,), mutate=changed_text),
    FuzzTarget("sidecar-answer", "an answer of the sidecar of Agones", _sidecar_answer, (BadAnswer,),
               mutate=changed_text),
    FuzzTarget("console", "lines on the console", _console, mutate=changed_text, slow=0.15),
)  # fmt: skip
