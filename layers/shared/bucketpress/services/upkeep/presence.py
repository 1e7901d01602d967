"""Presence: which of some keys a bucket holds, from listings: one request tells of a thousand neighbours."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bucketpress.services.upkeep.comparison import LAST


def etags_listed(
    keys: Iterable[str], list_page: Callable[[str, int], Sequence[tuple[str, str]]], page_keys: int
) -> Mapping[str, str]:
    """Return the ETags of those of the keys that are there, and of their neighbours.

    `list_page` returns up to so many keys after one, in order and with their ETags. A key that lies far from the one
    before costs a request of its own.
    """
    found: dict[str, str] = {}
    end = ""  # everything up to here is known
    for key in sorted(keys):
        end = max(end, key[:-1])  # right before the key itself
        while end < key:
            page = list_page(end, page_keys)
            found.update(page)
            end = page[-1][0] if len(page) == page_keys else LAST
    return found
