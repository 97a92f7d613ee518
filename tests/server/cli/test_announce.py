"""`petard-server announce` says in one sentence what it cannot do."""

import pytest

from petard.server.cli import announce


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ([], 2, "the following arguments are required: HOST[:PORT]"),
        (["127.0.0.1", "--discovery", "off"], 2, "discovery is off, so nothing can be announced"),
        (["127.0.0.1", "--discovery", "somewhere"], 2, "--discovery: it is on, off or an address in numbers"),
        (["127.0.0.1:none"], 2, "a port is a number from 1 to 65535, not 'none'"),
        (["192.0.2.7"], 1, "192.0.2.7 is no address of this machine"),
        (["127.0.0.1", "127.0.0.1:7777"], 1, "each room is published at a port of its own"),
    ],
)
def test_a_mistake_is_one_sentence(
    words: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PETARD_DISCOVERY", raising=False)
    try:
        ended: object = announce.main(words)
    except SystemExit as end:
        ended = end.code
    error = capsys.readouterr().err
    assert (ended, error.count("\n")) == (status, 1), error
    assert sentence in error


def test_the_variables_of_discovery_count(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PETARD_DISCOVERY", "off")
    with pytest.raises(SystemExit) as end:
        announce.main(["127.0.0.1"])
    assert end.value.code == 2
    assert "discovery is off" in capsys.readouterr().err
