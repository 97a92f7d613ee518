"""What all tests share: no window but where a test opens one, properties that do not mind a busy machine, and a lan."""

import os
from collections.abc import Iterator

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ["PETARD_DISCOVERY"] = "off"  # nothing that a test starts asks or tells on a real network
os.environ["PETARD_CONSOLE"] = "off"  # many servers at once, and one port for it

import pytest
from hypothesis import settings

from petard.server.devtools.pytest_plugin import PetardReplay, PetardWire
from tests.lan.lan import Lan
from tests.modules import files_with_two_names, names_without_petard

settings.register_profile("petard", deadline=None)
settings.load_profile("petard")

SEEDS = 6  # simulations of a default run
# Real processes that keep real time: one after the other, while the other cores do the rest.
BY_THE_CLOCK = frozenset(
    {"test_discovery", "test_killed", "test_netns", "test_played_for_real", "test_recording", "test_seen", "test_wire"}
)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: the worker that keeps real time mostly waits."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many simulations, and which."""
    group = parser.getgroup("petard", "simulations of whole matches (tests/test_simulation.py)")
    group.addoption("--seeds", type=int, default=SEEDS, help=f"play so many seeds, from 1 on (default: {SEEDS})")
    group.addoption("--seed", type=int, default=None, help="play this seed alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each seed, so that they share the cores and a failing one is named."""
    if "simulated_seed" in metafunc.fixturenames:
        one = metafunc.config.getoption("--seed")
        seeds = range(1, metafunc.config.getoption("--seeds") + 1) if one is None else (one,)
        metafunc.parametrize("simulated_seed", seeds)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each file is for one worker, in its order; real time for one worker alone; simulations for whoever is free."""
    for item in items:
        if item.path.stem in BY_THE_CLOCK or item.get_closest_marker("window"):
            item.add_marker(pytest.mark.xdist_group("by the clock"))
        elif item.path.stem != "test_simulation":
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session", autouse=True)
def _own_recordings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers that tests start keep to folders of the tests, not to those of the person who runs them."""
    with pytest.MonkeyPatch.context() as here:
        here.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        here.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        # Hundreds of processes are started: what one of them has compiled serves the others, and stays out of the tree.
        here.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.getbasetemp().parent / "bytecode"))
        here.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_module_is_imported_once() -> Iterator[None]:
    """Nothing of ours came in under two names, such as `shared.framing` beside `petard.shared.framing`."""
    yield
    assert names_without_petard() == []
    assert files_with_two_names() == []


@pytest.fixture(scope="session")
def replay(petard_replay: PetardReplay) -> PetardReplay:
    """The short name of `petard_replay`, for the tests in this repository."""
    return petard_replay


@pytest.fixture(scope="session")
def wire(petard_wire: PetardWire) -> PetardWire:
    """The short name of `petard_wire`, for the tests in this repository."""
    return petard_wire


@pytest.fixture
def lan() -> type[Lan]:
    """A network in one line: `net = lan("wifi", "bad", seed=3)`, one client for each line."""
    return Lan
