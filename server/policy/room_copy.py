"""The copy of a room, as a standby puts it together from CopyParts. Pure: the recording goes where the owner says.

Rule 1: a part that does not fit what came before is an error of the server: RemoteProtocolError, one sentence.
Rule 2: the newest ticks follow the settled recording. What is settled later is what stood first in them.
"""

from base64 import b64decode
from dataclasses import replace
from typing import Protocol

from petard.server.policy.room_record import ROOM_RECORD_MOST, RoomRecord, read_room_record
from petard.server.room.resume import CannotResume, Resumed, resume, write_rejoin_record
from petard.shared.demo.records import RECORDING_MOST
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.later_messages import CopyKind, CopyPart
from petard.shared.rules.ruleset import TICK_RATE

WAIT = TICK_RATE * 4 // 10  # ticks for members who have not come yet; a bot plays for them until they do
NEWEST_MOST = 4 << 20  # bytes


class RecordingCopy(Protocol):
    """Where the settled part of a recording is kept."""

    def begin(self) -> None:
        """Forget what there is."""

    def append(self, data: bytes) -> None:
        """Add bytes at the end."""

    def read(self) -> bytes:
        """Return all that was added."""


class RoomCopy:
    """What one standby has. `room`: None until there is a whole room record; `parts`: how many were taken."""

    def __init__(self, recording: RecordingCopy) -> None:
        self.room: RoomRecord | None = None
        self.parts = 0
        self._recording = recording
        self._match = self._size = 0  # of the recording
        self._newest = b""  # whole
        self._pieces = {CopyKind.ROOM: b"", CopyKind.NEWEST: b""}  # of those that are not whole yet

    def take(self, part: CopyPart) -> None:
        """Add a part; raises RemoteProtocolError, and OSError if the recording cannot be kept."""
        try:
            data = b64decode(part.data, validate=True)
        except ValueError:
            raise RemoteProtocolError("A part of the copy is no base64.") from None
        self.parts += 1
        if part.kind is not CopyKind.ROOM and part.match != self._match:
            self._recording.begin()
            self._match, self._size, self._newest = part.match, 0, b""
        if part.kind is CopyKind.RECORDING:
            self._take_recording(part, data)
            return
        whole = data if not part.at else self._pieces[part.kind] + data
        most = ROOM_RECORD_MOST if part.kind is CopyKind.ROOM else NEWEST_MOST
        if len(whole) - len(data) != part.at or len(whole) > most:
            raise RemoteProtocolError("A part of the copy does not fit the one before.")
        self._pieces[part.kind] = b"" if part.is_last else whole
        if part.is_last:
            self._complete(part, whole)

    def _complete(self, part: CopyPart, whole: bytes) -> None:
        if part.kind is CopyKind.NEWEST:
            self._newest = whole
            return
        try:
            self.room = read_room_record(whole)
        except CannotResume as problem:
            raise RemoteProtocolError(str(problem)) from problem

    def _take_recording(self, part: CopyPart, data: bytes) -> None:
        if part.at != self._size or self._size + len(data) > RECORDING_MOST:
            raise RemoteProtocolError("A part of the recording does not fit the one before.")
        self._recording.append(data)
        self._size += len(data)
        self._newest = self._newest[len(data) :] if self._newest.startswith(data) else b""

    def resumed(self, name: str) -> Resumed | None:
        """The match as it stood, None in the lobby. `name`: of the recording. Raises CannotResume, or OSError."""
        if not self.room or not self.room.match:
            return None
        settled = self._recording.read() if self.room.match == self._match else b""
        resumed = resume(settled, write_rejoin_record(self.room.rejoin), name, newest=self._newest)
        return replace(resumed, wait=WAIT)
