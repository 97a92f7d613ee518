"""The command line: addresses as people write them, and mistakes as one sentence."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.game.config.arguments import Address, Arguments, BadAddress, address_of, arguments_of
from petard.game.net.lag_simulator import LagOptions
from petard.shared.protocol.messages import BUILD


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("10.0.0.5", "10.0.0.5", 7777),
        ("10.0.0.5:7778", "10.0.0.5", 7778),
        ("  10.0.0.5 \n", "10.0.0.5", 7777),
        ("localhost", "localhost", 7777),
        ("ada-laptop:1", "ada-laptop", 1),
        ("ada-laptop.local.", "ada-laptop.local.", 7777),
        ("petard.example.org:65535", "petard.example.org", 65535),
        ("my_server", "my_server", 7777),
        ("bücher.example", "bücher.example", 7777),
        ("a", "a", 7777),
        ("::1", "::1", 7777),
        ("[::1]", "::1", 7777),
        ("[::1]:7777", "::1", 7777),
        ("[2001:db8::5]:80", "2001:db8::5", 80),
        ("2001:db8::5", "2001:db8::5", 7777),
        ("fe80::1%eth0", "fe80::1%eth0", 7777),
        ("[fe80::1%eth0]:7778", "fe80::1%eth0", 7778),
        ("::ffff:10.0.0.5", "::ffff:10.0.0.5", 7777),
        ("host:00080", "host", 80),
    ],
)
def test_addresses_are_parsed_as_people_write_them(text: str, host: str, port: int) -> None:
    assert address_of(text) == Address(host, port)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write the join code that "),
        ("   ", "Write the join code that "),
        ("host:", "After the colon of host: a port is missing."),
        ("host:0", "0 is no port."),
        ("host:65536", "65536 is no port."),
        ("host:-1", "-1 is no port."),
        ("host:७७७७", "७७७७ is no port."),
        ("host:7777x", "7777x is no port."),
        ("host:" + "9" * 5000, "9999"),
        (":7777", ":7777 is no address."),
        ("a b", "a b is no address."),
        ("a..b", "a..b is no address."),
        ("-a", "-a is no address."),
        ("http://host", "http://host is no address. Write it like "),
        ("http://host:80", "http://host:80 is no address. Write it like "),
        ("host/path", "host/path is no address."),
        ("a@b", "a@b is no address."),
        ("a:b:c", "a:b:c is no address. With a port, an IPv6 address needs brackets"),
        ("1.2.3.4:5:6", "1.2.3.4:5:6 is no address."),
        ("[host]:7777", "Between the brackets of [host]:7777 there is no IPv6 address."),
        ("[]:7777", "Between the brackets of []:7777 there is no IPv6 address."),
        ("[::1]:", "After the colon of [::1]: a port is missing."),
        ("[::1]7777", "[::1]7777 is no address."),
        ("[::1", "[::1 is no address."),
        ("a" * 254, "aaaa"),
        ("a\0b", "a\0b is no address."),
    ],
)
def test_an_invalid_address_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadAddress) as caught:
        address_of(text)
    assert str(caught.value).startswith(sentence)
    assert len(str(caught.value)) < 200


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    with contextlib.suppress(BadAddress):
        address = address_of(text)
        assert address_of(str(address)) == address


@pytest.mark.parametrize("text", ["ada", "ada:7778", "::1", "[::1]:7778", "10.0.0.5:80"])
def test_an_address_is_written_as_it_is_read(text: str) -> None:
    assert str(address_of(text)) == text


def test_without_arguments_the_title_screen_opens() -> None:
    assert arguments_of([]) == Arguments()


def test_every_argument_is_parsed() -> None:
    assert arguments_of(["[::1]:7778", "--name", "  Zoë ", "--full-screen"]) == Arguments(
        address=Address("::1", 7778), name="Zoë", full_screen=True
    )
    assert arguments_of(["--play", "--size", "1920x1080"]) == Arguments(play=True, size=(1920, 1080))
    assert arguments_of(["--play", "--windowed"]) == Arguments(play=True, full_screen=False)
    assert arguments_of(["--play", "--reduced-motion"]) == Arguments(play=True, reduced_motion=True)


def test_a_bot_without_an_address_plays_a_match_of_its_own() -> None:
    words = ["--bot", "--seconds", "30", "--screenshot", "shot.png"]
    assert arguments_of(words) == Arguments(play=True, bot=True, seconds=30.0, screenshot=Path("shot.png"))
    assert arguments_of(["ada", "--bot"]) == Arguments(address=Address("ada", 7777), bot=True)


def test_the_lag_option_is_parsed() -> None:
    assert arguments_of(["ada", "--lag", "100", "--jitter", "20", "--loss", "2"]).lag == LagOptions(100, 20, 2)
    assert arguments_of(["--lag", "2000", "--jitter", "1000", "--loss", "50"]).lag == LagOptions(2000, 1000, 50)
    assert arguments_of(["--loss", "1"]).lag == LagOptions(loss=1)
    assert arguments_of(["--lag", "0"]).lag is None


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        arguments_of(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"petard {BUILD}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["host:x"], "x is no port. A port is a number from 1 to 65535."),
        (["a", "b"], "Unrecognized arguments: b."),
        (["--fullscreen"], "Unrecognized arguments: --fullscreen."),
        (["--pl"], "Unrecognized arguments: --pl."),
        (["--name", "\u200b"], "A name needs at least one letter that can be shown."),
        (["--name", "Ada Countess Lovelace"], "A name has at most 16 characters, and Ada Countess Lovelace has 21."),
        (["--screenshot", "foo"], "The picture is a PNG file, so its name ends in .png; foo does not."),
        (["--screenshot", "no-such-folder/a.png"], "For the picture there is no folder no-such-folder."),
        (["--name"], "Argument --name: expected one argument."),
        (["--size", "big"], "--size takes a size from 160x90 to 7680x4320, and big is none."),
        (["--size", "159x90"], "--size takes a size from 160x90 to 7680x4320, and 159x90 is none."),
        (["--seconds", "0"], "0 is no number of seconds."),
        (["--seconds", "nan"], "nan is no number of seconds."),
        (["--seconds", "1e9"], "1e9 is no number of seconds."),
        (["--lag", "2001"], "--lag takes a whole number of milliseconds from 0 to 2000, and 2001 is none."),
        (["--lag=-5"], "--lag takes a whole number of milliseconds from 0 to 2000, and -5 is none."),
        (["--jitter", "1e2"], "--jitter takes a whole number of milliseconds from 0 to 1000, and 1e2 is none."),
        (["--loss", "51"], "--loss takes a whole number of per cent from 0 to 50, and 51 is none."),
        (["--loss", "٢"], "--loss takes a whole number of per cent from 0 to 50, and ٢ is none."),
        (["--lag"], "Argument --lag: expected one argument."),
        (["--play", "host"], "--play starts a server of its own, so it goes with no address."),
        (["--play", "--timedemo", "a.petard"], "--timedemo plays a recording and nothing else."),
        (["--windowed", "--full-screen"], "Argument --full-screen: not allowed with argument --windowed."),
    ],
)
def test_a_mistake_is_one_sentence_and_status_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        arguments_of(words)
    assert caught.value.code == 2
    assert capsys.readouterr().err == f"petard: {sentence}\n"


def test_an_argument_that_ends_in_petard_or_names_a_file_is_a_recording(tmp_path: Path) -> None:
    file = tmp_path / "match"
    file.write_text("")
    assert arguments_of(["gone.petard"]) == Arguments(demo=Path("gone.petard"))
    assert arguments_of([str(file), "--bot"]) == Arguments(demo=file, bot=True)
    assert arguments_of(["ada"]).address == Address("ada", 7777)
    for bad in (["gone.petard", "--play"], ["\0"], [str(tmp_path)]):
        with pytest.raises(SystemExit):
            arguments_of(bad)


@pytest.mark.parametrize("text", ["127.0.0.010", "127.0.0.010:7777", "0x7f.1", "127.1", "256.1.1.1"])
def test_an_address_that_systems_read_differently_is_refused(text: str) -> None:
    with pytest.raises(BadAddress, match="is no address"):
        address_of(text)
