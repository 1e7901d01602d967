"""Publishes the sources of a batch of messages at the same time."""

from collections.abc import Callable, Mapping
from functools import partial

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.ports import Parallel
from bucketpress.records.record import Record
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.publish.publisher import Publisher


def publish_batch(
    publisher: Publisher, parallel: Parallel, requests: Mapping[str, PublishRequest]
) -> Mapping[str, Callable[[], Record | None]]:
    """Publish sources; return for each what returns its record, or raises what publishing it raised.

    The settings come first: the other sources would all begin by publishing those of a new site. Otherwise what every
    source begins with is read once for all of them.
    """
    begun = None if SETTINGS_KEY in requests else publisher.begin(requests)
    outcomes: dict[str, Callable[[], Record | None]] = {}
    for keys in ([SETTINGS_KEY] if begun is None else [], [key for key in requests if key != SETTINGS_KEY]):
        calls = [
            partial(
                publisher.publish,
                key,
                asked_at=request.asked_at,
                object_only=request.object_only,
                begun=begun.get(key) if begun else None,
            )
            for key, request in ((key, requests.get(key, PublishRequest())) for key in keys)
        ]
        outcomes |= zip(keys, parallel.outcomes(calls), strict=True)
    return outcomes
