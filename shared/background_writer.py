"""A bounded queue and a thread that writes it, so that the main loop never waits for a disk, a pipe or a terminal.

Rule 1: `put` never waits. What does not fit is refused, and the caller reports the loss.
Rule 2: `write` and `finish` are called by the thread only, one at a time.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")


class BackgroundWriter(Generic[Item]):
    """`most`: a new item is refused while this much waits, the item that is being written included."""

    def __init__(
        self,
        name: str,
        write: Callable[[Item], float | None],
        most: int,
        finish: Callable[[], object] = lambda: None,
    ) -> None:
        """Start the thread.

        `write`: writes one item. It returns None when it is done with the item, and otherwise the number of seconds
        until it is called with the same item again. `finish`: called last.
        """
        self.most = most
        self._write, self._finish = write, finish
        self._items: SimpleQueue[tuple[Item, int] | None] = SimpleQueue()  # each with its size, and None at the end
        self._added = self._written = 0  # sizes; each is counted by one thread only
        self._is_closed = threading.Event()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    @property
    def waiting(self) -> int:
        """The size of all items that are not written yet."""
        return self._added - self._written

    def put(self, item: Item, size: int = 1) -> bool:
        """Enqueue an item; False if it is refused. `size`: how much of `most` it takes. For one thread only."""
        if self.waiting >= self.most:
            return False
        self._added += size
        self._items.put((item, size))
        return True

    def close(self, within: float) -> bool:
        """Write what waits, for `within` seconds at most; True if nothing waits any more.

        An item that cannot be written now is tried once more; after a failure nothing else is written.
        """
        self._is_closed.set()
        self._items.put(None)
        self.thread.join(within)
        return not (self.thread.is_alive() or self.waiting)

    def _run(self) -> None:
        while (entry := self._items.get()) and self._is_written(entry[0]):
            self._written += entry[1]
        self._finish()

    def _is_written(self, item: Item) -> bool:
        """Try until the item is written; False if the queue is closed before."""
        while pause := self._write(item):
            if self._is_closed.is_set():
                return False
            self._is_closed.wait(pause)
        return True
