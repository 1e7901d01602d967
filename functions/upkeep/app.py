"""Upkeep, once a minute: sends what is due, and repairs."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.bootstrap import upkeep

NAMES_LOGGED = 20
# For sending what the audit has found and writing down how far it is, when AWS is slow too.
KEPT_MILLISECONDS = 15_000

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Enqueue what is due, the next part of a rebuild, and what the audit finds."""
    del event
    tick = upkeep().tick(lambda: context.get_remaining_time_in_millis() < KEPT_MILLISECONDS)
    # Sent at the end of every tick, and so a sign of life as well. The others only where there is something to count:
    # CloudWatch charges for the hours in which a metric is sent.
    metrics.add_metric(name="AuditAge", unit=MetricUnit.Seconds, value=tick.audit_age.total_seconds())
    for name, count in (("OverduePosts", tick.overdue), ("Divergences", len(tick.divergences))):
        if count:
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    logger.info(
        "tick", due=tick.due, overdue=tick.overdue, rebuilt=tick.rebuilt, divergences=tick.divergences[:NAMES_LOGGED]
    )
