"""When a message has nothing new to say: a run began after it was sent, and nothing is in doubt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.records.section_record import SectionRecord
from bucketpress.services.refresh.refresh_request import CLOCK_MARGIN, RefreshRequest, is_kept, joined
from tests.support.world import SITE_YAML, World, markdown

NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BEGAN = SectionRecord(name="head:all", revision=1, generation="g", began=NOON)
LONG_BEFORE = RefreshRequest(sent_at=NOON - 60 * SECOND, first_delivery=True)


def kept(request: RefreshRequest, record: SectionRecord) -> bool:
    return is_kept(request, record, generation="g", margin=CLOCK_MARGIN)


def test_a_message_sent_long_before_the_last_run_began_has_nothing_new_to_say() -> None:
    assert kept(LONG_BEFORE, BEGAN)


@pytest.mark.parametrize(
    ("request_", "record"),
    [
        (replace(LONG_BEFORE, sent_at=NOON + SECOND), BEGAN),
        (replace(LONG_BEFORE, sent_at=NOON - CLOCK_MARGIN), BEGAN),
        (replace(LONG_BEFORE, first_delivery=False), BEGAN),
        (LONG_BEFORE, replace(BEGAN, outbox=frozenset({"directory:tags"}))),
        (LONG_BEFORE, replace(BEGAN, generation="another")),
        (LONG_BEFORE, replace(BEGAN, began=None)),
    ],
    ids=["sent later", "within the margin", "comes again", "full outbox", "another generation", "never refreshed"],
)
def test_a_message_counts_where_anything_is_in_doubt(request_: RefreshRequest, record: SectionRecord) -> None:
    assert not kept(request_, record)


REQUESTS = st.builds(
    RefreshRequest,
    sent_at=st.integers(-9, 9).map(lambda seconds: NOON + seconds * SECOND),
    first_delivery=st.booleans(),
)


@given(st.lists(REQUESTS, min_size=1, max_size=4))
def test_messages_joined_are_kept_only_where_each_of_them_is(requests: list[RefreshRequest]) -> None:
    assert kept(joined(requests), BEGAN) == all(kept(request, BEGAN) for request in requests)


def test_a_section_is_refreshed_for_the_messages_sent_since_its_last_run_only() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/a.md", markdown("A"))
    world.settle()

    early = RefreshRequest(sent_at=world.now - 60 * SECOND, first_delivery=True)
    late = replace(early, sent_at=world.now)

    assert [*world.refresher.begin({"head:all": early, "post:/2010/03/a/": late})] == ["post:/2010/03/a/"]


def test_a_run_is_known_by_its_beginning() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.settle()
    moments = iter([NOON, NOON + 5 * SECOND])

    replace(world.refresher, clock=lambda: next(moments)).refresh("head:all")

    record = world.index.section("head:all")
    assert record.began == NOON
    assert record.refreshed_at == NOON + 5 * SECOND
