"""The proof of a password: good with what the library says, and never stumbling over what a server says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scramp import ScramMechanism  # type: ignore[import-untyped]

from petard.shared.protocol.scram_client import ScramFailure, ScramLogin, fault_of

PIECE = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20),
    st.sampled_from(
        ["r=", "s=", "i=", "v=", "e=", ",", "=", "4096", "0", "QUFBQUFBQUFBQUFBQUFBQQ==", "m=x", "other-error"]
    ),
)
TEXT = st.lists(PIECE, max_size=12).map("".join)


def test_the_proof_is_accepted_by_a_server_made_with_the_library() -> None:
    mechanism = ScramMechanism("SCRAM-SHA-256")
    info = mechanism.make_auth_info("Zündschnur 7", iteration_count=4096)
    server = mechanism.make_server({"petard": info}.get)
    proving = ScramLogin("Zündschnur 7")
    server.set_client_first(proving.answer(""))
    server.set_client_final(proving.answer(server.get_server_first()))
    assert proving.answer(server.get_server_final()) == ""
    assert proving.is_done
    with pytest.raises(ScramFailure, match="makes no sense"):
        proving.answer("")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(TEXT, st.just("")), min_size=1, max_size=4), st.booleans())
def test_any_message_of_a_server_gives_an_answer_or_one_sentence(texts: list[str], follows_up: bool) -> None:
    proving, said = ScramLogin("fuse"), []
    nonce = proving.answer("").rpartition("r=")[2] if follows_up else ""
    for text in texts:
        try:
            said.append(proving.answer(text.replace("r=", f"r={nonce}", 1)))
        except ScramFailure as problem:
            said.append(str(problem))
    assert all(one.isascii() and "fuse" not in one for one in said)
    assert not proving.is_done


@given(st.text(max_size=140))
@settings(max_examples=40, deadline=None)
def test_any_text_is_a_password_or_has_one_sentence_that_says_why_not(text: str) -> None:
    fault = fault_of(text)
    assert fault == "" or fault.endswith(".")
    if fault:
        with pytest.raises(ScramFailure):
            ScramLogin(text)
    else:
        assert ScramLogin(text).answer("").startswith("n,,n=petard,r=")
