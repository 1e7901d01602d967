"""CloudWatch's alarms as template.yaml has them, evaluated as CloudWatch documents it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import json
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from tests.support.template import of_type, template

STACK = "test"
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
}
# The metrics and dimensions that AWS documents for its services, of those that alarms read; as of 2026-11.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
DOCUMENTED = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): {"QueueName"},
    ("AWS/Lambda", "Errors"): {"FunctionName"},
    ("AWS/Lambda", "Throttles"): {"FunctionName"},
    ("AWS/Lambda", "RecursiveInvocationsDropped"): {"FunctionName"},
    ("AWS/ApiGateway", "5xx"): {"ApiId"},
    ("AWS/ApiGateway", "Latency"): {"ApiId"},
}


@dataclass(frozen=True, slots=True, order=True)
class Metric:
    """One metric: what CloudWatch keeps apart."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A metric as an alarm reads it."""

    metric: Metric
    statistic: str
    period_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm of the template. `reads` are by the names that `expression` calls them by."""

    name: str
    reads: Mapping[str, Read]
    expression: str
    threshold: float
    breaches: Callable[[float, float], bool]
    evaluated: int
    breaching: int
    missing: str

    @property
    def period_minutes(self) -> int:
        (period,) = {read.period_minutes for read in self.reads.values()}
        return period


@dataclass
class Telemetry:
    """What was sent to CloudWatch: values by metric and minute."""

    values: dict[Metric, dict[int, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def aws(self, minute: int, namespace: str, name: str, value: float, **dimensions: str) -> None:
        """Add what a service of AWS sends by itself."""
        assert DOCUMENTED[namespace, name] == dimensions.keys()
        self.values[Metric(namespace, name, tuple(sorted(dimensions.items())))][minute].append(value)

    def output(self, minute: int, text: str) -> None:
        """Add the metrics among the lines that a function printed, in CloudWatch's embedded metric format."""
        for line in text.splitlines():
            document = json.loads(line) if line.startswith("{") else {}
            for directive in document.get("_aws", {}).get("CloudWatchMetrics", []):
                for names in directive["Dimensions"]:
                    dimensions = tuple(sorted((name, document[name]) for name in names))
                    for metric in directive["Metrics"]:
                        found = document[metric["Name"]]
                        values = found if isinstance(found, list) else [found]
                        self.values[Metric(directive["Namespace"], metric["Name"], dimensions)][minute] += values


def alarms() -> dict[str, Alarm]:
    return {name: _alarm(name, properties) for name, properties in of_type("AWS::CloudWatch::Alarm").items()}


def is_alarm(alarm: Alarm, telemetry: Telemetry, minute: int) -> bool:
    """Tell whether an alarm is in state ALARM at the end of a minute, counted from 0."""
    periods = [
        range(minute + 1 - (number + 1) * alarm.period_minutes, minute + 1 - number * alarm.period_minutes)
        for number in range(alarm.evaluated)
    ]
    values = [_evaluate(alarm, telemetry, period) for period in periods]
    treated = {"breaching": True, "notBreaching": False, "ignore": False}[alarm.missing]
    breaches = [treated if value is None else alarm.breaches(value, alarm.threshold) for value in values]
    return sum(breaches) >= alarm.breaching


def _alarm(name: str, properties: Mapping[str, Any]) -> Alarm:
    reads, expression = _reads(properties)
    return Alarm(
        name=name,
        reads=reads,
        expression=expression,
        threshold=properties["Threshold"],
        breaches=COMPARISONS[properties["ComparisonOperator"]],
        evaluated=properties["EvaluationPeriods"],
        breaching=properties.get("DatapointsToAlarm", properties["EvaluationPeriods"]),
        missing=properties["TreatMissingData"],
    )


def _reads(properties: Mapping[str, Any]) -> tuple[dict[str, Read], str]:
    if "Metrics" not in properties:
        statistic = properties.get("Statistic") or properties["ExtendedStatistic"]
        return {"value": _read(properties, statistic, properties["Period"])}, "value"
    reads = {
        each["Id"]: _read(each["MetricStat"]["Metric"], each["MetricStat"]["Stat"], each["MetricStat"]["Period"])
        for each in properties["Metrics"]
        if "MetricStat" in each
    }
    (expression,) = (each["Expression"] for each in properties["Metrics"] if "Expression" in each)
    assert [each["Id"] for each in properties["Metrics"] if each.get("ReturnData", True)] == [
        each["Id"] for each in properties["Metrics"] if "Expression" in each
    ]
    return reads, _text(expression)


def _read(metric: Mapping[str, Any], statistic: str, period: int) -> Read:
    dimensions = tuple(sorted((each["Name"], _text(each["Value"])) for each in metric["Dimensions"]))
    found = Metric(metric["Namespace"], metric["MetricName"], dimensions)
    return Read(metric=found, statistic=statistic, period_minutes=period // 60)


def _text(value: str | Mapping[str, Any]) -> str:
    """Return what CloudFormation makes of a value; a resource, or an attribute of it, stands for its logical id."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    if function == "Ref":
        return _named(argument)
    if function == "Fn::GetAtt":
        return str(argument[0])
    assert function == "Fn::Sub"
    return re.sub(r"\$\{([\w:]+)\}", lambda found: _named(found[1]), argument)


def _named(name: str) -> str:
    if name == "AWS::StackName":
        return STACK
    return name if name in template()["Resources"] else str(template()["Parameters"][name]["Default"])


def _evaluate(alarm: Alarm, telemetry: Telemetry, minutes: range) -> float | None:
    """Return the value of an alarm's expression in one period, None where data are missing."""
    values: dict[str, float | None] = {}
    for name, read in alarm.reads.items():
        by_minute = telemetry.values.get(read.metric, {})
        values[name] = _statistic(read.statistic, [each for minute in minutes for each in by_minute.get(minute, ())])
    filled = re.sub(r"FILL\((\w+), (\d+)\)", lambda found: f"fill({found[1]}, {found[2]})", alarm.expression)
    functions = {"fill": lambda value, other: other if value is None else value, "MAX": max}
    try:
        result: float | None = eval(filled, {"__builtins__": {}}, {**functions, **values})
    except TypeError:
        return None
    return result


def _statistic(name: str, values: Sequence[float]) -> float | None:
    if not values:
        return None
    if name == "p90":
        return sorted(values)[int(0.9 * (len(values) - 1))]
    known = {"Sum": sum, "Maximum": max, "Average": fmean}
    return float(known[name](values))
