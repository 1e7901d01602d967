"""What alarms read, what they cost, and what the runbook says of them. Their faults are in tests/integration."""

import json
import re
from itertools import accumulate
from pathlib import Path

import pytest

from bucketpress.batch_processor import FAILED_MESSAGES, LONGEST_WAIT_SECONDS, seconds_to_wait
from bucketpress.trouble import Trouble
from tests.support.alarms import DOCUMENTED, STACK, Alarm, Metric, Telemetry, alarms, is_alarm
from tests.support.template import of_type, template

ROOT = Path(__file__).parents[2]
OWN = "Bucketpress"
KINDS = {
    "QueueName": "AWS::SQS::Queue",
    "FunctionName": "AWS::Serverless::Function",
    "ApiId": "AWS::Serverless::HttpApi",
}
FAILED = Metric(OWN, FAILED_MESSAGES, (("service", STACK),))


def essential() -> list[str]:
    return [name for name in alarms() if "Condition" not in template()["Resources"][name]]


@pytest.mark.parametrize("alarm", alarms().values(), ids=lambda alarm: alarm.name)
def test_an_alarm_reads_metrics_that_there_are_of_resources_that_there_are(alarm: Alarm) -> None:
    for read in alarm.reads.values():
        metric = read.metric
        if metric.namespace == OWN:
            assert metric.dimensions == (("service", STACK),)
            continue
        assert DOCUMENTED[metric.namespace, metric.name] == {name for name, _ in metric.dimensions}
        for name, resource in metric.dimensions:
            assert template()["Resources"][resource]["Type"] == KINDS[name]


def test_alarms_read_as_many_metrics_as_the_documents_say() -> None:
    counts = {name: len(alarm.reads) for name, alarm in alarms().items()}
    own = {
        read.metric.name for alarm in alarms().values() for read in alarm.reads.values() if OWN in read.metric.namespace
    }
    guide = (ROOT / "docs/operating.md").read_text("utf-8")
    few, many = sum(counts[name] for name in essential()), sum(counts.values())

    assert (few, many, len(own)) == (2, 22, 5)
    assert f"essential alarms read {few} metrics at 0.10 each" in guide
    assert f"all of them {many}" in guide
    assert f"{many - few} more metrics, {(many - few) / 10:.2f}" in (ROOT / "docs/cost.md").read_text("utf-8")
    assert f"at most {len(own)} metrics of its own" in guide


def test_every_kind_of_trouble_has_its_paragraph_in_the_runbook() -> None:
    runbook = (ROOT / "docs/runbook.md").read_text("utf-8")
    paragraph = re.search(r"^## TroubleAlarm\n(.+?)(?=\n## )", runbook, re.MULTILINE | re.DOTALL)
    assert paragraph is not None

    found = dict(re.findall(r"^\* \*\*`([^`]+)`\*\*(.+?)(?=\n\* |\n\n|\Z)", paragraph[1], re.MULTILINE | re.DOTALL))

    assert list(found) == [kind.value for kind in Trouble]
    for kind, text in found.items():
        assert re.search(r"as for `(\w+Alarm)`", text), kind
        assert set(re.findall(r"`(\w+Alarm)`", text)) <= alarms().keys(), kind


def test_every_alarm_has_its_paragraph_in_the_runbook_and_names_it() -> None:
    runbook = (ROOT / "docs/runbook.md").read_text("utf-8")
    paragraphs = dict(re.findall(r"^## (\w+Alarm)\n\n(.+?)(?=\n## |\Z)", runbook, re.MULTILINE | re.DOTALL))

    assert list(paragraphs) == list(alarms())
    for name, properties in of_type("AWS::CloudWatch::Alarm").items():
        assert properties["AlarmDescription"].endswith(f"See docs/runbook.md#{name.lower()}"), name
        for part in ("**Readers see**", "**Look at**", "```console"):
            assert part in paragraphs[name], f"{name}: {part}"


def test_every_alarm_tells_the_operator_when_it_begins_and_when_it_is_over() -> None:
    for name, properties in of_type("AWS::CloudWatch::Alarm").items():
        assert properties["AlarmActions"] == properties["OKActions"], name
        assert properties["AlarmActions"]["Fn::If"][0] == "HasAlarmEmail", name


def test_functions_send_their_metrics_under_the_names_that_alarms_read() -> None:
    shared = template()["Globals"]["Function"]["Environment"]["Variables"]
    own = [each.get("Environment", {}).get("Variables", {}) for each in of_type("AWS::Serverless::Function").values()]

    assert shared["POWERTOOLS_METRICS_NAMESPACE"] == OWN
    # What the dimension of every metric of our own is, in the alarms too.
    assert shared["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}
    assert not [name for variables in own for name in variables if name.startswith("POWERTOOLS")]


def test_only_the_clocks_alarm_is_raised_by_missing_data_and_it_is_made_after_the_first_ticks() -> None:
    breaching = [name for name, alarm in alarms().items() if alarm.missing == "breaching"]

    assert breaching == ["ClockAlarm"]
    # The schedule, and what takes minutes to be made: ticks have come by then.
    assert template()["Resources"]["ClockAlarm"]["DependsOn"] == ["UpkeepFunctionTick", "Distribution"]


def failures_at(*seconds: int) -> Telemetry:
    telemetry = Telemetry()
    for second in seconds:
        telemetry.values[FAILED][second // 60].append(1.0)
    return telemetry


def attempts(count: int) -> list[int]:
    """Give the seconds at which a message that always fails is tried."""
    return list(accumulate((seconds_to_wait(received) for received in range(1, count)), initial=0))


@pytest.mark.parametrize("queue", ["SourceQueue", "PageQueue"])
def test_what_keeps_failing_is_tried_again_soon_and_for_longer_than_most_outages_last(queue: str) -> None:
    tried = attempts(of_type("AWS::SQS::Queue")[queue]["RedrivePolicy"]["maxReceiveCount"])

    assert tried[:5] == [0, 5, 20, 65, 200]
    assert tried[-1] == 6005  # 100 minutes


@pytest.mark.parametrize("received", [0, -1, 1, 2, 7, 10**9])
def test_a_wait_is_never_nothing_and_never_endless(received: int) -> None:
    assert 5 <= seconds_to_wait(received) <= LONGEST_WAIT_SECONDS


def test_one_message_that_keeps_failing_is_an_alarm_within_five_minutes_and_until_it_is_a_dead_letter() -> None:
    failures = alarms()["FailuresAlarm"]
    telemetry = failures_at(*attempts(15))

    raised = [is_alarm(failures, telemetry, minute) for minute in range(101)]

    assert raised.index(True) <= 4
    assert all(raised[4:])


def test_a_failure_that_passes_is_no_alarm_however_many_messages_it_hits() -> None:
    failures = alarms()["FailuresAlarm"]

    telemetry = failures_at(*[second for second in (0, 5, 20, 65) for _ in range(100)])

    assert not any(is_alarm(failures, telemetry, minute) for minute in range(60))


def test_the_dashboard_shows_every_metric_that_an_alarm_reads() -> None:
    body = json.loads(of_type("AWS::CloudWatch::Dashboard")["StatusDashboard"]["DashboardBody"]["Fn::Sub"])
    lines = [line for widget in body["widgets"] for line in widget["properties"]["metrics"]]
    shown = {(line[0], line[1], line[2], re.sub(r"\$\{([\w:]+)(\.\w+)?\}", r"\1", line[3])) for line in lines}

    for alarm in alarms().values():
        for read in alarm.reads.values():
            ((dimension, value),) = read.metric.dimensions
            wanted = (read.metric.namespace, read.metric.name, dimension, value.replace(STACK, "AWS::StackName"))
            assert wanted in shown or alarm.name in {"RecursionAlarm", "VariantErrorsAlarm"}, alarm.name
    assert all(widget["x"] + widget["width"] <= 24 for widget in body["widgets"])
