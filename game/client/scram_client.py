"""Proves to one server that we know the password of its room, by SCRAM-SHA-256, without saying it.

Rule 1: one Proving for each line: its words are good once.
Rule 2: a server is not believed: it may ask for no less work than RFC 7677 wants, and no more than a moment of it.
Rule 3: whatever does not fit is BadProof with one sentence. No `repr` and no sentence has the password.

The only chance in it is the nonce, which the library draws.
"""

import re
from stringprep import in_table_b1

from scramp import ScramClient, ScramException  # type: ignore[import-untyped]

from petard.shared.protocol.names import PASSWORD_MOST

MECHANISM = "SCRAM-SHA-256"
USER = "petard"  # there is one password for all, so everybody has this name
ITERATIONS_MOST = 200_000  # 0.1 s
_COUNT = re.compile(r",i=([0-9]{1,7})(?:,|\Z)")


class ScramFailure(ValueError):
    """The password cannot be proved; one sentence."""


def fault_of(password: str) -> str:
    """Why nobody can have this password, one sentence; "" if it can be one."""
    if not password:
        return "Write the password first."
    if len(password) > PASSWORD_MOST:
        return f"A password has {PASSWORD_MOST} characters at most."
    if all(map(in_table_b1, password)):  # SASLprep leaves these out, and nothing would be left
        return "There is nothing in it that counts in a password."
    try:
        ScramClient([MECHANISM], USER, password)
    except (ScramException, UnicodeError):
        return "It holds a character that passwords cannot have."
    return ""


class ScramLogin:
    """The proof over one line. `is_done`: the server has proved that it knows the password, too."""

    def __init__(self, password: str) -> None:
        """Raises BadProof for what can be nobody's password."""
        if fault := fault_of(password):
            raise ScramFailure(fault)
        self.is_done = False
        self._client = ScramClient([MECHANISM], USER, password)
        self._step = 0

    def answer(self, text: str) -> str:
        """What to say to the server's `text`; "" after its last word. Takes some 10 ms; raises BadProof."""
        self._step += 1
        try:
            return self._answer(text)
        except (ScramException, UnicodeError):
            raise ScramFailure("The server knows no more of the password than we do.") from None

    def _answer(self, text: str) -> str:
        if self._step == 1 and not text:
            first: str = self._client.get_client_first()
            return first
        if self._step == 2:
            count = _COUNT.search(text)
            if count is None or int(count[1]) > ITERATIONS_MOST:
                raise ScramFailure("The server asks for more work than a password is worth.")
            self._client.set_server_first(text)
            final: str = self._client.get_client_final()
            return final
        if self._step == 3:
            self._client.set_server_final(text)
            self.is_done = True
            return ""
        raise ScramFailure("The server asks for a password in a way that makes no sense.")
