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
    them is: their records and the settings before, the settings and the parents still to be told after.
    """
    begun = refresher.begin(requests)
    done: dict[str, Outcome] = {}
    for _, group in groupby(sorted(begun, key=lambda name: (rank(name), name)), key=rank):
        together = list(group)
        calls = [partial(refresher.write_and_commit, name, begun[name]) for name in together]
        done |= zip(together, map(_settled, parallel.outcomes(calls)), strict=True)
    return _Finish(refresher=refresher, outcomes=done).finished()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finish:
    """What is left to do once every section of a batch has been committed or has failed."""

    refresher: Refresher
    outcomes: Mapping[str, Outcome]

    def finished(self) -> dict[str, Outcome]:
        """Make again what was made under older settings, and tell the parents of the others."""
        committed = {
            name: outcome.done
            for name, outcome in self.outcomes.items()
            if isinstance(outcome, _Done) and outcome.done.record is not None
        }
        if not committed:
            return dict(self.outcomes)
        try:
            outdated = self.refresher.outdated(committed.values())
            current = {name: done for name, done in committed.items() if name not in outdated}
            # A parent refreshed in this batch began after the commits of its children, and its own commit stands.
            self.refresher.tell_parents(
                current.values(), lambda child, parent: parent in current and rank(parent) > rank(child)
            )
        except Exception as error:  # noqa: BLE001 - every message has to come again, whatever it was
            return {**self.outcomes, **dict.fromkeys(committed, _Failed(error))}
        again = {name: _settled(partial(self.refresher.refresh, name)) for name in committed if name in outdated}
        return {**self.outcomes, **again}


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
