"""All that is measured: the probes by name, the figures, and the tables that they stand in."""

from tests.bench import (
    client,
    micro_codec,
    micro_demo,
    micro_framing,
    micro_picture,
    micro_rules,
    server_cost,
    server_ticks,
    wire_bytes,
)
from tests.bench.model import Figure, Probe

_MODULES = (
    server_cost,
    server_ticks,
    wire_bytes,
    client,
    micro_framing,
    micro_codec,
    micro_rules,
    micro_demo,
    micro_picture,
)
PROBES: dict[str, Probe] = {probe.name: probe for module in _MODULES for probe in module.PROBES}
FIGURES: tuple[Figure, ...] = tuple(figure for module in _MODULES for figure in module.FIGURES)


def chosen(names: list[str]) -> list[Figure]:
    """The figures whose name, or whose part before a dot or a dash, is given; LookupError for a name of none."""
    found: list[Figure] = []
    for name in names:
        of_name = [
            figure for figure in FIGURES if figure.name == name or figure.name.startswith((f"{name}.", f"{name}-"))
        ]
        if not of_name:
            raise LookupError(f"there is no measurement {name}")
        found += [figure for figure in of_name if figure not in found]
    return found
