"""Publishes the sources of a batch of messages at the same time."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.ports import Parallel
from bucketpress.records.record import Record
from bucketpress.services.publish.publisher import Publisher


def publish_batch(
    publisher: Publisher, parallel: Parallel, asked_at: Mapping[str, datetime]
) -> Mapping[str, Callable[[], Record | None]]:
    """Publish sources; return for each what returns its record, or raises what publishing it raised.

    `asked_at` says when the last message about each was sent. The settings come first: the other sources would all
    begin by publishing those of a new site.
    """
    settings_first = SETTINGS_KEY in asked_at or publisher.index.settings() is None
    outcomes: dict[str, Callable[[], Record | None]] = {}
    for keys in ([SETTINGS_KEY] if settings_first else [], [key for key in asked_at if key != SETTINGS_KEY]):
        calls = [partial(publisher.publish, key, asked_at=asked_at.get(key)) for key in keys]
        outcomes |= zip(keys, parallel.outcomes(calls), strict=True)
    return outcomes
