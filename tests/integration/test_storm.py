"""Two hundred uploads with their events doubled, dropped and out of order, then one audit, on moto."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bucketpress import bootstrap
from bucketpress.records.checkpoint import CheckpointName, Phase
from tests.integration.conftest import Cloud, s3_event_body, take_messages
from tests.support.aws import CONTENT_BUCKET
from tests.support.events import sqs_event
from tests.support.quick_table import make_quick
from tests.support.world import SITE_YAML, markdown

POSTS = 200
SEED = 20101
TICKS = 30
SOURCE_BATCH, PAGE_BATCH = 10, 100  # as in template.yaml


def test_two_hundred_posts_with_events_doubled_and_dropped_become_the_clean_build(cloud: Cloud, tmp_path: Path) -> None:
    make_quick()
    chance = random.Random(SEED)
    keys = [f"posts/{number:03d}.md" for number in range(POSTS)]
    content = {"site.yaml": SITE_YAML, **{key: post(number) for number, key in enumerate(keys)}}
    for key in chance.sample(list(content), len(content)):
        cloud.s3.put_object(Bucket=CONTENT_BUCKET, Key=key, Body=content[key])
    told = chance.sample(keys, POSTS - POSTS // 3)
    events = [s3_event_body(key) for key in told * 2]
    chance.shuffle(events)

    deliver(cloud, events, chance)
    before = len([key for key in cloud.answers()[0] if key.startswith("2010/") and key.endswith(".md")])
    ticks = audit(cloud, chance)

    assert before == len(told)
    assert ticks < TICKS, "the audit never ends"
    wanted, site, (live, _) = built(content, tmp_path), cloud.site(), cloud.answers()
    assert live.keys() <= wanted.keys()
    assert {key: site.get(key) for key in wanted} == wanted


def post(number: int) -> bytes:
    """Write a post that shares its month, its tag and its author with others, and links to the one before."""
    link = f"See [before]({number - 1:03d}.md)." if number % 10 == 9 else "Text."
    date = f"2010-{number % 4 + 1:02d}-{number // 8 + 1:02d}"
    return markdown(f"Post {number}", date, link, tags=f"[t{number % 5}]", author="jane-doe")


def deliver(cloud: Cloud, events: list[str], chance: random.Random) -> None:
    """Hand all messages over in batches, each kind in random order, pages in between as they come."""
    sources, pages = list(events), [*take_messages(cloud.page_queue)]
    sources += take_messages(cloud.source_queue)
    while sources or pages:
        publishes = sources and (not pages or chance.random() < 0.8)
        waiting, size = (sources, SOURCE_BATCH) if publishes else (pages, PAGE_BATCH)
        batch = [waiting.pop(chance.randrange(len(waiting))) for _ in range(min(size, len(waiting)))]
        answer = cloud.invoke("publish" if publishes else "refresh", sqs_event(batch))
        assert answer == {"batchItemFailures": []}
        sources += take_messages(cloud.source_queue)
        pages += take_messages(cloud.page_queue)


def audit(cloud: Cloud, chance: random.Random) -> int:
    """Let minutes pass until an audit has gone through everything; give how many it took."""
    moment = datetime.now(UTC)
    for minutes in range(1, TICKS):
        moment += timedelta(minutes=1)
        upkeep = replace(bootstrap.upkeep(), clock=lambda moment=moment: moment)
        upkeep.tick()
        deliver(cloud, [], chance)
        if upkeep.index.checkpoint(CheckpointName.AUDIT).phase == Phase.DONE:
            return minutes
    return TICKS


def built(content: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Give what `bucketpress build` makes of the same content in a folder."""
    for key, data in content.items():
        (folder / "content" / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / key).write_bytes(data)
    out = folder / "out"
    bootstrap.build(folder / "content", out, default_url="https://example.com").run()
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
