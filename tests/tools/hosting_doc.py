"""The tables of docs/hosting.md: settings, console commands, and what is seen over HTTP (tests/tools/docs.py)."""

from collections.abc import Iterable, Mapping
from typing import Any

from petard.server.config.schema import read_maps, settings_of
from petard.server.policy.admin_commands import COMMANDS, AdminRole
from petard.server.web import metrics
from petard.server.web.figures import FIELDS, SEAT_FIELDS
from petard.server.web.metrics import WebCounts
from petard.server.web.site import PATHS
from tests.server.web.sample import report
from tests.tools.markdown import Tables, rows_of


def settings_table() -> str:
    """Return all settings, in the order of `--help`."""
    lines = (
        (f"`{row.key}`", _cell(row.takes), _cell(row.default), "yes" if row.is_live else "", row.about)
        for row in settings_of(read_maps())
    )
    return rows_of("key", "takes", "default", "live", "what", rows=lines)


def _cell(text: str) -> str:
    return f"`{text}`" if text else ""


def commands_table() -> str:
    """Return all console commands with the roles that may use them, in the order of `help`."""
    marks = ((order, ("yes" if role in order.may else "" for role in AdminRole)) for order in COMMANDS)
    lines = ((f"`{order.form}`", *allowed, order.about) for order, allowed in marks)
    return rows_of("command", *(role.value for role in AdminRole), "what", rows=lines)


def paths_table() -> str:
    """Return what can be asked for over HTTP."""
    return _without_heads("| path | |", (f"| `{path}` | {about} |" for path, about in PATHS.items()))


def metrics_table() -> str:
    """Return all metrics."""
    found: list[Any] = list(metrics.metric_families(report(), 0.0, WebCounts()))
    ends = {"counter": "_total", "info": "_info"}
    rows = (
        f"| `{one.name}{ends.get(one.type, '')}` | {one.type.replace('info', 'gauge')} | {one.documentation} |"
        for one in found
    )
    return _without_heads("| metric | type | |", rows)


def fields_table(fields: Mapping[str, tuple[str, object]]) -> str:
    """Return fields of /status.json."""
    return _without_heads("| field | |", (f"| `{name}` | {about} |" for name, (about, _) in fields.items()))


def _without_heads(head: str, lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in (head, "|" + "---|" * (head.count("|") - 1), *lines))


TABLES: Tables = {
    "settings": settings_table,
    "commands": commands_table,
    "paths": paths_table,
    "status": lambda: fields_table(FIELDS),
    "seats": lambda: fields_table(SEAT_FIELDS),
    "metrics": metrics_table,
}
