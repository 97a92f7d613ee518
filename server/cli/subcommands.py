"""What petard-server does beside serving: one word after its name, and a module for each.

Rule: a verb is a module with `main(words) -> exit status`; only the one that is asked for is imported.
"""

from collections.abc import Sequence

from petard.shared.lazy import lazy

# The module of each verb, and what it does.
VERBS: dict[str, tuple[str, str]] = {
    "config": ("petard.server.cli.config", "print each setting, and where it was said"),
    "list": ("petard.server.cli.list", "show the servers around"),
    "ping": ("petard.server.cli.ping", "measure how far away a server is, by the game's stream or by UDP"),
    "replay": ("petard.server.cli.replay.command", "look at recorded matches: run them again, compare, cut, film"),
    "status": ("petard.server.cli.status", "ask a server by HTTP how it stands"),
    "results": ("petard.server.cli.results", "print who won how often"),
}


def run_subcommand(verb: str, words: Sequence[str]) -> int:
    """Do it; returns the exit status."""
    module, _ = VERBS[verb]
    status: int = lazy(module).main(words)
    return status
