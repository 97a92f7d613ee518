"""Parts of the web pages, in Node: the wire's examples, the proof of a password, and how a thumb is read."""

import json
import re
import subprocess
from gzip import compress
from pathlib import Path

import pytest

from petard.assets import path
from petard.server.net.scram_keys import keys_of
from petard.server.policy.scram import ScramExchange
from petard.server.web.pages import Files
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello
from tests.server.web.pages_in_node import command, needs_node
from tests.server.web.programs import needs, program

VECTORS = Path(__file__).parents[2] / "vectors" / "messages.json"
UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
PAGE_MOST = 30_000  # bytes on the way, with the texts of a language
WORDS_MOST = 4_000  # bytes of the texts of a language, packed
LINES_MOST = 300
TSC_OPTIONS = (
    *("--allowJs", "--checkJs", "--noEmit", "--lib", "ES2022,DOM,DOM.Iterable"),
    *("--target", "ES2022", "--module", "ES2022", "--moduleResolution", "node"),
    *("--strict", "--noUnusedLocals", "--noUnusedParameters", "--exactOptionalPropertyTypes"),
    *("--noImplicitOverride", "--noFallthroughCasesInSwitch"),
)


@needs_node
def test_a_board_with_numbers_that_only_a_later_version_knows_is_drawn(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "draw_strange.mjs", "300"), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


@needs_node
def test_the_pages_read_and_write_all_examples_of_the_protocol(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "check_pages.mjs", "vectors"), input=VECTORS.read_bytes(), capture_output=True, check=False
    )
    assert (done.stdout, done.stderr) == (b"", b"")


@needs_node
@pytest.mark.parametrize("password", ["ﬁnal Zündschnur\u00a0Ⅸ", "x" * 100])
def test_a_phone_proves_that_it_knows_the_password_and_so_does_the_server(tmp_path: Path, password: str) -> None:
    assert _proves(tmp_path, password, password) == "proved"


@needs_node
def test_a_phone_with_a_wrong_password_is_refused_and_a_server_without_it_is_not_trusted(tmp_path: Path) -> None:
    assert _proves(tmp_path, "party", "partz") == "refused"
    assert _proves(tmp_path, "party", "party", server_says="v=" + "A" * 43 + "=").startswith("stopped: The server")


def _proves(tmp_path: Path, asked: str, typed: str, server_says: str = "") -> str:
    """How the exchange ends. `server_says`: the server's last message, if it is not what it should be."""
    exchange = ScramExchange(Hello(PROTOCOL, BUILD, "Ada", 1, ""), "1", keys_of(asked, 4096), "nonce-of-the-server")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command(tmp_path, "check_pages.mjs", "proof", typed), stdin=pipe, stdout=pipe, encoding="utf-8"
    ) as page:
        assert page.stdin
        assert page.stdout
        heard = ""
        for _ in range(2):
            page.stdin.write(f"{heard}\n")
            page.stdin.flush()
            heard = exchange.answer(page.stdout.readline().strip())
            if not heard:
                return "refused"
        page.stdin.write(f"{server_says or heard}\n")
        page.stdin.close()
        return page.stdout.readline().strip()


@needs_node
def test_a_thumb_keeps_its_direction_until_it_is_clearly_moved_to_another(tmp_path: Path) -> None:
    moves = {
        (0.1, 0.1, 0): 0,
        (0.9, 0.2, 0): RIGHT,
        (-0.9, 0.2, 0): LEFT,
        (0.1, -0.8, 0): UP,
        (0.5, 0.55, RIGHT): RIGHT,
        (0.5, 0.8, RIGHT): DOWN,
        (0.55, 0.5, DOWN): DOWN,
        (0.1, 0.0, RIGHT): 0,
    }
    done = subprocess.run(
        command(tmp_path, "check_pages.mjs", "fingers", json.dumps(list(moves))), capture_output=True, check=True
    )
    assert json.loads(done.stdout) == list(moves.values())


def _faults_of_types(*files: Path) -> str:
    """What the compiler of TypeScript finds in files of JavaScript, whose types are in their comments."""
    tsc = program("tsc")
    assert tsc
    version = subprocess.run([tsc, "--version"], capture_output=True, encoding="utf-8", check=True).stdout
    old = [] if int(version.split()[1].partition(".")[0]) >= 5 else [Path(__file__).with_name("newer_browsers.d.ts")]
    command = [tsc, *TSC_OPTIONS, *map(str, [*files, *old])]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout


@pytest.mark.types
@needs("node-typescript", "tsc")
def test_the_types_in_the_comments_of_all_pages_hold(tmp_path: Path) -> None:
    bad = tmp_path / "bad.js"  # so that a compiler that checks nothing is noticed
    bad.write_text("/** @param {number} x */\nexport const lengthOf = (x) => x.length;\n")
    (fault,) = _faults_of_types(bad, *sorted(path("web").glob("*.js"))).splitlines()
    assert "bad.js(2,34): error TS2339" in fault


@pytest.mark.parametrize("parts", [("pad",), ("watch",), ("watch", "stage", "sounds"), ("replay",)])
def test_what_a_page_loads_is_small(parts: tuple[str, ...]) -> None:
    """Beside pictures and sounds."""
    new = {f"{part}.js" for part in parts}
    found = {f"{parts[0]}.html", f"{parts[0]}.css", *new}
    while new:
        texts = [path("web", name).read_text("utf-8") for name in new]
        new = {name for text in texts for name in re.findall(r'from "./(\w+\.js)"', text)} - found
        found |= new
    assert "tables.js" in found
    words = max(len(compress(file.read_bytes())) for file in path("web", "words").iterdir())
    assert words <= WORDS_MOST
    files = Files()
    sent = [content for name in found if (content := files.content(f"/s/{name}"))]
    assert len(sent) == len(found)
    assert words + sum(len(content.packed) for content in sent) <= PAGE_MOST


def test_the_pages_hold_no_script_or_style_of_their_own() -> None:
    files = [file for file in path("web").iterdir() if file.suffix in (".js", ".css", ".html")]
    for file in files:
        text = file.read_text("utf-8")
        assert text.count("\n") < LINES_MOST, file
        if file.suffix == ".html":
            assert "<style" not in text
            assert " style=" not in text
            assert text.count("<script") == text.count('<script type="module" src="/s/')
