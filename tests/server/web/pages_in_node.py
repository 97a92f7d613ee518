"""The modules of assets/web in Node, without a browser."""

import shutil
from pathlib import Path

from petard.assets import path
from tests.server.web.programs import needs, program

NODE = program("node")
needs_node = needs("nodejs", "node")


def command(tmp_path: Path, script: str, *words: str) -> list[str]:
    """The command that runs a script of this folder beside a copy of the modules."""
    for file in [*path("web").glob("*.js"), Path(__file__).with_name(script)]:
        shutil.copy(file, tmp_path)
    (tmp_path / "package.json").write_text('{"type":"module"}')
    assert NODE
    return [NODE, str(tmp_path / script), *words]
