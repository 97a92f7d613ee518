"""How a round is shown; F3 has a switch for each option (petard.game.ui.render.net_graph)."""

from dataclasses import dataclass

from petard.shared.rules.ruleset import TICK_RATE


@dataclass(slots=True)
class NetcodeOptions:
    """How a round is shown; a person can switch it off to see what it does. The defaults play best: docs/netcode.md."""

    prediction: bool = True  # run ahead of the server, so that own keys are seen at once
    run_ahead: bool = True  # predict the others, too, by the keys they hold; else draw them between two snapshots
    smoothing: bool = True  # fade prediction errors out instead of jumping
    snapshots: int = TICK_RATE  # a second that are used; the others are received but not shown
