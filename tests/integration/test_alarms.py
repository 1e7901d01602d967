"""Each alarm's fault, made with the real handlers where they have a part in it, raises the alarm; a healthy site none.

What AWS's own services send is taken from their documents, with the dimensions that these name.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from bucketpress import bootstrap
from bucketpress.batch_processor import seconds_to_wait
from bucketpress.content.post import instant
from bucketpress.records.checkpoint import CheckpointName, Phase
from bucketpress.services.upkeep.recovery import mark_recovering
from bucketpress.trouble import Trouble
from tests.integration.conftest import Cloud, s3_event_body
from tests.support.alarms import Telemetry, alarms, is_alarm
from tests.support.aws import REGION, SITE_BUCKET, TABLE
from tests.support.events import EVENTS, sqs_event
from tests.support.template import of_type
from tests.support.world import SITE_YAML, markdown

FUNCTIONS = {
    "publish": "PublishFunction",
    "refresh": "RefreshFunction",
    "listing_api": "ListingApiFunction",
    "search": "SearchFunction",
    "upkeep": "UpkeepFunction",
}
MINUTES = 30
ATTEMPTS = 15


@dataclass
class Incident:
    """A site on moto, and what its functions and AWS send to CloudWatch in the course of half an hour."""

    cloud: Cloud
    telemetry: Telemetry
    output: Callable[[], str]

    def run(self, minute: int, function: str, event: dict[str, object]) -> object:
        """Invoke a function in a minute, and take in what it sends. Lambda sends whether it has failed."""
        failed = 1
        try:
            answer = self.cloud.invoke(function, event)
            failed = 0
        except Exception:  # noqa: BLE001 - whatever it is, the function has failed
            return None
        else:
            return answer
        finally:
            self.telemetry.aws(minute, "AWS/Lambda", "Errors", failed, FunctionName=FUNCTIONS[function])
            self.telemetry.output(minute, self.output())

    def tick(self, minute: int) -> None:
        self.run(minute, "upkeep", {})

    def ask(self, minute: int) -> None:
        """Request the posts; API Gateway answers 500 for a function that raises."""
        event = json.loads((EVENTS / "listing-api-posts.json").read_text())
        answer = self.run(minute, "listing_api", event)
        status = answer["statusCode"] if isinstance(answer, dict) else 500
        self.telemetry.aws(minute, "AWS/ApiGateway", "5xx", float(status >= 500), ApiId="ListingApi")

    def each_minute(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        for minute in range(MINUTES):
            self.telemetry.aws(minute, namespace, name, value, **dimensions)

    def lose_table(self) -> None:
        boto3.client("dynamodb").delete_table(TableName=TABLE)

    def raised(self, name: str, minute: int = MINUTES - 1) -> bool:
        return is_alarm(alarms()[name], self.telemetry, minute)


@pytest.fixture
def incident(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> Incident:
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/a.md", markdown("A"))
    cloud.settle()
    capsys.readouterr()
    return Incident(cloud, Telemetry(), lambda: capsys.readouterr().out)


def dead_source(incident: Incident) -> None:
    dead_letters(incident, "SourceQueue", "SourceDeadLetterQueue", "publish")


def dead_section(incident: Incident) -> None:
    dead_letters(incident, "PageQueue", "PageDeadLetterQueue", "refresh")


def dead_letters(incident: Incident, queue: str, dead: str, function: str) -> None:
    """Let a message that nobody understands be tried as often as the template says, and moved by SQS."""
    receives = of_type("AWS::SQS::Queue")[queue]["RedrivePolicy"]["maxReceiveCount"]
    sqs = incident.cloud.sqs
    dead_url = sqs.create_queue(QueueName=dead)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": receives})
    url = sqs.create_queue(QueueName=queue, Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="nonsense")
    tries = 0
    while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
        answer = incident.cloud.invoke(function, sqs_event([messages[0]["Body"]]))
        assert len(answer["batchItemFailures"]) == 1
        tries += 1
    depth = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert tries == receives == ATTEMPTS
    value = float(depth["ApproximateNumberOfMessages"])
    incident.each_minute("AWS/SQS", "ApproximateNumberOfMessagesVisible", value, QueueName=dead)


def failures(incident: Incident) -> None:
    """Take the table away, and let one source be tried as often as it comes back within half an hour."""
    incident.lose_table()
    second = 0
    for received in range(1, ATTEMPTS):
        event = sqs_event([s3_event_body("posts/a.md")])
        event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(received)
        answer = incident.run(second // 60, "publish", event)
        assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
        second += seconds_to_wait(received)
        if second >= MINUTES * 60:
            break


def standing_clock(incident: Incident) -> None:
    """Let every tick fail before its end."""
    incident.lose_table()
    for minute in range(MINUTES):
        incident.tick(minute)


def overdue_post(incident: Incident) -> None:
    """Let a post have been due for an hour, and nobody publish what upkeep sends."""
    due = f"{instant(datetime.now(UTC) - timedelta(hours=1))}#posts/a.md"
    item = {"PK": {"S": "DUE"}, "SK": {"S": due}, "key": {"S": "posts/a.md"}}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=item)
    for minute in range(MINUTES - 3, MINUTES):
        incident.tick(minute)


def divergence(incident: Incident) -> None:
    """Let a page be lost whose section was refreshed long ago."""
    index = bootstrap.refresher().index
    section = index.section("post:/2010/03/a/")
    index.commit_section(replace(section, revision=section.revision + 1, refreshed=()))
    incident.cloud.s3.delete_object(Bucket="site", Key="2010/03/a/index.html")
    incident.tick(MINUTES - 1)


def failing_api(incident: Incident) -> None:
    incident.lose_table()
    for minute in range(MINUTES - 3, MINUTES):
        incident.ask(minute)


def waiting_messages(incident: Incident) -> None:
    for minute in range(MINUTES):
        age = 60.0 * minute + 600
        incident.telemetry.aws(minute, "AWS/SQS", "ApproximateAgeOfOldestMessage", age, QueueName="PageQueue")


def throttles(incident: Incident) -> None:
    incident.each_minute("AWS/Lambda", "Throttles", 2, FunctionName="ListingApiFunction")


def slow_api(incident: Incident) -> None:
    incident.each_minute("AWS/ApiGateway", "Latency", 3500, ApiId="ListingApi")


def old_audit(incident: Incident) -> None:
    """Let the audit have ended five hours ago, and no tick since have had time for it."""
    index = bootstrap.publisher().index
    found = index.checkpoint(CheckpointName.AUDIT)
    ended = datetime.now(UTC) - timedelta(hours=5)
    index.put_checkpoint(replace(found, revision=found.revision + 1, phase=Phase.DONE, began=ended, finished=ended))
    incident.cloud.milliseconds_left = 14_000
    incident.tick(MINUTES - 1)


def cut_chain(incident: Incident) -> None:
    incident.telemetry.aws(MINUTES - 1, "AWS/Lambda", "RecursiveInvocationsDropped", 1, FunctionName="RefreshFunction")


def counted_dead_letters(incident: Incident) -> None:
    incident.cloud.sqs.send_message(QueueUrl=os.environ["PAGE_DEAD_LETTER_QUEUE_URL"], MessageBody="nonsense")
    incident.tick(MINUTES - 1)


def crashed_api(incident: Incident) -> None:
    incident.lose_table()
    incident.ask(MINUTES - 1)


def crashed_encoder(incident: Incident) -> None:
    for minute in (MINUTES - 12, MINUTES - 1):
        incident.telemetry.aws(minute, "AWS/Lambda", "Errors", 1, FunctionName="VariantsFunction")


TROUBLES: dict[Trouble, Callable[[Incident], None]] = {
    Trouble.FAILING_MESSAGES: failures,
    Trouble.DEAD_LETTERS: counted_dead_letters,
    Trouble.OVERDUE_POSTS: overdue_post,
    Trouble.DIVERGENCES: divergence,
    Trouble.LATE_AUDIT: old_audit,
    Trouble.API_FAILURE: crashed_api,
}
FAULTS: dict[str, Callable[[Incident], None]] = {
    "ClockAlarm": standing_clock,
    "TroubleAlarm": failures,
    "SourceDeadLettersAlarm": dead_source,
    "PageDeadLettersAlarm": dead_section,
    "FailuresAlarm": failures,
    "OverduePostsAlarm": overdue_post,
    "DivergencesAlarm": divergence,
    "ApiErrorsAlarm": failing_api,
    "OldestMessageAlarm": waiting_messages,
    "ThrottlesAlarm": throttles,
    "ApiLatencyAlarm": slow_api,
    "AuditAgeAlarm": old_audit,
    "RecursionAlarm": cut_chain,
    "VariantErrorsAlarm": crashed_encoder,
}


def test_every_alarm_has_its_fault() -> None:
    assert list(FAULTS) == list(alarms())


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_of_an_alarm_raises_it(incident: Incident, name: str) -> None:
    FAULTS[name](incident)

    assert incident.raised(name)


def test_a_healthy_site_raises_no_alarm(incident: Incident) -> None:
    for minute in range(MINUTES):
        incident.tick(minute)
    incident.ask(MINUTES - 1)
    incident.run(MINUTES - 1, "publish", sqs_event([s3_event_body("posts/a.md")]))
    incident.run(MINUTES - 1, "refresh", sqs_event(['{"section": "head:all"}']))

    assert [name for name in alarms() if incident.raised(name)] == []
    # A metric that is always sent would cost always.
    assert {metric.name for metric in incident.telemetry.values if metric.namespace == "Bucketpress"} == set()


def test_messages_that_crash_a_function_are_failures_as_well(incident: Incident) -> None:
    for minute in (MINUTES - 12, MINUTES - 6, MINUTES - 1):
        incident.telemetry.aws(minute, "AWS/Lambda", "Errors", 1, FunctionName="RefreshFunction")

    assert incident.raised("FailuresAlarm")


@pytest.mark.parametrize(("function", "queue"), [("publish", "SourceQueue"), ("refresh", "PageQueue")])
def test_messages_whose_runs_crash_are_trouble_when_they_come_the_third_time(
    incident: Incident, function: str, queue: str
) -> None:
    apart = timedelta(seconds=of_type("AWS::SQS::Queue")[queue]["VisibilityTimeout"])
    first, reported = datetime.now(UTC) - 2 * apart, []
    for received in (1, 2, 3):
        event = sqs_event(["nonsense"])
        attributes = event["Records"][0]["attributes"]
        attributes["ApproximateReceiveCount"] = str(received)
        came_first = first if received == 3 else datetime.now(UTC) - (received - 1) * apart
        attributes["ApproximateFirstReceiveTimestamp"] = str(round(came_first.timestamp() * 1000))
        incident.run(MINUTES - 4 + received, function, event)
        reported.append(incident.raised("TroubleAlarm"))

    assert reported == [False, False, True]


def test_an_outage_that_passes_within_a_minute_is_no_trouble(incident: Incident) -> None:
    for received in (1, 2, 3, 4):
        event = sqs_event(["nonsense"])
        event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(received)
        incident.run(MINUTES - 1, "publish", event)

    assert not incident.raised("TroubleAlarm")


def test_a_search_that_crashes_is_trouble_as_well(incident: Incident) -> None:
    for key in incident.cloud.site():
        incident.cloud.s3.delete_object(Bucket=SITE_BUCKET, Key=key)
    incident.cloud.s3.delete_bucket(Bucket=SITE_BUCKET)

    incident.run(MINUTES - 1, "search", json.loads((EVENTS / "search-get.json").read_text()))

    assert incident.raised("TroubleAlarm")


def test_an_api_that_only_asks_for_patience_is_no_trouble(incident: Incident) -> None:
    index = bootstrap.publisher().index
    mark_recovering(index, recovering=True)

    incident.ask(MINUTES - 1)

    assert incident.raised("ApiErrorsAlarm") is False
    assert not incident.raised("TroubleAlarm")


@pytest.mark.parametrize("kind", Trouble)
def test_every_kind_of_trouble_raises_the_essential_alarm(incident: Incident, kind: Trouble) -> None:
    kinds: list[str] = []
    read = incident.output
    incident.output = lambda: noted(read(), kinds)

    TROUBLES[kind](incident)

    assert incident.raised("TroubleAlarm")
    assert kinds
    assert set(kinds) == {kind}


def noted(output: str, kinds: list[str]) -> str:
    """Note the kinds of trouble among the lines that a function printed."""
    lines = (json.loads(line) for line in output.splitlines() if line.startswith("{"))
    kinds += [line["trouble"] for line in lines if "trouble" in line]
    return output


def test_the_clock_alarm_is_over_with_the_first_ticks(incident: Incident) -> None:
    before = incident.raised("ClockAlarm", minute=0)

    incident.tick(1)

    assert before
    assert not incident.raised("ClockAlarm", minute=4)


@pytest.mark.parametrize("function", ["publish", "refresh"])
def test_a_failed_message_comes_back_in_seconds_not_after_the_visibility_timeout(cloud: Cloud, function: str) -> None:
    url = cloud.source_queue if function == "publish" else cloud.page_queue
    cloud.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "720"})
    cloud.sqs.send_message(QueueUrl=url, MessageBody="nonsense")
    (message,) = cloud.sqs.receive_message(QueueUrl=url)["Messages"]
    event = sqs_event([message["Body"]])
    event["Records"][0]["receiptHandle"] = message["ReceiptHandle"]

    answer = cloud.invoke(function, event)
    hidden = visible_in_seconds(url)

    assert len(answer["batchItemFailures"]) == 1
    assert 0 < hidden <= 5


def test_where_the_wait_cannot_be_set_the_failed_messages_are_reported_all_the_same(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    answer = cloud.invoke("publish", sqs_event(["nonsense"] * 12))

    assert len(answer["batchItemFailures"]) == 12
    assert [vars(each)["messages"] for each in caplog.records if each.message == "wait not set"] == [12]


def visible_in_seconds(url: str) -> float:
    """Return in how many seconds the one message of a queue can be received again."""
    (message,) = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].get_queue(url.rpartition("/")[2])._messages
    return float(message.visible_at) / 1000 - datetime.now(UTC).timestamp()
