"""Upkeep, once a minute: sends what is due, and repairs."""

from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.bootstrap import encoding, prepare_upkeep, upkeep
from bucketpress.services.upkeep.tick import Tick
from bucketpress.trouble import Trouble, report

NAMES_LOGGED = 20
# For sending what the audit has found and writing down how far it is, when AWS is slow too.
KEPT_MILLISECONDS = 15_000

logger = Logger()


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Enqueue what is due, the next part of a rebuild, and what the audit finds."""
    del event
    pictures = encoding()
    starts = pictures is not None and pictures.is_due()
    tick = upkeep().tick(lambda: context.get_remaining_time_in_millis() < KEPT_MILLISECONDS)
    _send_metrics(tick)
    # At the end: where it fails, all else is done.
    if pictures and starts:
        pictures.begin()
    logger.info(
        "tick",
        due=tick.due,
        overdue=tick.overdue,
        rebuilt=tick.rebuilt,
        divergences=tick.divergences[:NAMES_LOGGED],
        dead_letters=tick.dead_letters,
        encoding=starts,
    )


def _send_metrics(tick: Tick) -> None:
    """Send what there is to count, nothing where all is well: CloudWatch charges for the hours with a metric."""
    age = int(tick.audit_age.total_seconds()) if tick.is_audit_late else 0
    found = (
        (Trouble.OVERDUE_POSTS, "OverduePosts", MetricUnit.Count, tick.overdue),
        (Trouble.DIVERGENCES, "Divergences", MetricUnit.Count, len(tick.divergences)),
        (Trouble.LATE_AUDIT, "AuditAge", MetricUnit.Seconds, age),
    )
    for kind, name, unit, value in found:
        if value:
            with single_metric(name=name, unit=unit, value=value):
                pass
            report(kind)
    # SQS has a metric of its own for them.
    if tick.dead_letters:
        report(Trouble.DEAD_LETTERS)


prepare_upkeep()
