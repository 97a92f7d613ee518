"""Stages 1 to 4 of the tutorial (docs/tutorial): what each stage mends, pytest-tcpcut no longer finds."""

import socket
import sys

import pytest

import stage2_frames
from stage1_echo import serve as echo
from stage2_frames import ForgetfulFrames, frame
from stage2_frames import serve as frames
from stage3_select import serve as relay
from stage4_room import serve as room
from tcpcut import Timing, check
from tcpcut.plugin import CutCheck

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a function as a server needs fork")
CUTS = "whole glued bytes random every"
BRIEF = Timing(patience=0.1)  # where the answer never comes
WORDS = [frame(b"A"), frame(b"")]
TALK = r"""
    tcpcut 1
    1 open
    2 open
    1 > "\x00\x00\x00\x05hello"
    2 > "\x00\x00\x00\x02hi\x00\x00\x00\x00"
    1 > "\x00\x00\x00\x03bye"
"""


def test_the_echo_of_stage_1_has_no_messages_that_a_cut_could_break(cut_check: CutCheck) -> None:
    cut_check([b"A", b"bye"], echo, ways=CUTS)


def forgetful(listener: socket.socket) -> None:
    """The server of stage 2 with the mistake of its page."""
    with pytest.MonkeyPatch.context() as page:
        page.setattr(stage2_frames, "Frames", ForgetfulFrames)
        frames(listener)


def test_stage_2_keeps_half_a_message_and_its_mistake_does_not(cut_check: CutCheck) -> None:
    cut_check(WORDS, frames, framing="u32", ways=CUTS)
    report = check(WORDS, forgetful, framing="u32", ways="bytes", timing=BRIEF, shrink_seconds=60.0)
    assert report.failure is not None
    assert report.failure.smallest.size == (4, 1), "an empty message in two pieces is enough"


@pytest.mark.parametrize("server", [echo, frames])
def test_a_silent_client_stops_the_servers_of_stages_1_and_2(server: object) -> None:
    assert callable(server)
    report = check([frame(b"A")], server, framing="u32", ways="silent", timing=BRIEF, shrink_seconds=0)
    assert report.failure is not None
    assert report.failure.way == "silent"


@pytest.mark.parametrize("server", [relay, room], ids=["stage 3", "stage 4"])
def test_stages_3_and_4_answer_alike_beside_silent_clients_and_however_the_stream_is_cut(
    server: object, cut_check: CutCheck
) -> None:
    assert callable(server)
    cut_check(TALK, server, framing="u32", ways=f"{CUTS} silent half slow")
