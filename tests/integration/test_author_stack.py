"""The commands of authors before a stack: found by its outputs, followed to the receipts, restored with its site."""

import io
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bucketpress import bootstrap
from bucketpress_cli.transfer.push.receipt_watch import PATIENCE_SECONDS, follow_receipts, refused_keys
from tests.integration.conftest import Cloud, s3_event_body, take_messages
from tests.support.aws import CONTENT_BUCKET
from tests.support.desk import write
from tests.support.terminal import Terminal
from tests.support.world import SITE_YAML, markdown


def announce(cloud: Cloud, *keys: str) -> None:
    """Send the events that S3 would have sent."""
    for key in keys:
        cloud.sqs.send_message(QueueUrl=cloud.source_queue, MessageBody=s3_event_body(key))


def test_a_push_finds_the_bucket_by_the_stacks_outputs(terminal: Terminal, tmp_path: Path) -> None:
    write(tmp_path, {"site.yaml": SITE_YAML, "posts/a.md": markdown("A")})

    result = terminal.run("push", str(tmp_path), "--stack", "blog")

    assert result.exit_code == 0, result.output
    assert terminal.cloud.s3.get_object(Bucket=CONTENT_BUCKET, Key="posts/a.md")["Body"].read() == markdown("A")


def test_an_upload_is_followed_to_its_address_and_its_time(terminal: Terminal) -> None:
    cloud, out = terminal.cloud, io.StringIO()
    sent = {}
    for key, data in {"posts/a.md": markdown("A"), "posts/b.md": markdown("B", "03/04/2010")}.items():
        answer = cloud.s3.put_object(Bucket=CONTENT_BUCKET, Key=key, Body=data)
        sent[key] = answer["ETag"].strip('"')
    left: list[int] = []

    def pause() -> None:
        announce(cloud, *sent)
        cloud.settle()

    console = Console(file=out, width=200)
    receipts: list[Any] = []
    waiting = follow_receipts(
        bootstrap.status("blog"), sent, console, pause=pause, clock=lambda: 0.0, told=left.append, receipts=receipts
    )

    assert (waiting, left, refused_keys(receipts)) == ([], [2, 0], ["posts/b.md"])
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("published   posts/a.md  ")
    assert lines[0].endswith(" s  https://blog.packnet.example/2010/03/a/")
    assert lines[1].startswith("invalid     posts/b.md")
    assert "line 3, column 7" in lines[2]


def test_following_ends_when_nothing_has_moved_for_minutes(terminal: Terminal) -> None:
    del terminal
    moments = iter((0.0, 1.0, PATIENCE_SECONDS + 1))

    waiting = follow_receipts(
        bootstrap.status("blog"),
        {"posts/a.md": "x"},
        Console(file=io.StringIO()),
        pause=lambda: None,
        clock=lambda: next(moments),
        told=lambda _left: None,
        receipts=[],
    )

    assert waiting == ["posts/a.md"]


@pytest.mark.slow
def test_the_site_becomes_what_it_was_when_everything_is_restored(terminal: Terminal) -> None:
    cloud = terminal.cloud
    for key, data in {"posts/a.md": markdown("A"), "posts/b.md": markdown("B", tags="[x]")}.items():
        cloud.upload(key, data)
    cloud.settle()
    before, _ = cloud.answers()
    time.sleep(1.1)  # S3 tells seconds
    moment = datetime.now(UTC).isoformat()
    time.sleep(1.1)
    cloud.upload("posts/a.md", markdown("A", slug="z", text="Other."))
    cloud.upload("posts/c.md", markdown("C", tags="[x, y]"))
    cloud.upload("site.yaml", SITE_YAML + b"description: Spoilt.\n")
    cloud.delete("posts/b.md")
    cloud.settle()

    result = terminal.run("restore", "--all", "--at", moment, "--yes", "--stack", "blog")
    announce(cloud, "site.yaml", "posts/a.md", "posts/b.md", "posts/c.md")
    cloud.settle()
    terminal.run("rebuild", "--detach", "--stack", "blog")
    for _ in range(4):
        cloud.invoke("upkeep", json.loads((Path(__file__).parents[2] / "events" / "upkeep-tick.json").read_text()))
        cloud.settle()
    after, _ = cloud.answers()

    assert result.exit_code == 0, result.output
    assert after == before


def test_a_page_is_opened_by_its_key(terminal: Terminal) -> None:
    terminal.cloud.upload("posts/a.md", markdown("A"))
    terminal.cloud.upload("drafts/b.md", markdown("B"))
    terminal.cloud.settle()

    site = terminal.run("open", "--print", "--stack", "blog")
    page = terminal.run("open", "posts/a.md", "--print", "--stack", "blog")
    draft = terminal.run("open", "drafts/b.md", "--print", "--stack", "blog")
    never = terminal.run("open", "posts/z.md", "--print", "--stack", "blog")

    assert site.stdout == "https://example.com\n"
    assert page.stdout == "https://blog.packnet.example/2010/03/a/\n"
    assert (draft.exit_code, never.exit_code) == (2, 2)
    assert "it is draft" in draft.stderr


def test_a_stack_that_is_not_there_is_told_of_also_where_its_log_is_asked_for(terminal: Terminal) -> None:
    result = terminal.run("log", "posts/a.md", "--stack", "blgo")

    assert result.exit_code == 2
    assert "There is no Bucketpress stack named blgo" in result.stderr
    assert result.stderr.splitlines()[-1].endswith("--stack blog")


def test_what_has_failed_is_sent_again(terminal: Terminal) -> None:
    sqs = terminal.cloud.sqs
    failed = sqs.get_queue_url(QueueName="source-dead")["QueueUrl"]
    for number in range(12):
        sqs.send_message(QueueUrl=failed, MessageBody=s3_event_body(f"posts/{number}.md"))

    counted = terminal.run("redrive", "--dry-run", "--stack", "blog")
    told = terminal.run("redrive", "--dry-run", "--json", "--stack", "blog")
    result = terminal.run("redrive", "--stack", "blog")

    assert "12 sources have failed." in counted.stdout
    assert json.loads(told.stdout) == {"failed": {"sources": 12, "sections": 0}}
    assert result.stdout == "12 sources sent again.\n0 sections sent again.\n"
    assert len(take_messages(terminal.cloud.source_queue)) == 12
    assert take_messages(failed) == []
