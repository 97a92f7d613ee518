"""Proves to the server that we know the password of its room, by SCRAM-SHA-256, without sending it.

Rule 1: one Login for each connection: its messages are good once.
Rule 2: a server is not trusted: it may ask for no less work than RFC 7677 wants, and for no more than 0.1 s of it.
Rule 3: everything that does not fit is a ScramFailure with one sentence. No `repr` and no sentence holds the password.

The only randomness is the nonce, which the library draws.
"""

import re
from stringprep import in_table_b1

from scramp import ScramClient, ScramException  # type: ignore[import-untyped]

from petard.shared.protocol.names import PASSWORD_MOST

MECHANISM = "SCRAM-SHA-256"
USER = "petard"  # a room has one password for all, so everybody has this user name
ITERATIONS_MOST = 200_000  # 0.1 s
_COUNT = re.compile(r",i=([0-9]{1,7})(?:,|\Z)")


class ScramFailure(ValueError):
    """The password cannot be proved; one sentence."""


def fault_of(password: str) -> str:
    """Why this cannot be a password, one sentence; "" if it can."""
    if not password:
        return "Write the password first."
    if len(password) > PASSWORD_MOST:
        return f"A password has {PASSWORD_MOST} characters at most."
    if all(map(in_table_b1, password)):  # SASLprep removes these, and nothing would be left
        return "There is nothing in it that counts in a password."
    try:
        ScramClient([MECHANISM], USER, password)
    except (ScramException, UnicodeError):
        return "It holds a character that passwords cannot have."
    return ""


class ScramLogin:
    """The exchange of one connection. `is_done`: the server has proved that it knows the password, too."""

    def __init__(self, password: str) -> None:
        """Raises ScramFailure for a text that cannot be a password."""
        if fault := fault_of(password):
            raise ScramFailure(fault)
        self.is_done = False
        self._client = ScramClient([MECHANISM], USER, password)
        self._step = 0

    def answer(self, text: str) -> str:
        """The answer to the server's `text`; "" after its last one. Takes some 10 ms; raises ScramFailure."""
        self._step += 1
        answer: str = ""
        try:
            if self._step == 1 and not text:
                answer = self._client.get_client_first()
            elif self._step == 2:
                count = _COUNT.search(text)
                if count is None or int(count[1]) > ITERATIONS_MOST:
                    raise ScramFailure("The server asks for more work than a password is worth.")
                self._client.set_server_first(text)
                answer = self._client.get_client_final()
            elif self._step == 3:
                self._client.set_server_final(text)
                self.is_done = True
            else:
                raise ScramFailure("The server asks for a password in a way that makes no sense.")
        except (ScramException, UnicodeError):
            raise ScramFailure("The server knows no more of the password than we do.") from None
        return answer


class Login:
    """The password of one connection, and how far the server has asked for it."""

    def __init__(self, password: str) -> None:
        """`password`: "" if it is not known."""
        self.password = password
        self.problem = ""  # one sentence; ends the connection
        self.wants_password = False  # a person has to type the password, or another one
        self._scram: ScramLogin | None = None  # once the server has asked

    @property
    def is_unfinished(self) -> bool:
        """True if the server has asked for a password, and has not proved that it knows it."""
        return self._scram is not None and not self._scram.is_done

    @property
    def has_proved(self) -> bool:
        """True if the server has asked for the password, and ours was the right one."""
        return self._scram is not None and self._scram.is_done

    def answer(self, text: str) -> str:
        """The answer to an Auth from the server; "" for none, as when there is a `problem` now."""
        try:
            if not self.password:
                raise ScramFailure("This room has a password.")
            self._scram = self._scram or ScramLogin(self.password)
            return self._scram.answer(text)
        except ScramFailure as failure:
            self.problem, self.wants_password = str(failure), True
            return ""
