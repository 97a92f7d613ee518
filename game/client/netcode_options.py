"""What a person may switch off to see what it does: the client's own clock and its smoothing."""

from dataclasses import dataclass

from petard.shared.rules.ruleset import TICK_RATE


@dataclass(slots=True)
class NetcodeOptions:
    """How a round is shown. The defaults are what plays best; docs/netcode.md has the figures."""

    prediction: bool = True  # run ahead of the server, so that own keys are seen at once
    run_ahead: bool = True  # the others, too, with the keys they hold; else they are shown late, between two snapshots
    smoothing: bool = True  # fade out what was guessed wrong instead of jumping
    snapshots: int = TICK_RATE  # a second; of more the rest is heard but not shown
