"""Lets one call to AWS go wrong, in each way a call can."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ConnectionClosedError
from moto.core.models import botocore_stubber

WRITES = {
    "BatchWriteItem",
    "CopyObject",
    "DeleteObject",
    "PutItem",
    "PutObject",
    "SendMessage",
    "SendMessageBatch",
    "TransactWriteItems",
    "UpdateItem",
}


class DiedError(BaseException):
    """The process is gone: nothing of ours can catch this."""


class Fault(StrEnum):
    """What happens to a call. Those that end with AFTER are only told apart from the others where a call writes."""

    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"
    THROTTLED = "throttled"
    FAILS_AFTER = "server error although it was done"
    RESET_AFTER = "connection reset although it was done, and asked again"

    def hits(self, operation: str) -> bool:
        return operation in WRITES or self not in {Fault.FAILS_AFTER, Fault.RESET_AFTER}


@dataclass
class Striker:
    """Counts the calls of a boto3 session and lets the one numbered `target`, from 1, go wrong."""

    calls: list[str] = field(default_factory=list)
    target: int = 0
    fault: Fault = Fault.DIES_BEFORE
    watch: Any = None
    _reset: bool = False

    def listen(self, events: Any) -> None:
        events.register_first("before-call", self._before_call)
        events.register_first("before-send", self._before_send)
        events.register_first("needs-retry", self._needs_retry)
        events.register_first("after-call", self._after_call)

    def aim(self, target: int = 0, fault: Fault = Fault.DIES_BEFORE) -> None:
        self.calls, self.target, self.fault, self._reset = [], target, fault, False

    def _struck(self, *faults: Fault) -> bool:
        return len(self.calls) == self.target and self.fault in faults

    def _before_call(self, model: Any, params: Any, **_: Any) -> Any:
        self.calls.append(model.name)
        if self.watch is not None:
            self.watch(model.name, params)
        if self._struck(Fault.DIES_BEFORE):
            raise DiedError
        if self._struck(Fault.THROTTLED):
            return AWSResponse("", 400, {}, None), _answer("ThrottlingException", 400)
        return None

    def _before_send(self, request: Any, event_name: str, **_: Any) -> None:
        if self._struck(Fault.RESET_AFTER) and not self._reset:
            self._reset = True
            botocore_stubber(event_name, request)
            raise ConnectionClosedError(endpoint_url=request.url)

    def _needs_retry(self, caught_exception: Exception | None, **_: Any) -> float | None:
        """Ask again at once: the client's own pause would only make the tests slow."""
        return 0.0 if isinstance(caught_exception, ConnectionClosedError) else None

    def _after_call(self, model: Any, **_: Any) -> None:
        if self._struck(Fault.DIES_AFTER):
            raise DiedError
        if self._struck(Fault.FAILS_AFTER):
            raise ClientError(_answer("InternalServerError", 500), model.name)


def _answer(code: str, status: int) -> Any:
    return {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
