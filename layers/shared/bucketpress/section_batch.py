"""The sections that a batch of messages names, for the functions that make them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from bucketpress.batch_processor import UnknownMessageError, is_first_delivery, sent_at
from bucketpress.services.refresh.refresh_request import RefreshRequest, joined
from bucketpress.services.refresh.refresher import Refreshed


class SectionBatch:
    """The sections of one batch: each is made once, and only where no run has done so since it was asked for."""

    def __init__(
        self,
        records: Iterable[dict[str, Any]],
        names_in: Callable[[str], Iterable[str]],
        make: Callable[[Mapping[str, RefreshRequest]], Mapping[str, Callable[[], Refreshed]]],
    ) -> None:
        """Take the records of an event; `names_in` reads a message's body and may raise UnknownMessageError.

        `make` makes all sections, and returns for each that was not made before what returns what was done or raises.
        """
        self._records = [SQSRecord(record) for record in records]
        self._names_in = names_in
        self._make = make
        self._told: set[str] = set()

    @cached_property
    def _outcomes(self) -> Mapping[str, Callable[[], Refreshed]]:
        requests: dict[str, list[RefreshRequest]] = {}
        for record in self._records:
            with suppress(UnknownMessageError):
                request = RefreshRequest(sent_at=sent_at(record), first_delivery=is_first_delivery(record))
                for name in self._names_in(record.body):
                    requests.setdefault(name, []).append(request)
        return self._make({name: joined(each) for name, each in requests.items()})

    def made_for(self, record: SQSRecord) -> Iterator[Refreshed]:
        """Make the sections of one message, and yield what was not told before. Raises what any of them raised."""
        for name in self._names_in(record.body):
            if name not in self._outcomes:
                continue
            done = self._outcomes[name]()
            if name not in self._told:
                self._told.add(name)
                yield done
