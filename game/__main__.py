"""`petard`: the game in its window, or a subcommand, by the first word of the command line.

Rule 1: Ctrl-C ends the program at any time, without a traceback: while modules are imported, by the default signal.
Rule 2: SIGTERM and SIGHUP end a subcommand as Ctrl-C does, so that it ends what it has started.
Rule 3: the window alone imports pygame; a subcommand, `--help` and a mistake need no screen, and are quick without it.
"""

import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence

from petard.shared.lazy import lazy
from petard.shared.standard_streams import standard_streams

SUBCOMMANDS = {
    "doctor": "petard.game.doctor.examination",
    "conform": "petard.game.devtools.conform.command",
    "lab": "petard.game.devtools.lab.command",
    "league": "petard.game.devtools.league.command",
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the game or a subcommand; return the exit status."""
    with standard_streams():
        words = sys.argv[1:] if words is None else words
        name = SUBCOMMANDS.get(words[0]) if words else None
        status: int
        if name:
            with _default_interrupt():
                subcommand = lazy(name)
            with _signals_as_ctrl_c():
                status = subcommand.main(words[1:])
        else:
            with _default_interrupt():
                arguments = lazy("petard.game.config.arguments").arguments_of(words)
                window = lazy("petard.game.flow.program")
            status = window.main(arguments)
        return status


@contextlib.contextmanager
def _default_interrupt() -> Iterator[None]:
    """Let Ctrl-C end the program as it ends one that handles no signals; unless another handler is set."""
    with contextlib.ExitStack() as restored:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            with contextlib.suppress(ValueError):  # not the main thread, where no Ctrl-C arrives anyway
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                restored.callback(signal.signal, signal.SIGINT, signal.default_int_handler)
        yield


@contextlib.contextmanager
def _signals_as_ctrl_c() -> Iterator[None]:
    """Let the signals that end a program raise KeyboardInterrupt, unless they are ignored or handled."""
    with contextlib.ExitStack() as restored:
        for number in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP", "SIGBREAK")):
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                with contextlib.suppress(ValueError):  # not the main thread
                    signal.signal(number, signal.default_int_handler)
                    restored.callback(signal.signal, number, signal.SIG_DFL)
        yield


if __name__ == "__main__":
    sys.exit(main())
