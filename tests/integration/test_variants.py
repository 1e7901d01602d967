"""Pictures get smaller versions in a function and a queue of their own; pages are live before."""

import pytest

from bucketpress import bootstrap
from bucketpress.services.queries.status import Status
from bucketpress.site.impact import ShownAsset
from tests.integration.conftest import (
    ENCODER,
    Cloud,
    LambdaContext,
    handler_of,
    sqs_event,
    take_messages,
    waiting_messages,
)
from tests.support.photographs import encoded, exif, hostile_pictures, opened, pixels
from tests.support.world import SITE_YAML, markdown

PAGE = "2010/03/x/index.html"
FOLDER = "_bucketpress/variants/_bucketpress/media/posts/x/p.jpg/"


@pytest.fixture
def published(cloud: Cloud) -> Cloud:
    """Upload a post with a picture, and deliver everything but the picture's own message."""
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/x/index.md", markdown(text="![A bridge](p.jpg)"))
    cloud.upload("posts/x/p.jpg", encoded("JPEG", pixels(700, 350), exif=exif()))
    while sources := take_messages(cloud.source_queue):
        cloud.invoke("publish", sqs_event(sources))
    cloud.invoke("refresh", sqs_event(take_messages(cloud.page_queue)))
    return cloud


def test_the_text_is_live_first_and_the_smaller_versions_follow(published: Cloud) -> None:
    before = published.site()[PAGE].decode()

    published.settle()

    after = published.site()
    assert 'src="/_bucketpress/media/posts/x/p.jpg"' in before
    assert "srcset" not in before
    assert f'srcset="/{FOLDER}' in after[PAGE].decode()
    made = sorted(opened(data).width for key, data in after.items() if key.startswith(FOLDER))
    assert made == [480, 700]
    assert not [key for key, data in after.items() if b"SECRET" in data]


def test_messages_of_pictures_that_come_twice_or_late_do_no_harm(published: Cloud) -> None:
    late = take_messages(published.variant_queue)
    published.upload("posts/x/index.md", markdown(draft="true"))
    published.settle()

    for body in (*late, *late, '{"section": "nonsense"}'):
        published.sqs.send_message(QueueUrl=published.variant_queue, MessageBody=body)
    published.encode(failing=1)

    live, others = published.answers()
    assert not [key for key in live if key.startswith("_bucketpress/variants/")]
    assert {status for key, status in others.items() if key.startswith("_bucketpress/variants/")} <= {410}


def test_upkeep_starts_the_encoding_where_pictures_wait_also_when_it_sends_texts_itself(published: Cloud) -> None:
    published.invoke("upkeep", {})

    assert published.starts == [ENCODER]
    assert take_messages(published.page_queue), "the tick has sent no section, as on a large site each does"


def test_pictures_wait_while_texts_do(published: Cloud) -> None:
    published.upload("posts/y.md", markdown("Another"))
    published.invoke("upkeep", {})
    published.deliver_sources()
    published.invoke("upkeep", {})

    assert published.starts == []


def test_nothing_is_started_where_no_picture_waits(published: Cloud) -> None:
    published.settle()
    published.invoke("upkeep", {})

    assert published.starts == []


def test_no_picture_is_begun_that_may_not_be_done_in_time(published: Cloud) -> None:
    waiting = waiting_messages(published.variant_queue)
    handler = published.handlers.setdefault("variants", handler_of("variants"))

    handler({}, LambdaContext(milliseconds_left=70_000))

    assert waiting_messages(published.variant_queue) == waiting > 0


@pytest.mark.slow
def test_more_than_fifty_hostile_pictures_are_survived_and_nothing_waits_for_them(cloud: Cloud) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    hostile = dict(hostile_pictures(pixels(640, 320)))
    keys = {name: f"posts/x/{number:02d}.{name.partition(' ')[0].lower()}" for number, name in enumerate(hostile)}
    for name, key in keys.items():
        cloud.upload(key, hostile[name])
    cloud.upload("posts/x/p.jpg", encoded("JPEG", pixels(700, 350)))
    shown = "\n".join(f"![Picture]({key.rpartition('/')[2]})" for key in (*keys.values(), "p.jpg"))
    cloud.upload("posts/x/index.md", markdown(text=shown))

    cloud.settle()  # which allows no message to fail

    status = Status(index=bootstrap.publisher().index, content=bootstrap.publisher().content, depths={})
    records = {name: status.of_source(key).record for name, key in keys.items()}
    lacking = {
        name
        for name, record in records.items()
        if isinstance(record.shown, ShownAsset) and record.shown.variants and not record.variants
    }
    silent = {name for name in lacking if (receipt := records[name].receipt) and not receipt.problems}
    assert len(hostile) > 50
    assert f'srcset="/{FOLDER}' in cloud.site()[PAGE].decode()
    assert len(lacking) > 10
    assert not silent, "whoever gets no smaller versions is told why"


def test_what_was_made_is_withdrawn_with_its_post(published: Cloud) -> None:
    published.settle()
    published.upload("posts/x/index.md", markdown(draft="true"))
    published.settle()

    live, others = published.answers()
    assert [others[key] for key in sorted(others) if key.startswith(FOLDER)] == [410, 410]
    assert not [key for key in live if key.startswith(FOLDER)]
