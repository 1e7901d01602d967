"""`bucketpress status`, `audit` and `rebuild` at a terminal, over moto."""

import json
import re
from dataclasses import replace
from typing import Any

import boto3
import pytest

from bucketpress.records.checkpoint import CheckpointName, Phase
from tests.integration.conftest import get
from tests.support.aws import SITE_BUCKET, TABLE, client_of
from tests.support.events import EVENTS
from tests.support.terminal import Terminal
from tests.support.world import markdown

KEY = "posts/a-switch.md"


def purged() -> list[list[str]]:
    """Return the paths of every invalidation that was asked for."""
    client = client_of("cloudfront")
    (distribution,) = (each["Id"] for each in client.list_distributions()["DistributionList"]["Items"])
    listed = client.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", [])
    made = (client.get_invalidation(DistributionId=distribution, Id=each["Id"]) for each in listed)
    return [each["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] for each in made]


def test_the_receipt_of_a_source_is_printed_whole(terminal: Terminal) -> None:
    data = markdown("A switch", "2010-03-05 09:30", tags="[VoIP, News]", author="jane-do", expires="2090-01-01")
    terminal.cloud.upload(KEY, data)
    terminal.cloud.settle()

    result = terminal.run("status", KEY, "--stack", "blog")

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    warning = (
        'line 5, column 9: The author "jane-do" is not among the authors of site.yaml; the name is shown as written. '
        "Did you mean jane-doe?"
    )
    assert lines[:10] == [
        "posts/a-switch.md: published",
        "Published.",
        "  title     A switch",
        "  date      2010-03-05 09:30 UTC",
        "  expires   2090-01-01 00:00 UTC",
        "  path      /2010/03/a-switch/",
        "  address   https://blog.packnet.example/2010/03/a-switch/",
        "  tags      VoIP, News",
        "  authors   jane-do",
        f"  warning   {warning}",
    ]
    assert re.fullmatch(r"  event     \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", lines[10])
    assert re.fullmatch(r"Refreshed: \d\d artifacts rewritten in 14 sections, [\d.]+ s after the event, .*", lines[11])


def test_what_is_not_refreshed_yet_is_named(terminal: Terminal) -> None:
    terminal.cloud.upload(KEY, markdown("A switch"))
    terminal.cloud.deliver_sources()

    result = terminal.run("status", KEY, "--stack", "blog")

    assert "Waiting: 6 of 6 sections are still to be refreshed: post:/2010/03/a-switch/" in result.stdout


def test_an_invalid_new_version_is_told_with_its_place_and_its_fix(terminal: Terminal) -> None:
    terminal.cloud.upload(KEY, markdown("Good"))
    terminal.cloud.settle()
    terminal.cloud.upload(KEY, b"---\ntitle: Bad\ndate: 03/04/2010\n---\n")
    terminal.cloud.settle()

    text = terminal.run("status", KEY, "--stack", "blog").stdout
    document = json.loads(terminal.run("status", KEY, "--stack", "blog", "--json").stdout)

    assert "Published. The newest version cannot be used; the last good one stays." in text
    assert "  title     Good" in text
    assert "  error     line 3, column 7: " in text
    assert "Write 2010-03-04 or 2010-04-03." in text
    assert (document["state"], document["last_good"], document["title"]) == ("published", True, "Good")
    assert (document["problems"][0]["line"], document["problems"][0]["column"]) == (3, 7)
    assert document["url"] == "https://blog.packnet.example/2010/03/a-switch/"


def test_the_site_is_told_with_its_problems_first(terminal: Terminal) -> None:
    terminal.cloud.upload(KEY, markdown("A switch"))
    terminal.cloud.upload("posts/bad.md", b"---\ntitle: Bad\n---\n")
    terminal.cloud.settle()
    terminal.cloud.sqs.send_message(QueueUrl=terminal.cloud.source_queue, MessageBody='{"key": "posts/x.md"}')
    url = terminal.cloud.sqs.get_queue_url(QueueName="page-dead")["QueueUrl"]
    terminal.cloud.sqs.send_message(QueueUrl=url, MessageBody='{"section": "head:all"}')

    text = terminal.run("status", "--stack", "blog").stdout
    document = json.loads(terminal.run("status", "--stack", "blog", "--json").stdout)

    assert text.splitlines()[0] == "posts/bad.md: invalid"
    assert "        2  published" in text
    assert "        1  invalid" in text
    assert "        1  sources waiting" in text
    assert "        1  sections among the dead letters" in text
    assert "rebuild: none so far" in text
    assert "audit: none so far" in text
    assert document["sources"] == {"published": 2, "invalid": 1}
    assert document["problems"][0]["key"] == "posts/bad.md"
    assert document["queues"] == {"sources": 1, "sections": 0, "source_dead_letters": 0, "section_dead_letters": 1}


def test_pictures_that_failed_are_told_and_tried_again_where_variants_are_made(terminal: Terminal) -> None:
    url = terminal.cloud.sqs.get_queue_url(QueueName="variant-dead")["QueueUrl"]
    terminal.cloud.sqs.send_message(QueueUrl=url, MessageBody='{"section": "variants:posts/x/photo.jpg"}')

    text = terminal.run("status", "--stack", "pictures").stdout
    document = json.loads(terminal.run("status", "--stack", "pictures", "--json").stdout)
    redriven = terminal.run("redrive", "--stack", "pictures").stdout

    assert "        0  pictures waiting for smaller versions" in text
    assert "        1  pictures among the dead letters" in text
    assert (document["queues"]["pictures"], document["queues"]["picture_dead_letters"]) == (0, 1)
    assert "1 pictures sent again." in redriven


def test_a_key_that_is_not_known_is_answered_with_one_that_is(terminal: Terminal) -> None:
    terminal.cloud.upload(KEY, markdown("A switch"))
    terminal.cloud.settle()

    result = terminal.run("status", "posts/a-swich.md", "--stack", "blog")

    assert result.exit_code == 1
    assert "Nothing was ever uploaded as posts/a-swich.md." in result.stderr
    assert KEY in result.stderr
    assert result.stdout == ""


def test_a_stack_that_is_not_there_is_answered_with_those_that_are(terminal: Terminal) -> None:
    missing = terminal.run("status")
    no_bucketpress = terminal.run("audit", "--stack", "website")

    assert missing.exit_code == no_bucketpress.exit_code == 2
    assert "There is no Bucketpress stack named bucketpress in this account and region." in missing.stderr
    assert re.search("There is blog.*: name it with --stack", missing.stderr)
    assert "There is no Bucketpress stack named website" in no_bucketpress.stderr


def test_the_name_of_the_stack_is_taken_from_samconfig_in_this_folder(
    terminal: Terminal, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "samconfig.toml").write_text('[default.deploy.parameters]\nstack_name = "blog"\n')
    monkeypatch.chdir(tmp_path)

    result = terminal.run("status")

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found."),
        ({"AWS_DEFAULT_REGION": None}, "No AWS region is set."),
        ({"AWS_ENDPOINT_URL_CLOUDFORMATION": "http://127.0.0.1:9"}, "AWS cannot be reached."),
    ],
)
def test_what_keeps_the_command_from_aws_is_said_in_a_sentence(
    terminal: Terminal, variables: dict[str, str | None], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")

    result = terminal.run("status", "--stack", "blog")

    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDenied", "You may not do this: AWS refused DescribeStacks."),
        ("ExpiredToken", "Your AWS credentials are not valid, or not any more."),
        ("SomethingElse", "AWS answered SomethingElse to DescribeStacks."),
    ],
)
def test_a_refusal_of_aws_is_said_in_a_sentence(terminal: Terminal, code: str, message: str) -> None:
    result = terminal.run("status", "--stack", code)

    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_the_audit_starts_with_the_next_tick_and_is_told_of_afterwards(terminal: Terminal) -> None:
    result = terminal.run("audit", "--stack", "blog", "--detach")
    again = terminal.run("audit", "--stack", "blog", "--detach")
    asked = terminal.run("status", "--stack", "blog").stdout
    for _ in range(6):
        terminal.cloud.invoke("upkeep", json.loads((EVENTS / "upkeep-tick.json").read_text()))
        terminal.cloud.settle()
    done = terminal.run("status", "--stack", "blog").stdout

    assert result.exit_code == again.exit_code == 0, result.output
    assert "The audit begins with the next tick, within a minute." in result.stderr
    assert "audit: begins with the next tick, within a minute" in asked
    assert re.search(r"audit: done; the last began \d{4}-\d\d-\d\d [\d:]+ UTC, 0 sent again", done)


def test_a_piece_of_work_under_way_is_followed_to_its_end(terminal: Terminal) -> None:
    index = terminal.index()
    checkpoint = index.checkpoint(CheckpointName.AUDIT)
    index.put_checkpoint(replace(checkpoint, revision=checkpoint.revision + 1, phase=Phase.SITE))
    rebuild = index.checkpoint(CheckpointName.REBUILD)

    under_way = terminal.run("audit", "--stack", "blog", "--detach")
    index.put_checkpoint(replace(checkpoint, revision=checkpoint.revision + 2, phase=Phase.DONE))
    index.put_checkpoint(replace(rebuild, revision=rebuild.revision + 1, phase=Phase.SETTLING))
    other = terminal.run("rebuild", "--stack", "blog", "--detach")

    assert "An audit is under way already." in under_way.stderr
    assert "A rebuild is under way already." in other.stderr
    assert boto3.client("dynamodb").list_tables()["TableNames"] == [TABLE]


def test_a_rebuild_started_at_the_terminal_makes_what_is_missing_again(terminal: Terminal) -> None:
    terminal.cloud.upload(KEY, markdown("A switch"))
    terminal.cloud.settle()
    before = terminal.cloud.site()
    terminal.cloud.s3.delete_object(Bucket=SITE_BUCKET, Key="2010/03/a-switch/index.html")

    result = terminal.run("rebuild", "--stack", "blog", "--detach")
    for _ in range(6):
        terminal.cloud.invoke("upkeep", json.loads((EVENTS / "upkeep-tick.json").read_text()))
        terminal.cloud.settle()

    assert result.exit_code == 0, result.output
    assert terminal.index().checkpoint(CheckpointName.REBUILD).phase == Phase.DONE
    assert terminal.cloud.site() == before


def test_a_page_and_a_file_are_purged_and_waited_for(terminal: Terminal) -> None:
    result = terminal.run(
        "purge", "/2010/03/a/", "https://example.com/feed.xml", "/feed.xml", "--wait", "--stack", "blog"
    )

    assert result.exit_code == 0, result.output
    assert purged() == [["/2010/03/a/", "/2010/03/a/index.*", "/feed.xml"]]
    assert "CloudFront forgets /2010/03/a/, /2010/03/a/index.*, /feed.xml." in result.stdout
    assert "Forgotten everywhere." in result.stderr


def test_everything_is_purged_by_one_path(terminal: Terminal) -> None:
    assert terminal.run("purge", "--all", "--stack", "blog").exit_code == 0
    assert purged() == [["/*"]]


@pytest.mark.parametrize("arguments", [(), ("/x/", "--all"), ("/a*b",)])
def test_nothing_is_purged_when_it_is_not_clear_what(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    result = terminal.run("purge", *arguments, "--stack", "blog")

    assert result.exit_code == 2
    assert result.stderr
    assert purged() == []


def test_a_recovery_started_at_the_terminal_holds_the_api_until_the_index_is_complete(terminal: Terminal) -> None:
    terminal.cloud.upload(KEY, markdown("A switch"))
    terminal.cloud.settle()
    before = terminal.cloud.site()

    result = terminal.run("recover", "--stack", "blog", "--detach")
    again = terminal.run("recover", "--stack", "blog", "--detach")
    meanwhile, problem = get(terminal.cloud, "/v1/posts")
    for _ in range(6):
        terminal.cloud.invoke("upkeep", json.loads((EVENTS / "upkeep-tick.json").read_text()))
        terminal.cloud.settle()

    assert result.exit_code == 0, result.output
    assert "The recovery begins with the next tick, within a minute." in result.stderr
    assert "A recovery is under way already." in again.stderr
    assert (meanwhile, problem["detail"]) == (503, "The index is being recovered.")
    assert get(terminal.cloud, "/v1/posts")[0] == 200
    assert re.search(r"recovery: done; the last began ", terminal.run("status", "--stack", "blog").stdout)
    assert terminal.cloud.site() == before


def test_a_restored_table_is_told_of_the_site_before_any_stack_uses_it(terminal: Terminal) -> None:
    result = terminal.run("recover", "--table", TABLE)
    stored = terminal.index().settings()

    assert result.exit_code == 0, result.output
    assert f"The recovery of {TABLE} begins with the first tick of the stack that uses it." in result.stderr
    assert stored is not None
    assert stored.recovering
