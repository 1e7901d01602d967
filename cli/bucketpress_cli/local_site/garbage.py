"""How often Python looks for unreachable objects while a site is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# A build keeps nearly all that it makes. To look through all of it, again and again, finds next to nothing, and took a
# twenty-fifth of its time. New objects are looked through as before, only more at a time.
_SELDOM = (10_000, 20, 1_000)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Have Python collect what is unreachable less often until the block ends."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
