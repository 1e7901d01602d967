"""What an operator has to know of at once, and the metric by which a function says so."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit

TROUBLE = "Trouble"  # the metric's name, and in its log line the key of its kind


class Trouble(StrEnum):
    """The kinds of trouble; docs/runbook.md has a paragraph for each."""

    FAILING_MESSAGES = "failing messages"
    DEAD_LETTERS = "dead letters"
    OVERDUE_POSTS = "overdue posts"
    DIVERGENCES = "divergences"
    LATE_AUDIT = "late audit"
    API_FAILURE = "API failure"


def report(kind: Trouble) -> None:
    """Send the metric, with the kind of trouble in the same log line.

    Only where there is trouble: CloudWatch charges for the hours in which a metric is sent.
    """
    with single_metric(name=TROUBLE, unit=MetricUnit.Count, value=1) as metric:
        metric.add_metadata(TROUBLE.lower(), kind.value)


@contextmanager
def reported(kind: Trouble) -> Iterator[None]:
    """Report trouble of a kind unless what is done meanwhile comes to its end; what it raises propagates."""
    with ExitStack() as unless_ended:
        unless_ended.callback(report, kind)
        yield
        unless_ended.pop_all()
