"""The subcommands of `petard-server`: a module for each, with `main(words) -> exit status`.

Rule: only the module that is asked for is imported.
"""

from collections.abc import Sequence

from petard.shared.lazy import lazy

MODULES = {
    "config": "petard.server.cli.config",
    "list": "petard.server.cli.list",
    "ping": "petard.server.cli.ping",
    "replay": "petard.server.cli.replay.command",
    "status": "petard.server.cli.status",
    "results": "petard.server.cli.results",
}


def run_subcommand(verb: str, words: Sequence[str]) -> int:
    """Run one subcommand with the words after its name; returns its exit status."""
    status: int = lazy(MODULES[verb]).main(words)
    return status
