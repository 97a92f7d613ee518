"""Failures in words and pictures, and as tests of their own."""

from collections.abc import Iterator, Mapping

from tcpcut.capture import Capture
from tcpcut.checking import Report
from tcpcut.framing import RAW, Framing, Protocol
from tcpcut.session import WAYS
from tcpcut.targets import Target

WIDTH = 16  # bytes in a row


def picture(capture: Capture, protocol: Protocol) -> str:
    """All streams as hex, sixteen bytes a row: `|` where a piece ends, and under it `[` where a frame begins."""
    rows: list[str] = []
    for conn in dict.fromkeys(event.conn for event in capture.events):
        events = [event for event in capture.events if event.conn == conn]
        kinds = [event.kind for event in events]
        name = f"{'neighbour' if 'neighbour' in kinds else 'connection'} {conn}"
        for mark, who, framing in ((">", "client", protocol.framing), ("<", "server", protocol.answers)):
            pieces = [event.data for event in events if event.kind in (mark, f"extra{mark}")]
            rows += _stream(f"{name}, {who}", pieces, framing) if pieces else []
        rows += [f"{name}, {kind[-1]}: {kind[:-1]}" for kind in kinds if kind.startswith(("end", "reset"))]
        rows += [f"{name} says nothing more"] if kinds[0] == "neighbour" and kinds[-1] in ("neighbour", ">") else []
    return "\n".join(rows)


def _stream(name: str, pieces: list[bytes], framing: Framing) -> Iterator[str]:
    stream, frames = b"".join(pieces), pieces if framing is RAW else framing.split(b"".join(pieces))[0]
    ends, starts = ({sum(map(len, some[:k])) for k in range(len(some) + 1)} for some in (pieces, frames))
    yield f"{name}: {_count(len(stream), 'byte')}, {_count(len(frames), 'frame')}, {_count(len(pieces), 'piece')}"
    for row in range(0, len(stream), WIDTH):
        places = range(row, min(row + WIDTH, len(stream)))
        cells = "".join(f"{stream[k]:02x}{'|' if k + 1 in ends else ' '}" for k in places)
        text = "".join(chr(stream[k]) if 32 <= stream[k] < 127 else "." for k in places)
        yield f"  {row:04x}  {cells:<{3 * WIDTH}}  {text}"
        yield "        " + "".join("[--" if k in starts else "---" for k in places)[:-1]


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def explain(report: Report, test: str = "") -> str:
    """What a check found: the difference, the smallest session, what the server wrote, and a test that plays it."""
    figures = f"{_count(report.runs, 'run')}, {report.seconds:.1f} s; {report.cuts}"
    if not report.failure:
        once = f"; {report.unsteady} differed once and not again" if report.unsteady else ""
        return f"all runs are answered alike ({figures}{once})"
    way, found, smallest, before, output = report.failure
    sizes = [f"{_count(size, 'byte')} in {_count(frames, 'frame')}" for size, frames in (smallest.size, before.size)]
    uncut, cut = ("nothing" if it is None else it if isinstance(it, str) else f"{it!r:.160}" for it in found[2:])
    return "\n".join(
        [
            f"The server answers differently in the way {way!r} ({WAYS[way.partition(',')[0]]}):",
            f"  connection {found.conn}, answer {found.number}, expected: {uncut}",
            f"  connection {found.conn}, answer {found.number}, now:      {cut}",
            "",
            f"The smallest session found, of {sizes[0]} (before, there were {sizes[1]}):",
            "",
            *(f"  {row}" for row in picture(smallest.capture(), report.protocol).split("\n")),
            "",
            *(["The server wrote:", *(f"  {row}" for row in output.split("\n")[-6:]), ""] if output else []),
            f"({figures})",
            *(["", "Play it again:", *(f"  {row}" for row in test.split("\n"))] if test else []),
        ]
    )


def to_test(capture: Capture, target: Target, options: Mapping[str, object]) -> str:
    """A test that plays this capture, as Python. Functions are named, and have to be defined or imported there."""
    text = str(capture).rstrip("\n").replace('"""', '\\x22""').replace("\n", "\n    ")
    more = "".join(f", {name}={_source(value)}" for name, value in options.items())
    return f'def test_cuts(cut_check):\n    cut_check(r"""\n    {text}\n    """, {_source(target)}{more})\n'


def _source(value: object) -> str:
    return repr(value) if isinstance(value, (str, int, float, list, tuple)) else getattr(value, "__name__", "...")
