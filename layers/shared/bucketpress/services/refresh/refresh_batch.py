"""Refreshes the sections of a batch of messages, at the same time those that do not build on one another."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import groupby

from bucketpress.ports import Parallel
from bucketpress.services.refresh.refresh_request import RefreshRequest
from bucketpress.services.refresh.refresher import Refreshed, Refresher
from bucketpress.site.layout import rank


def refresh_batch(
    refresher: Refresher, parallel: Parallel, requests: Mapping[str, RefreshRequest]
) -> Mapping[str, Callable[[], Refreshed]]:
    """Refresh the sections not refreshed since they were requested, pages before the listings that link to them.

    Returns for each what returns what was done, or raises what refreshing it raised.
    """
    names = sorted(refresher.still_to_do(requests), key=lambda name: (rank(name), name))
    outcomes: dict[str, Callable[[], Refreshed]] = {}
    for _, group in groupby(names, key=rank):
        together = list(group)
        calls = [partial(refresher.refresh, name) for name in together]
        outcomes |= zip(together, parallel.outcomes(calls), strict=True)
    return outcomes
