"""All modes, one row for each."""

from collections.abc import Mapping

from petard.shared.rules.modes.crown import Crown
from petard.shared.rules.modes.mode import Mode
from petard.shared.rules.modes.paint import Paint
from petard.shared.rules.modes.teams import Teams
from petard.shared.rules.modes.zombie import Zombie
from petard.shared.rules.ruleset import RuleSet

LAST_ONE_STANDING = Mode()
MODES: Mapping[str, Mode] = {mode.name: mode for mode in (LAST_ONE_STANDING, Teams(), Crown(), Paint(), Zombie())}
_BY_NUMBER = {mode.number: mode for mode in MODES.values()}


def mode_of(rules: RuleSet) -> Mode:
    """Return the mode of these rules; for a number of a later version last one standing."""
    return _BY_NUMBER.get(rules.mode, LAST_ONE_STANDING)
