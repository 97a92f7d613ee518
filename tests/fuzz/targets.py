"""The table of all targets, by name."""

from tests.fuzz import demo_targets, file_targets, text_targets, wire_targets
from tests.fuzz.target import FuzzTarget

TARGETS: dict[str, FuzzTarget] = {
    target.name: target
    for target in (*wire_targets.TARGETS, *demo_targets.TARGETS, *text_targets.TARGETS, *file_targets.TARGETS)
}
