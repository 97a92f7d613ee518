"""The limit of descriptors of a process is raised where that is needed and allowed, and never lowered."""

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "allowed"),
    [(64, 256, 200, 200), (64, 128, 200, 128), (256, 256, 200, 256)],
    ids=["raised", "as far as the system lets it", "never lowered"],
)
def test_the_limit_of_descriptors_is_raised_to_what_is_needed(soft: int, hard: int, wanted: int, allowed: int) -> None:
    code = (
        "import resource\nfrom petard.server.net.descriptors import allow_descriptors\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))\n"
        f"print(allow_descriptors({wanted}), *resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert told.stdout.split() == [str(allowed), str(allowed), str(hard)]
