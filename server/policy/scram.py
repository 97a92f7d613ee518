"""The password of a room by SCRAM-SHA-256 (RFC 5802, RFC 7677): both ends prove that they know it, neither sends it.

Rule 1: the password is not stored, only the keys that server/net/scram_keys.py derives from it.
Rule 2: an attempt costs the server four hashes. One pattern checks what a peer sends before anything else: the server
of the library would run SASLprep on any name that is sent to it, which takes a millisecond.
Rule 3: a wrong, a forged and a malformed proof get the same sentence and count as one failure.
Rule 4: after five failures an address group has one try every 30 s (limits.py), this machine too. Between two of them
not even the right password is looked at: an answer to it would be a free try.
Rule 5: chance is an argument; no `repr` shows a secret, so no log can.
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from math import ceil

from petard.server.policy.limits import LoginLimiter
from petard.shared.protocol.messages import Auth, Hello, RefusalCode, Refused

GROUPS_MOST = 1024  # address groups whose failures are remembered
WRONG = "That is not the password of this room."

_FIRST = re.compile(r"n,,(n=petard,r=([!-+\--~]{18,128}))")  # any printable but a comma
_FINAL = re.compile(r"(c=biws,r=([!-+\--~]{18,256})),p=([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True, slots=True)
class ScramKeys:
    """What is stored of a password: enough to check a proof, too little to make one."""

    salt: bytes = field(repr=False)
    stored: bytes = field(repr=False)
    server: bytes = field(repr=False)
    iterations: int


class ScramExchange:
    """The exchange with one pending peer, and its Hello. `is_passed`: it has proved that it knows the password."""

    def __init__(self, hello: Hello, group: str, keys: ScramKeys, nonce: str) -> None:
        self.hello, self.address_group = hello, group
        self.is_passed = False
        self._keys, self._nonce = keys, nonce
        self._transcript = ""  # of both ends, as it goes into the proof; "" before the client-first message

    def answer(self, text: str) -> str:
        """Answer the client-first or the client-final message; "" if it is malformed or the proof is wrong."""
        return self._server_final(text) if self._transcript else self._server_first(text)

    def _server_first(self, text: str) -> str:
        found = _FIRST.fullmatch(text)
        if not found:
            return ""
        self._nonce = found[2] + self._nonce
        answer = f"r={self._nonce},s={b64encode(self._keys.salt).decode()},i={self._keys.iterations}"
        self._transcript = f"{found[1]},{answer}"
        return answer

    def _server_final(self, text: str) -> str:
        found = _FINAL.fullmatch(text)
        if not found or not hmac.compare_digest(found[2], self._nonce):
            return ""
        transcript = f"{self._transcript},{found[1]}".encode()
        mask = hmac.digest(self._keys.stored, transcript, "sha256")
        proof = b64decode(found[3])
        key = bytes(one ^ other for one, other in zip(mask, proof, strict=True))
        self.is_passed = hmac.compare_digest(sha256(key).digest(), self._keys.stored)
        signature = hmac.digest(self._keys.server, transcript, "sha256")
        return f"v={b64encode(signature).decode()}" if self.is_passed else ""


class ScramServer:
    """Asks for the password of a room and checks the proofs; without `keys` there is no password."""

    def __init__(self, keys: ScramKeys | None, new_nonce: Callable[[], str]) -> None:
        self.keys = keys  # new ones count for exchanges that start after it
        self.limiter = LoginLimiter(GROUPS_MOST)
        self._new_nonce = new_nonce  # gives some 24 unpredictable printable characters without a comma

    def start(self, hello: Hello, group: str, now: float) -> tuple[ScramExchange | None, Auth | Refused]:
        """Ask a peer of this address group for the password. There must be keys."""
        assert self.keys is not None
        if refused := self._blocked(group, now):
            return None, refused
        return ScramExchange(hello, group, self.keys, self._new_nonce()), Auth("")

    def step(self, exchange: ScramExchange, text: str, now: float) -> Auth | Refused:
        """Answer a message of the peer; it may join once `exchange.is_passed`."""
        if refused := self._blocked(exchange.address_group, now):  # others of the group may have failed meanwhile
            return refused
        if answer := exchange.answer(text):
            return Auth(answer)
        self.limiter.add_failure(exchange.address_group, now)
        return Refused(RefusalCode.PASSWORD, WRONG)

    def _blocked(self, group: str, now: float) -> Refused | None:
        left = ceil(self.limiter.blocked_for(group, now))
        if not left:
            return None
        when = f"in {left} second{'s' if left > 1 else ''}"
        return Refused(RefusalCode.PASSWORD, f"Too many wrong passwords came from where you are. Try again {when}.")
