"""The full disk of the tests does no harm beyond its own process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.full_disk import full_disk_code

CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import json.decoder'], check=True)"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of a file")
@pytest.mark.parametrize("imports", ["import json.decoder", CHILD], ids=["the process", "a child of it"])
def test_a_process_with_a_full_disk_writes_no_compiled_files(imports: str, tmp_path: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", f"{full_disk_code(100)}; {imports}"]
    subprocess.run(command, env={**variables, "PYTHONPYCACHEPREFIX": str(tmp_path)}, check=True)
    late = [file for file in tmp_path.rglob("*.pyc") if file.name.startswith("decoder")]
    assert late == []
