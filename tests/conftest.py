"""What all tests share: the environment, the option `--quick`, how tests are given to workers, and some fixtures.

Rule 1: no test opens a window or makes a sound unless it asks for a screen; no test talks to the real network.
Rule 2: no property fails because the machine is busy: hypothesis has no deadline.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ["PETARD_DISCOVERY"] = "off"  # nothing that a test starts asks or tells on a real network
os.environ["LANGUAGE"] = "en"  # the window, unless a test chooses a language
os.environ["PETARD_CONSOLE"] = "off"  # many servers at once, and one port for it
os.environ["PETARD_WEB"] = "off"  # a process of its own, which few tests look at

import pytest
from hypothesis import settings

from petard.server.devtools.pytest_plugin import PetardReplay, PetardWire
from tests.lan.lan import Lan
from tests.made_once import Shared
from tests.modules import files_with_two_names, names_without_petard
from tests.uncollected import uncollected
from tests.wheel import build_wheel

settings.register_profile("petard", deadline=None, max_examples=40)
settings.register_profile("quick", deadline=None, max_examples=15)

TESTS = Path(__file__).parent
# What `--quick` runs: the tests of the pure folders, where most bugs are found, without those marked `slow`.
QUICK = tuple(
    TESTS / name
    for name in (
        "shared",
        "game/client",
        "game/view",
        "game/flow/test_navigator.py",
        "server/policy",
        "server/room",
        "test_architecture.py",
        "test_documents.py",
        "test_transcript.py",
    )
)
BYTECODE = "bytecode"  # the folder of compiled files, which the workers and the processes of one run share
MADE_ONCE = "made-once"  # and that of recordings which several of them need
SEEDS = 2  # simulations of a default run
# Real processes that keep real time run one after the other, while the other workers do the rest. Most of their time
# they wait, so a worker of their own costs the others little: what waits for seconds belongs here, too.
BY_THE_CLOCK = frozenset(
    {
        "test_announced",
        "test_bad_day",
        "test_discovery",
        "test_killed",
        "test_killed_often",
        "test_netns",
        "test_paused_for_real",
        "test_played_for_real",
        "test_recording",
        "test_seen",
        "test_soak",
        "test_standby",
        "test_steered",
        "test_watchdog",
        "test_wire",
    }
)
# The first read tests/sources.py, which takes seconds; the next look at the same output of programs, or share a wheel.
TOGETHER = dict.fromkeys(("test_languages", "test_names"), "test_architecture") | {
    "test_tutorial_pages": "test_stages",
    "test_egg": "test_wheel",
}
# The files that take longest after these start next, so that the run does not end with one of them.
LONGEST = {
    "test_lint",
    "test_sessions",
    "test_same_match",
    "test_checker_bites",
    "test_wheel",
    "test_readable",
    "test_drawing",
}
# The slowest files. By default every fourth of their tests runs (how programs bear odd surroundings, hostile files and
# hostile peers: hundreds of cases), or every second; `-m rest` runs the others, as CI does after the usual run.
FOURTH = (
    "test_answers test_bad_files test_budget test_budget_room test_capture_budget test_checker_bites "
    "test_conform_servers test_conversations test_damage test_fuzz test_killed_often test_lost_output "
    "test_named_paths test_odd_homes test_pretended_windows test_private_files test_surroundings "
    "test_written_files"
)
SECOND = (
    "test_app test_brain test_capture_tap test_clip test_coming_back test_conform_clients test_drawing "
    "test_export test_languages test_last_life test_local_server test_main test_make_music test_match "
    "test_match_recorder test_net_slow test_page test_playback test_predictor test_readable "
    "test_real_browser test_recording test_rejoin test_replay test_replays test_rerun test_results "
    "test_resume test_right_servers test_same_match test_sessions test_shrink test_stages test_take_over "
    "test_tall_window test_timedemo test_translated test_trim test_tutorial test_verify test_watch_pages "
    "test_wireshark test_wrong_servers"
)
EACH = dict.fromkeys(FOURTH.split(), 4) | dict.fromkeys(SECOND.split(), 2)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return two more than there are cores, for tests with sockets and processes often wait; not with `--quick`."""
    return (os.cpu_count() or 1) + 2 * (not config.getoption("--quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick`, and how many simulations are played, and which."""
    group = parser.getgroup("petard", "Petard")
    group.addoption("--quick", action="store_true", help="run only the tests that find most bugs, in less than 45 s")
    group.addoption(
        "--seeds", type=int, default=SEEDS, help=f"simulate matches with this many seeds (default: {SEEDS})"
    )
    group.addoption("--seed", type=int, default=None, help="simulate a match with this seed only")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples a property is tried with, and keep the order of the files."""
    # A signal that is ignored here is ignored in all servers that tests start: SIGHUP under nohup, SIGINT behind `&`.
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.load_profile("quick" if config.getoption("--quick") else "petard")
    config.option.loadscopereorder = False  # or xdist starts the files with the most tests first; see `start_order`


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect tests without the collector of garbage, which takes 5 s for each worker, and 8 % of all tests later."""
    if hasattr(session.config, "workerinput"):
        Shared.folder = Path(session.config.getoption("--basetemp")).parent / MADE_ONCE
    with uncollected():
        _import_a_part(session.config)
        return (yield)


def _import_a_part(config: pytest.Config) -> None:
    """Share the compiling of the test files: each worker imports a part of them first, and then all workers collect.

    It takes pytest 10 s to rewrite all `assert` statements: 10 s for each worker, if all begin with the same file.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None or config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(config.getoption("--basetemp")).parent / BYTECODE)
    part = int(worker["workerid"].removeprefix("gw"))
    files = [file for file in sorted(TESTS.rglob("test_*.py")) if pytest_ignore_collect(file, config) is None]
    for file in files[part :: worker["workercount"]]:
        with suppress(Exception, pytest.skip.Exception):  # the collection reports it
            import_module(".".join(file.relative_to(TESTS.parent).with_suffix("").parts))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `--quick`, do not even import the tests of other folders."""
    if not config.getoption("--quick"):
        return None
    parts = (collection_path, *collection_path.parents)
    return None if any(wanted in parts or collection_path in wanted.parents for wanted in QUICK) else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each seed, so that the workers share them and a failing one is named."""
    if "simulated_seed" in metafunc.fixturenames:
        one = metafunc.config.getoption("--seed")
        seeds = range(1, metafunc.config.getoption("--seeds") + 1) if one is None else (one,)
        metafunc.parametrize("simulated_seed", seeds)


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each file to one worker, in its order; real time to one worker alone; simulations to any free worker.

    Tests that keep real time come first, then the longest files: else the run would end with idle processors.
    """
    if config.getoption("--quick"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
    mark_rest(items)
    for item in items:
        if keeps_real_time(item):
            item.add_marker(pytest.mark.xdist_group("by the clock"))
        elif item.path.stem != "test_simulation":
            item.add_marker(pytest.mark.xdist_group(TOGETHER.get(item.path.stem, item.path.stem)))
    items.sort(key=start_order)  # stable: each file keeps its order


def mark_rest(items: list[pytest.Item]) -> None:
    """Mark what the usual run leaves out of the slowest files; tests that are `long` do not count."""
    seen: Counter[Path] = Counter()
    for item in items:
        if (each := EACH.get(item.path.stem)) and not item.get_closest_marker("long"):
            if seen[item.path] % each:
                item.add_marker(pytest.mark.rest)
            seen[item.path] += 1


def keeps_real_time(item: pytest.Item) -> bool:
    """Return whether a test starts processes that must not be held up by other tests."""
    return item.path.stem in BY_THE_CLOCK or item.get_closest_marker("window") is not None


def start_order(item: pytest.Item) -> int:
    """Return 0 for tests that start first, 2 for those that start last."""
    return 0 if keeps_real_time(item) else 1 if item.path.stem in LONGEST else 2


@pytest.fixture(scope="session", autouse=True)
def _own_recordings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers that tests start write into folders of the tests, not into those of the person who runs them."""
    with pytest.MonkeyPatch.context() as here:
        here.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        here.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        # Tests start hundreds of processes: they share compiled files, and none of these is written into the tree.
        here.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.getbasetemp().parent / BYTECODE))
        here.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_module_is_imported_once() -> Iterator[None]:
    """No module of ours was imported under two names, such as `shared.framing` and `petard.shared.framing`."""
    yield
    assert names_without_petard() == []
    assert files_with_two_names() == []


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


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
    """A simulated network: `net = lan("wifi", "bad", seed=3)` has one client for each named quality."""
    return Lan
