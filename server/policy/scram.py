"""The password of a room, by SCRAM-SHA-256 (RFC 5802, RFC 7677): neither end says it, each proves that it knows it.

Rule 1: the password itself is not kept, only the keys that server/policy/scram_keys.py makes of it.
Rule 2: a try costs the server four hashes. What a stranger says is looked at by one pattern, and goes no further if it
does not fit: the library would prepare any name that is sent to it, and that alone takes a millisecond.
Rule 3: a wrong proof, a forged one and one that makes no sense are one and the same: one sentence, one try less.
Rule 4: so many tries, then nobody from that address is asked again for a while (tries.py). This holds for the server's
own machine, too.
Rule 5: chance is an argument; nothing here is shown in a log, since no `repr` has a secret.
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from math import ceil

from petard.server.policy.login_limiter import LoginLimiter
from petard.shared.protocol.messages import Auth, Hello, RefusalCode, Refused

HOMES_MOST = 1024  # of which wrong passwords are remembered
WRONG = "That is not the password of this room."

_FIRST = re.compile(r"n,,(n=petard,r=([!-+\--~]{18,128}))")  # any printable but a comma
_FINAL = re.compile(r"(c=biws,r=([!-+\--~]{18,256})),p=([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True, slots=True)
class ScramKeys:
    """What is kept of a password: enough to know it again, too little to say it."""

    salt: bytes = field(repr=False)
    stored: bytes = field(repr=False)
    server: bytes = field(repr=False)
    iterations: int


class ScramExchange:
    """One who knocked and was asked for the password. `is_passed`: they have proved that they know it."""

    def __init__(self, hello: Hello, home: str, keys: ScramKeys, nonce: str) -> None:
        self.hello, self.home = hello, home
        self.is_passed = False
        self._keys, self._nonce = keys, nonce
        self._said = ""  # what both have said, as it goes into the proof; "" before the first word

    def challenge(self, text: str) -> str:
        """Answer the first word; "" if it makes no sense."""
        found = _FIRST.fullmatch(text)
        if not found or self._said:
            return ""
        self._nonce = found[2] + self._nonce
        answer = f"r={self._nonce},s={b64encode(self._keys.salt).decode()},i={self._keys.iterations}"
        self._said = f"{found[1]},{answer}"
        return answer

    @property
    def is_challenged(self) -> bool:
        """True once the first word was answered."""
        return bool(self._said)

    def judge(self, text: str) -> str:
        """Look at the proof, and prove in turn that we know the password, too; "" if it is none."""
        found = _FINAL.fullmatch(text)
        if not found or not hmac.compare_digest(found[2], self._nonce):
            return ""
        said = f"{self._said},{found[1]}".encode()
        mask = hmac.digest(self._keys.stored, said, "sha256")
        proof = b64decode(found[3])
        key = bytes(one ^ other for one, other in zip(mask, proof, strict=True))
        self.is_passed = hmac.compare_digest(sha256(key).digest(), self._keys.stored)
        return f"v={b64encode(hmac.digest(self._keys.server, said, 'sha256')).decode()}" if self.is_passed else ""


class ScramServer:
    """On the door of a room; without `keys` it is open."""

    def __init__(self, keys: ScramKeys | None, new_nonce: Callable[[], str]) -> None:
        """`new_nonce` gives some 24 printable characters that nobody can foresee, without a comma."""
        self.keys = keys  # another one counts for whoever comes from now on
        self._new_nonce = new_nonce
        self._tries = LoginLimiter(HOMES_MOST)

    @property
    def is_shut(self) -> bool:
        """True while there is a password."""
        return self.keys is not None

    def ask(self, hello: Hello, home: str, now: float) -> tuple[ScramExchange | None, Auth | Refused]:
        """Ask somebody for the password; `home`: what counts as one address. The lock must have keys."""
        assert self.keys is not None
        if barred := self._barred(home, now):
            return None, barred
        return ScramExchange(hello, home, self.keys, self._new_nonce()), Auth("")

    def hear(self, trial: ScramExchange, text: str, now: float) -> Auth | Refused:
        """Take a word of somebody who was asked. They may come in once `trial.is_passed`."""
        if barred := self._barred(trial.home, now):  # others from there have used up the tries meanwhile
            return barred
        answer = trial.judge(text) if trial.is_challenged else trial.challenge(text)
        if answer:
            return Auth(answer)
        self._tries.add(trial.home, now)
        return Refused(RefusalCode.PASSWORD, WRONG)

    def _barred(self, home: str, now: float) -> Refused | None:
        """The refusal for an address from which too many were wrong; None while that is not so."""
        left = self._tries.pause(home, now)
        if not left:
            return None
        minutes = ceil(left / 60)
        when = "in a minute" if minutes == 1 else f"in {minutes} minutes"
        return Refused(RefusalCode.PASSWORD, f"Too many wrong passwords came from where you are. Try again {when}.")
