"""Write tests/vectors/messages.json again: `python -m tests.tools.vectors`.

Only for a change of the protocol that is meant: what was a golden vector yesterday is what somebody's client speaks.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

from petard.shared.protocol.codec import OWN, encode
from petard.shared.protocol.schema import least_fields
from tests.shared.protocol.samples import SAMPLES

FILE = Path(__file__).parents[1] / "vectors" / "messages.json"


def plain(value: Any) -> Any:
    """Return a message, or a value in one, as JSON values: arrays, numbers, text, false and true, as on the wire."""
    if (own := OWN.get(type(value))) and own.to_wire:
        return plain(own.to_wire(value))
    if dataclasses.is_dataclass(value):
        known = [(getattr(value, field.name), field.default) for field in dataclasses.fields(value)]
        while len(known) > least_fields(type(value)) and known[-1][0] == known[-1][1]:
            known.pop()
        return [plain(item) for item, _ in known]
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def main() -> None:
    """Write the file, one vector a line."""
    rows = [
        {"name": name, "message": type(message).__name__, "fields": plain(message), "payload": encode(message).hex()}
        for name, message in SAMPLES.items()
    ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
