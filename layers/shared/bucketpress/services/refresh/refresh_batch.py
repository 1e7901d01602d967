"""Refreshes the sections of a batch of messages, at the same time those that do not build on one another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TypeAlias

from bucketpress.ports import Parallel
from bucketpress.services.refresh.early_reads import NewestRows
from bucketpress.services.refresh.refresh_request import RefreshRequest
from bucketpress.services.refresh.refresher import Refreshed, Refresher
from bucketpress.site.layout import ALL, head_section, rank

Outcome: TypeAlias = Callable[[], Refreshed]


def refresh_batch(
    refresher: Refresher, parallel: Parallel, requests: Mapping[str, RefreshRequest]
) -> Mapping[str, Outcome]:
    """Refresh the sections not refreshed since they were requested, pages before the listings that link to them.

    Returns for each what returns what was done, or raises what refreshing it raised. What can be asked once for all of
    them is: their records and the settings before, what pages are made from, the parents still to be told after.
    """
    begun = refresher.begin(requests)
    outcomes: dict[str, Outcome] = {}
    for _, group in groupby(sorted(begun, key=rank), key=rank):
        ready = refresher.read_early({name: begun[name] for name in group}, _front(outcomes))
        calls = [partial(refresher.write_and_commit, name, start) for name, start in ready.items()]
        outcomes |= zip(ready, map(_settled, parallel.outcomes(calls)), strict=True)
    return _told(refresher, outcomes)


def _front(outcomes: Mapping[str, Outcome]) -> NewestRows | None:
    """Return the posts that the front page was made from, if it was made in this batch."""
    front = outcomes.get(head_section(ALL))
    return front.done.newest if isinstance(front, _Done) else None


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
