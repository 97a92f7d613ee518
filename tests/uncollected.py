"""Much that stays, made without Python's collector of cyclic garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect nothing meanwhile, and never look again at what exists then: each look at so much takes a second."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
