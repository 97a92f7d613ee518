"""Renders the chart of docs/hosting/helm by helm 3 or 4, for machines that have no helm: tests/chart reads the result.

    python -m tests.tools.chart

First it writes into the schema of the values which settings a room may have; that needs no helm.
Each rendering begins with a digest of all that it was made from, so that a test without helm sees when it is old.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from petard.server.config.schema import read_maps, settings_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "hosting" / "helm"
CHART = FOLDER / "petard"
SCHEMA_FILE = CHART / "values.schema.json"
EXAMPLE = FOLDER / "values-example.yaml"
ALERTS = ROOT / "docs" / "hosting" / "alerts.yml"
RENDERINGS: dict[str, dict[str, Path]] = {  # the file: flags of helm with a file, beside the chart
    "rendered-default.yaml": {},
    "rendered-example.yaml": {"--values": EXAMPLE, "--set-file=monitoring.alerts": ALERTS},
}
# What the chart sets, and what makes no sense in a pod; secrets are in Secrets, not in values.
NOT_FOR_VALUES = {
    "agones", "console-password", "console-password-file", "directory", "discovery", "discovery-port", "drain", "host",
    "log", "match", "password", "password-file", "port", "public", "stdin", "web",
}  # fmt: skip


def schema_text() -> str:
    """Return the schema of the values, with the settings that a room may have."""
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    allowed = [row.key for row in settings_of(read_maps()) if row.key not in NOT_FOR_VALUES]
    schema["properties"]["rooms"]["properties"]["settings"]["propertyNames"]["enum"] = allowed
    return json.dumps(schema, indent=2) + "\n"


def sources(name: str) -> Iterator[Path]:
    """Yield the files that a rendering is made from; the schema only says which values are refused."""
    yield from sorted(file for file in CHART.rglob("*") if file.is_file() and file != SCHEMA_FILE)
    yield from RENDERINGS[name].values()


def header(name: str) -> str:
    """Return the first lines of a rendering, which say what it was made from."""
    whole = hashlib.sha256()
    for file in sources(name):
        text = file.read_text("utf-8")  # the same digest with the line ends of Windows
        whole.update(f"{file.relative_to(ROOT).as_posix()}\n{len(text)}\n{text}".encode())
    return (
        f"# Written by `python -m tests.tools.chart` with helm.\n# SHA-256 of chart and values: {whole.hexdigest()}\n"
    )


def render(helm: str, name: str) -> str:
    """Return what helm makes of the chart; raises CalledProcessError."""
    flags = [f"{flag}={file}" for flag, file in RENDERINGS[name].items()]
    command = [helm, "template", "petard", str(CHART), "--namespace=petard", *flags]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=60).stdout


def main() -> int:
    SCHEMA_FILE.write_text(schema_text(), "utf-8", newline="\n")
    helm = shutil.which("helm")
    if not helm:
        sys.stderr.write("Rendering needs helm 3 or 4 (helm.sh/docs/intro/install); the schema is written.\n")
        return 1
    for name in RENDERINGS:
        (FOLDER / name).write_text(header(name) + render(helm, name), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
