"""What can be a password, what is kept of one, and what it costs a room that has none: nothing."""

import subprocess
import sys
import time

import pytest

from petard.server.config.values import BadValue
from petard.server.config.values import password as read
from petard.server.net.scram_keys import BadPassword, check, keys_of

PASSWORD = "Zündschnur 7"
FEWEST = 4096  # iterations; as few as the library makes


def test_the_keys_say_the_password_to_nobody() -> None:
    keys = keys_of(PASSWORD, FEWEST)
    assert keys_of(PASSWORD, FEWEST) != keys, "each has a salt of its own"
    assert repr(keys) == f"ScramKeys(iterations={FEWEST})"


@pytest.mark.parametrize("password", ["", "x" * 129, "\u00ad\u200b", "bell \a", "\ud800", "🎉", "\ue000", "abcא"])
def test_what_can_be_no_password_is_one_sentence(password: str) -> None:
    for look in (check, keys_of):
        with pytest.raises(BadPassword, match=r"^(a|the) password "):
            look(password)


def test_to_look_at_a_password_in_the_settings_hashes_nothing() -> None:
    """Beside the fewest rounds of hashing there can be: a slow machine is slow with both."""
    start = time.process_time()
    for _ in range(10):
        keys_of(PASSWORD, FEWEST)
    hashed = time.process_time()
    for _ in range(10):
        assert read(PASSWORD) == PASSWORD
    assert time.process_time() - hashed < (hashed - start) / 4
    with pytest.raises(BadValue, match=r"^the password holds a character"):
        read("bell \a")


MODULES = "import sys, petard.server.__main__; print('scramp' in sys.modules)"


@pytest.mark.slow
def test_without_a_password_its_library_is_not_even_there() -> None:
    command = [
        sys.executable,
        "-c",
        f"{MODULES}; petard.server.net.scram_keys.check('fuse'); print('scramp' in sys.modules)",
    ]
    assert subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.split() == [
        "False",
        "True",
    ]
