"""What an object holds on to: all that can be reached from it, and how many bytes that is."""

import gc
import sys
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

CODE = (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType)


def reachable(root: object, but: tuple[type, ...] = ()) -> Iterator[object]:
    """Every object that is held by `root`, itself first; not through code, nor through objects of the types `but`."""
    seen = {id(root)}
    waiting = [root]
    while waiting:
        one = waiting.pop()
        yield one
        for other in gc.get_referents(one):
            if id(other) not in seen and not isinstance(other, (*CODE, *but)):
                seen.add(id(other))
                waiting.append(other)


def size_of(root: object, but: tuple[type, ...] = ()) -> int:
    """Bytes, of all that is reachable."""
    return sum(sys.getsizeof(one) for one in reachable(root, but))
