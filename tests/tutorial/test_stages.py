"""Each stage of the tutorial breaks as its page says, and the next one mends it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import delay
import rules
import side_a_who
import side_b_status
import stage1_echo
import stage2_frames
import stage3_select
import stage4_room
import stage6_ticks
import stage7_predict
import stage8_record
from stage2_frames import frame
from tests.tools.tutorial import FOLDER, printed

STAGES = sorted(FOLDER.glob("*.py"))


def numbers(file: str, words: str) -> list[float]:
    """The numbers that a command of a stage prints."""
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", printed(file, words))]


@pytest.mark.parametrize("program", STAGES, ids=lambda path: path.stem)
def test_a_program_of_the_tutorial_has_at_most_120_lines(program: Path) -> None:
    assert len(program.read_text("utf-8").splitlines()) <= 120


@pytest.mark.parametrize("program", STAGES, ids=lambda path: path.stem)
def test_only_the_stages_with_a_window_need_more_than_the_standard_library(program: Path) -> None:
    needs_pygame = {"window", "stage5_window", "stage6_ticks", "stage7_predict"}
    blocked = "import sys; sys.modules.update({'pygame': None, 'msgpack': None})"
    code = f"{blocked}; sys.path.insert(0, {str(program.parent)!r}); import {program.stem}"
    imported = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=False)
    assert (imported.returncode == 0) == (program.stem not in needs_pygame), imported.stderr.decode()


def test_in_stage_1_two_messages_arrive_as_one_unless_the_client_waits() -> None:
    assert "[b'AB']\n" in printed("stage1_echo.py", "glue")
    assert "[b'A', b'B']\n" in printed("stage1_echo.py", "glue")


def test_in_stage_1_the_second_client_waits_for_the_first() -> None:
    assert stage1_echo.second(stay=0.3) >= 0.29


def test_stage_2_gives_the_same_messages_at_every_cut_and_a_forgetful_decoder_does_not() -> None:
    messages = [b"A", b"", b"hello"]
    assert stage2_frames.cuts(messages) == (190, 0)
    assert stage2_frames.cuts(messages, stage2_frames.ForgetfulFrames) == (190, 180)


def test_stage_2_disconnects_a_client_that_announces_four_gigabytes() -> None:
    with stage1_echo.connect(stage1_echo.start(stage2_frames.serve)) as client:
        client.sendall(b"\xff\xff\xff\xff")
        assert client.recv(10) == b""


def test_stage_3_answers_while_another_client_is_silent() -> None:
    assert stage3_select.fair(stage1_echo.start(stage3_select.serve)) < 4  # connect() gives up after 5 s


def test_in_stage_3_one_client_that_does_not_read_stops_all() -> None:
    assert "the server ended" in printed("stage3_select.py", "stuck")
    received, messages = numbers("stage3_select.py", "stuck")[-2:]
    assert 0 < received < messages


def test_in_stage_4_a_client_that_does_not_read_stops_nobody() -> None:
    received, messages = numbers("stage4_room.py", "stuck")[-2:]
    assert received == messages


def test_in_stage_4_only_the_client_that_quits_leaves() -> None:
    assert numbers("stage4_room.py", "quit")[-3:] == [1, 0, 2]


def test_in_stage_4_nothing_happens_while_nobody_writes() -> None:
    assert stage4_room.still(seconds=0.3) == 0


def test_in_stage_5_a_recv_that_waits_stops_the_pictures() -> None:
    flowing, waiting = numbers("stage5_window.py", "measure")[-2:]
    assert flowing > 3 * waiting


def test_in_stage_5_a_client_can_be_anywhere() -> None:
    assert numbers("stage5_window.py", "cheat")[-4:] == [60, 160, 440, 320]


def test_in_stage_6_the_answer_to_a_key_takes_a_round_trip() -> None:
    _, at_once, _, delayed = numbers("stage6_ticks.py", "delay")[-4:]
    assert delayed >= 6 > at_once or delayed >= at_once + 3, "100 ms are six ticks"


def test_in_stage_6_a_client_that_sends_more_keys_does_not_walk_faster() -> None:
    worlds = stage6_ticks.ask(frame(b"keys 2") * 50, 10)
    moved = worlds[-1]["players"]["Ada"][0] - worlds[0]["players"]["Ada"][0]
    assert 0 < moved <= rules.SPEED * (worlds[-1]["tick"] - worlds[0]["tick"])


def test_in_stage_6_time_passes_while_nobody_writes() -> None:
    worlds = stage6_ticks.ask(b"", 20)
    assert [world["tick"] for world in worlds] == list(range(worlds[0]["tick"], worlds[-1]["tick"] + 1))


@pytest.mark.parametrize("message", [b"440 320", b"keys -1", b"keys", b"join Ada", b"\xff\xfe"])
def test_stage_6_disconnects_a_client_that_sends_something_else(message: bytes) -> None:
    with stage1_echo.connect(stage1_echo.start(stage6_ticks.serve)) as sock:
        sock.sendall(frame(b"join Ada") + frame(message))
        while sock.recv(65536):
            pass


def test_stage_6_gives_the_place_of_a_player_who_left_to_the_next() -> None:
    world = rules.new_world("Ada", "Bo")
    del world["players"]["Ada"]
    rules.add(world, "Cy")
    assert world["players"] == {"Bo": [180, 160], "Cy": [60, 160]}


def test_in_stage_7_an_error_stays_unless_the_client_corrects_itself() -> None:
    _, uncorrected = stage7_predict.meet(120, 3, correct=False)
    _, corrected = stage7_predict.meet(120, 3, correct=True)
    assert uncorrected[-1] == max(uncorrected) > rules.BODY
    assert 0 == corrected[-1] < max(corrected) < rules.BODY


def test_in_stage_7_the_own_square_moves_in_the_picture_of_the_key() -> None:
    prediction = stage7_predict.Prediction("Ada", {**rules.new_world("Ada"), "used": 0})
    prediction.press(rules.RIGHT)
    assert prediction.predicted["players"]["Ada"] == [60 + rules.SPEED, 160]
    assert prediction.server["players"]["Ada"] == [60, 160]


def test_stage_8_plays_a_recording_again(tmp_path: Path) -> None:
    stage8_record.record(tmp_path / "match", seed=3)
    assert stage8_record.check(tmp_path / "match") == "600 ticks: the same match"


def test_stage_8_names_the_second_in_which_a_changed_recording_differs(tmp_path: Path) -> None:
    file = tmp_path / "match"
    stage8_record.record(file, seed=3)
    lines = file.read_text("utf-8").splitlines()
    lines[100] = json.dumps({"keys": [0, 0, 0, 0, 0]})  # the keys of tick 100
    file.write_text("\n".join(lines), "utf-8")
    assert stage8_record.check(file).startswith("tick 120: ")


def test_in_stage_8_a_set_makes_another_match_in_another_process() -> None:
    assert "the world is not the one that was recorded" in printed("stage8_record.py", "set")


def test_stage_8_says_in_one_line_that_a_file_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "match").write_text("hello\n", "utf-8")
    command = [sys.executable, stage8_record.__file__, "check", str(tmp_path / "match")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_side_path_a_answers_over_ipv4_and_ipv6(host: str) -> None:
    _, text, _ = side_a_who.ask(host, side_a_who.start())
    assert text[4] == "-", text


def test_side_path_a_asks_again_when_a_packet_is_lost() -> None:
    assert side_a_who.ask("127.0.0.1", side_a_who.start(ignore=2))[2] == 3


@pytest.mark.parametrize("length", range(100))
def test_an_answer_of_side_path_a_is_never_longer_than_its_question(length: int) -> None:
    question = (b"who?" + b"n" * 200)[:length]
    assert len(side_a_who.answer(question, "x" * 500)) <= length


def test_side_path_b_gives_a_page_with_its_length() -> None:
    lines, body = side_b_status.request(stage1_echo.start(side_b_status.serve), b"GET /status HTTP/1.1")
    assert lines[0] == b"HTTP/1.0 200 OK"
    assert json.loads(side_b_status.body_of(lines, body)) == side_b_status.STATUS


def test_in_side_path_b_a_length_of_zero_bytes_cannot_be_read() -> None:
    port = stage1_echo.start(side_b_status.serve, side_b_status.wrong_length)
    with pytest.raises(ValueError, match="Content-Length is"):
        side_b_status.body_of(*side_b_status.request(port, b"GET /status HTTP/1.1"))


def test_the_proxy_of_the_tutorial_delays_and_changes_nothing() -> None:
    port = delay.delayed(stage1_echo.start(stage2_frames.serve), 50)
    with stage1_echo.connect(port) as client:
        client.sendall(frame(b"hello") + frame(b"again"))
        assert stage2_frames.receive(client, 2) == [b"hello", b"again"]


def test_talk_prints_what_others_write() -> None:
    port = stage1_echo.start(stage4_room.serve)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    program = str(FOLDER / "talk.py")
    command = [sys.executable, program, str(port)]
    pipe = subprocess.PIPE
    with (
        stage1_echo.connect(port) as other,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, text=True) as talker,
    ):
        assert talker.stdin
        assert talker.stdout
        talker.stdin.write("hello\n")
        talker.stdin.flush()
        assert stage2_frames.receive(other, 1) == [b"hello"]
        other.sendall(frame(b"welcome"))
        assert talker.stdout.readline() == "welcome\n"
        talker.stdin.close()
