"""Refreshes the sections of a batch of messages, at the same time those that do not build on one another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TypeAlias

from bucketpress.ports import Parallel
from bucketpress.services.refresh.refresh_request import RefreshRequest
from bucketpress.services.refresh.refresher import Refreshed, Refresher
from bucketpress.site.layout import rank

Outcome: TypeAlias = Callable[[], Refreshed]


def refresh_batch(
    refresher: Refresher, parallel: Parallel, requests: Mapping[str, RefreshRequest]
) -> Mapping[str, Outcome]:
    """Refresh the sections not refreshed since they were requested, pages before the listings that link to them.

    Returns for each what returns what was done, or raises what refreshing it raised. What can be asked once for all of
    them is: their records and the settings before, the parents still to be told after.
    """
    begun = refresher.begin(requests)
    outcomes: dict[str, Outcome] = {}
    for _, group in groupby(sorted(begun, key=rank), key=rank):
        together = list(group)
        calls = [partial(refresher.write_and_commit, name, begun[name]) for name in together]
        outcomes |= zip(together, map(_settled, parallel.outcomes(calls)), strict=True)
    return _told(refresher, outcomes)


def _told(refresher: Refresher, outcomes: Mapping[str, Outcome]) -> Mapping[str, Outcome]:
    """Send the parents of what was committed; where that fails every message has to come again."""
    committed = {name: outcome.done for name, outcome in outcomes.items() if isinstance(outcome, _Done)}
    committed = {name: done for name, done in committed.items() if done.record is not None}
    try:
        # A parent refreshed in this batch began after the commits of its children, and its own commit stands.
        refresher.tell_parents(
            committed.values(), lambda child, parent: parent in committed and rank(parent) > rank(child)
        )
    except Exception as error:  # noqa: BLE001 - whatever it was
        return {**outcomes, **dict.fromkeys(committed, _Failed(error))}
    return outcomes


@dataclass(frozen=True, slots=True)
class _Done:
    """An outcome that returns what was done."""

    done: Refreshed

    def __call__(self) -> Refreshed:
        return self.done


@dataclass(frozen=True, slots=True)
class _Failed:
    """An outcome that raises."""

    error: Exception

    def __call__(self) -> Refreshed:
        raise self.error


def _settled(outcome: Outcome) -> _Done | _Failed:
    """Wait for an outcome; the calls of some Parallels are not made before they are asked for."""
    try:
        return _Done(outcome())
    except Exception as error:  # noqa: BLE001 - it is raised again where the message is answered for
        return _Failed(error)
