"""When Python's collector of cyclic garbage runs: at moments that nobody sees, and not in the middle of a match.

Python frees nearly everything as soon as its last reference is gone. The collector only finds objects that refer to
each other in a circle, and looks at every object of the program for that: some 25 ms, which is a late picture or tick.

Rule 1: what exists when `QuietCollector` begins stays until the end of the program, and is never looked at again.
Rule 2: after that, a collection runs at a quiet moment, and only if QUIET_LEAST objects are new.
Rule 3: memory stays bounded: at BUSY_MOST new objects a collection runs at any moment. A match is far from that: it
        makes hardly any circles (tests/test_cyclic_garbage.py), so nearly all is freed at once.
"""

import gc
from types import TracebackType

# New containers (lists, dicts, objects) since the last collection: those made less those freed.
QUIET_LEAST = 5_000
BUSY_MOST = 500_000  # 50 to 100 MB; a match of 64 comes to 150,000, nearly all of them in use


class QuietCollector:
    """Decides when garbage is collected while its `with` lasts; then Python does so by itself again."""

    def __enter__(self) -> "QuietCollector":
        gc.collect()
        gc.freeze()
        gc.disable()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.enable()
        gc.unfreeze()

    def collect_if_due(self, is_quiet: bool) -> bool:
        """Collect if enough is new; call it once a picture or turn. `is_quiet`: no match is seen at this moment.

        Returns True if it collected: 1 to 20 ms.
        """
        is_due = gc.get_count()[0] >= (QUIET_LEAST if is_quiet else BUSY_MOST)
        if is_due:
            gc.collect()
        return is_due
