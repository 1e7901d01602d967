"""What must hold of alarms: that something watches each function, and that an alarm can be raised."""

import re
from collections.abc import Iterator

from tools.template_checks.transformed_template import Template, target


def unwatched_functions(template: Template) -> Iterator[str]:
    """Find functions whose failures nobody is told of."""
    watched = {
        target(dimension["Value"])
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        for metric in (alarm, *(each.get("MetricStat", {}).get("Metric", {}) for each in alarm.get("Metrics", [])))
        for dimension in metric.get("Dimensions", [])
        if dimension["Name"] == "FunctionName"
    }
    for name in template.of_type("AWS::Lambda::Function"):
        if name not in watched:
            yield f"{name}: no alarm watches it"


def metrics_left_out(template: Template) -> Iterator[str]:
    """Find metrics that an alarm lists and never looks at."""
    for name, alarm in template.of_type("AWS::CloudWatch::Alarm").items():
        metrics = alarm.get("Metrics", [])
        used = {word for each in metrics for word in re.findall(r"\w+", each.get("Expression", ""))}
        for each in metrics:
            if each.get("ReturnData") is False and each["Id"] not in used:
                yield f"{name}: no expression uses the metric {each['Id']}"


def filled_too_early(template: Template) -> Iterator[str]:
    """Find alarms that may see nothing but what FILL puts in the place of data that are still on their way.

    See FILL in https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html.
    """
    for name, alarm in template.of_type("AWS::CloudWatch::Alarm").items():
        fills = any("FILL(" in each.get("Expression", "") for each in alarm.get("Metrics", []))
        if fills and alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) >= alarm["EvaluationPeriods"]:
            yield f"{name}: FILL stands for the newest data, so DatapointsToAlarm has to be less than EvaluationPeriods"
