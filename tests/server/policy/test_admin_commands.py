"""The table of admin commands: how a line is parsed, who may give it, and the errors."""

import contextlib
import random
import string

import pytest

from petard.server.policy.admin_commands import (
    ALL,
    COMMANDS,
    AdminRole,
    CommandError,
    Word,
    commands_of,
    parse_command,
    single_word,
)

CONSOLE, HOST, ANYBODY = AdminRole


def problem_of(line: str, role: AdminRole = CONSOLE) -> str:
    with pytest.raises(CommandError) as caught:
        parse_command(line, role)
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("kick 3", [Word("3"), Word("")]),
        ("  KICK   Ada  ", [Word("Ada"), Word("")]),
        ('kick "Ada 2"', [Word("Ada 2", True), Word("")]),
        ('kick "Ada 2" being  "loud"', [Word("Ada 2", True), Word('being  "loud"')]),
        ('kick "3" x', [Word("3", True), Word("x")]),
        ("kick O'Brien it's enough", [Word("O'Brien"), Word("it's enough")]),
        ('kick "Ada 2', [Word("Ada 2", True), Word("")]),
        ("ban 10.0.0.0/8 forever", [Word("10.0.0.0/8"), Word("forever")]),
        ('say "hi"  there', [Word('"hi"  there')]),
        ("help", [Word("")]),
        ("status", []),
        ("set skill hard", [Word("skill"), Word("hard")]),
        ("shutdown 60", [Word("60")]),
    ],
)
def test_a_line_becomes_words(line: str, words: list[Word]) -> None:
    assert list(parse_command(line, CONSOLE).words) == words


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("kik Ada", "no command 'kik'; did you mean kick?"),
        ("satus", "no command 'satus'; did you mean status?"),
        ("xyzzy", "no command 'xyzzy'; try help"),
        ("", "no command ''; try help"),
        ("kick", "usage: kick WHO [REASON]"),
        ('kick ""', "usage: kick WHO [REASON]"),
        ("say", "usage: say TEXT"),
        ("status now", "usage: status"),
        ("shutdown 10 20", "usage: shutdown [SECONDS|cancel]"),
        ("record", "usage: record on|off|pin"),
        ("yes", "yes is not for the console"),
    ],
)
def test_a_mistake_is_answered_with_what_would_be_right(line: str, sentence: str) -> None:
    assert problem_of(line) == sentence


def test_commands_of_other_roles_are_neither_allowed_nor_suggested() -> None:
    assert problem_of("shutdown", HOST) == "shutdown is not for you to say"
    assert problem_of("kick Ada", ANYBODY) == "kick is not for you to say"
    assert problem_of("kickk Ada", ANYBODY) == "no command 'kickk'; try help"


def test_a_host_may_give_every_command_that_anybody_may() -> None:
    """Only votes are for anybody beyond help and the list of players."""
    names = {role: {command.name for command in commands_of(role)} for role in AdminRole}
    assert names[ANYBODY] <= names[HOST]
    assert names[ANYBODY] == {"help", "players", "vote", "yes", "no"}
    assert names[HOST] - names[CONSOLE] == {"vote", "yes", "no"}
    assert names[CONSOLE] - names[HOST] == {"record", "shutdown", "follow"}
    assert {command.may for command in COMMANDS} >= {ALL}


def test_the_rest_of_a_line_is_one_name() -> None:
    assert single_word('"Ada 2"') == Word("Ada 2", True)
    assert single_word("Ada 2") == Word("Ada 2")
    assert single_word("3") == Word("3")


def test_no_line_raises_anything_but_a_command_error() -> None:
    chance = random.Random(1)
    names = [command.name for command in COMMANDS]
    marks = string.printable + '"""" \u00e4\u202e\0'
    for _ in range(3000):
        line = "".join(chance.choices(marks, k=chance.randrange(30)))
        if chance.random() < 0.7:
            line = f"{chance.choice(names)} {line}"
        with contextlib.suppress(CommandError):
            parsed = parse_command(line, chance.choice(list(AdminRole)))
            assert len(parsed.words) == len(parsed.command.takes)
