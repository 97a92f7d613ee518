"""Compiles the C sources of the bench, once for each process, into a folder that is deleted at the end."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.bench.model import Missing

HERE = Path(__file__).parent


@cache
def scratch_folder() -> Path:
    """A folder of this process, which is deleted at its end."""
    folder = tempfile.mkdtemp(prefix="petard-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@cache
def compiled(source: str, *options: str) -> Path:
    """The program, or with "-shared" the library, of a C source in this folder; raises Missing."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        raise Missing("there is no C compiler here")
    target = scratch_folder() / Path(source).with_suffix(".so" if "-shared" in options else "").name
    command = [compiler, "-O2", *options, "-o", str(target), str(HERE / source)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise Missing(f"{source} cannot be compiled here: {done.stderr.strip().partition(chr(10))[0]}")
    return target
