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
from tcpcut.framing import RAW, OptionError, Protocol, framing_of

EPILOG = "ways to cut:\n" + "\n".join(f"  {name:<11} {text}" for name, text in WAYS.items())


def address(text: str) -> tuple[str, int]:
    """HOST:PORT, or [::1]:PORT."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


def say(text: str) -> int:
    """Print text, and return the exit status 0."""
    sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()
    return 0


def function(text: str) -> Any:
    """A function that `MODULE:NAME` names, imported from this folder; other texts are left as they are."""
    module, colon, name = text.partition(":")
    if not colon:
        return text
    sys.path.insert(0, os.curdir)
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise OptionError(f"there is no {text}: {error}") from None


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="tcpcut", description="Does a server's answer depend on how TCP cuts the stream?", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    record = verbs.add_parser("record", help="record a session: clients connect to a proxy before the server")
    record.add_argument("server", type=address, metavar="HOST:PORT")
    record.add_argument("--port", type=int, default=0, help="where the proxy listens (default: a free port)")
    record.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="the capture; it is replaced")
    helps = {"show": "show a capture as hex, with pieces and frames", "to-test": "print a capture as a pytest test"}
    helps |= {"check": "cut a capture in all ways", "shrink": "cut it, and print the smallest capture that fails"}
    for verb, text in helps.items():
        one = verbs.add_parser(verb, help=text, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
                               argument_default=argparse.SUPPRESS)  # fmt: skip
        one.add_argument("file", type=Path, metavar="FILE")
        names = f"{', '.join(FRAMINGS)}, or MODULE:FUNCTION"
        one.add_argument("--framing", type=function, metavar="NAME", help=f"of what clients send: {names}")
        one.add_argument("--answers", type=function, metavar="NAME", help="of what the server sends, if another one")
        if verb != "show":
            _add_check_options(one)
    return top


def _add_check_options(one: argparse.ArgumentParser) -> None:
    """The names of these options are those of the arguments of `check`."""
    target = one.add_mutually_exclusive_group(required=True)
    target.add_argument("--cmd", dest="target", type=shlex.split, metavar="COMMAND", help="starts it on {port}")
    target.add_argument("--to", dest="target", type=address, metavar="HOST:PORT", help="a server that runs")
    one.add_argument("--ways", help=f"ways to cut, with spaces (default: {DEFAULT_WAYS})")
    one.add_argument("--keep", type=function, metavar="MODULE:FUNCTION", help="what is compared of an answer, or None")
    one.add_argument("--no-pipelining", dest="pipelining", action="store_false", help="clients wait for each answer")
    one.add_argument("--golden", action="store_true", help="compare with the recorded answers, too")
    one.add_argument("--against", type=shlex.split, metavar="COMMAND", help="a server whose uncut answers are right")
    one.add_argument("--seeds", type=int, help="how many random cuts (default: 5)")
    one.add_argument("--reuse", dest="fresh", action="store_false", help="one server for all runs")


def record(given: argparse.Namespace) -> int:
    """Record until Ctrl-C or SIGTERM."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with Recorder(given.server, given.out, given.port) as recorder:
        say(f"recording: connect clients to port {recorder.address[1]} of this machine; Ctrl-C ends it")
        while not over.wait(0.2):  # Windows wakes no wait for Ctrl-C
            pass
    say(f"{given.out}: {len(recorder.capture.events)} events")
    return 0


def run(given: argparse.Namespace) -> int:
    """Carry out a command."""
    if given.verb == "record":
        return record(given)
    options = {name: value for name, value in vars(given).items() if name not in ("verb", "file", "target")}
    capture = Capture.load(given.file)
    if given.verb == "show":
        clients = framing_of(options.get("framing", RAW))
        return say(picture(capture, Protocol(clients, framing_of(options.get("answers", clients)))))
    if given.verb == "to-test":
        return say(to_test(capture, repr(given.target), options))
    if given.verb == "shrink":
        options["shrink_seconds"] = 60.0  # `check` takes at most 5
    report = check(capture, given.target, **options)
    say(str(report.failure.smallest.capture()) if report.failure and given.verb == "shrink" else explain(report))
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
