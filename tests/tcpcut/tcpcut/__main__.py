"""The command `tcpcut`: record, show, check, shrink and to-test.

Exit status: 0 all is answered alike, 1 something is not, 2 the check cannot be made.
"""

import argparse
import os
import shlex
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from tcpcut import DEFAULT_WAYS, FRAMINGS, WAYS, Capture, Recorder, TcpcutError, check, explain, picture, to_test
from tcpcut.framing import RAW, Protocol, framing_of

VERBS = {
    "show": "show a capture as hex, with pieces and frames",
    "check": "cut a capture in all ways",
    "shrink": "cut it, and print the smallest capture that fails",
    "to-test": "print a capture as a pytest test",
}
EPILOG = "ways to cut:\n" + "\n".join(f"  {name:<11} {text}" for name, text in WAYS.items())


def address(text: str) -> tuple[str, int]:
    """HOST:PORT, or [::1]:PORT."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


def function(text: str) -> Any:
    """A function that `MODULE:NAME` names, imported from this folder; other texts are left as they are."""
    module, colon, name = text.partition(":")
    if not colon:
        return text
    sys.path.insert(0, os.curdir)
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise TcpcutError(f"there is no {text}: {error}") from None


def parser() -> argparse.ArgumentParser:
    """All commands and their options. The names of options are those of the arguments of `check`."""
    raw, about = argparse.RawTextHelpFormatter, "Does a server's answer depend on how TCP cuts the stream?"
    top = argparse.ArgumentParser("tcpcut", description=about, epilog=EPILOG, formatter_class=raw)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    record = verbs.add_parser("record", help="record a session: clients connect to a proxy before the server")
    record.add_argument("server", type=address, metavar="HOST:PORT")
    record.add_argument("--port", type=int, default=0, help="where the proxy listens (default: a free port)")
    record.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="the capture; it is replaced")
    for verb, text in VERBS.items():
        add = verbs.add_parser(verb, help=text, argument_default=argparse.SUPPRESS).add_argument
        add("file", type=Path, metavar="FILE")
        names = f"{', '.join(FRAMINGS)}, or MODULE:FUNCTION"
        add("--framing", type=function, metavar="NAME", help=f"of what clients send: {names}")
        add("--answers", type=function, metavar="NAME", help="of what the server sends, if another one")
        if verb != "show":
            add("--cmd", dest="target", type=shlex.split, metavar="COMMAND", help="start the server, on {port}")
            add("--to", dest="target", type=address, metavar="HOST:PORT", help="a server that runs")
            add("--ways", help=f"ways to cut, with spaces (default: {DEFAULT_WAYS})")
            add("--keep", type=function, metavar="MODULE:FUNCTION", help="what is compared of an answer, or None")
            add("--no-pipelining", dest="pipelining", action="store_false", help="clients wait for each answer")
            add("--reuse", dest="fresh", action="store_false", help="one server for all runs")
    return top


def record(given: argparse.Namespace) -> int:
    """Record until Ctrl-C or SIGTERM."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with Recorder(given.server, given.out, given.port) as recorder:
        print(f"recording: connect clients to port {recorder.address[1]} of this machine; Ctrl-C ends it", flush=True)
        while not over.wait(0.2):  # Windows wakes no wait for Ctrl-C
            pass
    print(f"{given.out}: {len(recorder.events)} events")
    return 0


def run(given: argparse.Namespace) -> int:
    """Carry out a command."""
    if given.verb == "record":
        return record(given)
    options = {name: value for name, value in vars(given).items() if name not in ("verb", "file")}
    capture, target = Capture.of(given.file), options.pop("target", None)
    if given.verb == "show":
        clients = framing_of(options.get("framing", RAW))
        print(picture(capture, Protocol(clients, framing_of(options.get("answers", clients)))))
        return 0
    if target is None:
        raise TcpcutError("a server is needed: --cmd COMMAND or --to HOST:PORT")
    if given.verb == "to-test":
        print(to_test(capture, target, options), end="")
        return 0
    if given.verb == "shrink":
        options["shrink_seconds"] = 60.0  # `check` takes at most 5
    report = check(capture, target, **options)
    small = report.failure.smallest.capture() if report.failure and given.verb == "shrink" else None
    print(str(small).rstrip() if small else explain(report))
    return int(report.failure is not None)


def main(words: list[str] | None = None) -> int:
    """The program. Ctrl-C and SIGTERM end the servers that it started, too."""
    for number in (signal.SIGINT, signal.SIGTERM) if words is None else ():
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    try:
        return run(parser().parse_args(words))
    except (TcpcutError, OSError) as error:
        sys.stderr.write(f"tcpcut: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
