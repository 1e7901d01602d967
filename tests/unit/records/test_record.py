"""What records say of themselves: an outbox, a section, a long piece of work, a change, a version."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from bucketpress.cache_lifetimes import CHANGING
from bucketpress.content.pictures import stripper, variants
from bucketpress.content.pictures.variants import VariantShape
from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.dependency import BundlePost, LinkTarget, MissingPicture, Picture, Presence, leads_nowhere
from bucketpress.records.post_change import ChangeKind, PostChange, change_position
from bucketpress.records.record import Outbox, Record
from bucketpress.records.section_record import SectionRecord, parts_to_refresh, source_to_publish
from bucketpress.records.site_object import AssetCopy, copied, stored_artifact, stored_copy
from bucketpress.records.source_version import SourceVersion
from bucketpress.site.artifact import Artifact
from bucketpress.site.impact import Shown, ShownAsset, Spot
from bucketpress.site.search.cells import SearchSpot
from tests.support.pictures import png
from tests.support.values import entry

NOON = datetime(2011, 1, 10, 12, tzinfo=UTC)
VERSION = SourceVersion(key="static/p.png", version="v1", etag="e1")
WEBP = VariantShape(width=3, height=2)


def samples(name: str) -> dict[str, Any]:
    """Return a value for every field of an outbox."""
    named = frozenset({name})
    return {
        "sections": named,
        "spots": frozenset({Spot(month=name, position=name)}),
        "paths": named,
        "dependents": True,
        "files": True,
        "shown_files": named,
        "names": named,
        "listings": named,
        "search": frozenset({SearchSpot(position=name)}),
        "rows": named,
    }


FIELDS = [field.name for field in fields(Outbox)]


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_is_left_to_send_makes_an_outbox_full(field: str) -> None:
    assert not Outbox()
    assert Outbox(**{field: samples("a")[field]})


@pytest.mark.parametrize("field", FIELDS)
def test_what_either_of_two_outboxes_has_to_send_both_together_have(field: str) -> None:
    one, other = samples("a")[field], samples("b")[field]
    alone, empty = Outbox(**{field: one}), Outbox()

    assert Outbox(**{field: one}) | Outbox(**{field: other}) == Outbox(**{field: one | other})
    assert (alone | empty, empty | alone, empty | empty) == (alone, alone, empty)


def test_a_record_says_where_readers_find_a_source_and_only_while_they_do() -> None:
    shown = Shown(entry=entry(), body_digest="1")
    post = Record(key="posts/a.md", kind=SourceKind.POST, path="/2010/03/a/", state=State.PUBLISHED, shown=shown)
    asset = ShownAsset(path="/p.png", etag="e1")

    assert (post.published_path, post.shown_post) == ("/2010/03/a/", shown)
    assert replace(post, state=State.SHADOWED).published_path is None
    assert replace(post, shown=asset).shown_post is None


@pytest.mark.parametrize("phase", Phase)
def test_work_is_under_way_from_its_first_step_until_it_is_done(phase: Phase) -> None:
    checkpoint = Checkpoint(name=CheckpointName.REBUILD, phase=phase, generation="3/s")

    assert checkpoint.is_under_way is (phase not in (Phase.NOT_BEGUN, Phase.DONE))
    assert checkpoint.has_reached("3/s") is (phase in (Phase.LAST, Phase.DONE))
    assert checkpoint.has_made_pages is (phase in (Phase.NOT_BEGUN, Phase.LAST, Phase.DONE))
    assert not checkpoint.has_reached("4/s")


@pytest.mark.parametrize(
    ("began", "finished", "age"),
    [
        (None, None, timedelta()),
        (NOON - timedelta(hours=3), None, timedelta(hours=3)),
        (NOON - timedelta(hours=1), NOON - timedelta(hours=2), timedelta(hours=2)),
    ],
)
def test_the_age_of_an_audit_counts_from_its_last_end_or_else_from_its_first_beginning(
    began: datetime | None, finished: datetime | None, age: timedelta
) -> None:
    checkpoint = Checkpoint(name=CheckpointName.AUDIT, began=began, finished=finished)

    assert checkpoint.age(NOON) == age


def test_the_outbox_of_a_section_holds_sections_sources_and_spans_of_parts_apart() -> None:
    waiting = {"head:all", source_to_publish("posts/a.md"), parts_to_refresh("2010", "2011")}
    section = SectionRecord(name="period:all:2010", outbox=frozenset(waiting), refreshed=(NOON, NOON + timedelta(1)))

    assert section.waiting_sections == {"head:all"}
    assert section.waiting_sources == {"posts/a.md"}
    assert section.waiting_parts == {("2010", "2011")}
    assert section.refreshed_at == NOON + timedelta(1)
    assert SectionRecord(name="head:all").refreshed_at is None


def test_a_change_is_found_at_the_place_it_was_stored_at() -> None:
    at = datetime(2011, 1, 10, 13, tzinfo=timezone(timedelta(hours=1)))
    change = PostChange(
        key="posts/a.md", kind=ChangeKind.UPDATED, at=at, revision=1, id="urn:a", slug="a", path="/2010/03/a/"
    )

    assert change.position == change_position("posts/a.md", NOON) == "2011-01-10T12:00:00.000000Z#44c4138db4a5407c"
    assert change.position < change_position("posts/0.md", NOON + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("dependency", "nowhere"),
    [
        (None, True),
        (LinkTarget(path=None), True),
        (LinkTarget(path="/b/"), False),
        (Picture(size=None), False),
        (MissingPicture(), True),
        (BundlePost(presence=Presence.PUBLIC), True),
    ],
)
def test_a_link_leads_somewhere_while_readers_find_something_there(dependency: Any, *, nowhere: bool) -> None:
    assert leads_nowhere(dependency) is nowhere


def test_a_store_knows_all_of_an_artifact_but_its_bytes() -> None:
    artifact = Artifact(
        key="old/index.html",
        data=b"moved",
        content_type="text/html",
        cache_control="max-age=1",
        redirect_to="/new/",
        status=301,
    )

    stored = stored_artifact(artifact)

    assert (stored.key, stored.etag, stored.content_type) == (artifact.key, artifact.etag, "text/html")
    assert (stored.cache_control, stored.redirect_to, stored.status) == ("max-age=1", "/new/", 301)
    assert stored.source_etag is None


@pytest.mark.parametrize(
    ("changes", "made_from"),
    [
        ({}, "e1"),
        ({"stripped": True}, f"e1+stripped-{stripper.VERSION}"),
        ({"shape": WEBP}, f"e1+variant-{variants.VERSION}"),
        ({"shape": WEBP, "stripped": True}, f"e1+variant-{variants.VERSION}"),
    ],
)
def test_a_store_knows_from_what_and_by_what_a_copy_was_made(changes: dict[str, Any], made_from: str) -> None:
    copy = AssetCopy(key="p.png", source=VERSION, content_type="image/png", **changes)

    stored = stored_copy(copy, "e9")

    assert (stored.key, stored.etag, stored.content_type) == ("p.png", "e9", "image/png")
    assert (stored.cache_control, stored.source_etag) == (CHANGING, made_from)


def test_a_copy_holds_the_bytes_the_stripped_picture_or_the_version_in_a_shape() -> None:
    copy = AssetCopy(key="p.png", source=VERSION, content_type="image/png")
    data = png(3, 2)

    plain, nothing = copied(copy, data + b"x", None)
    stripped, found = copied(replace(copy, stripped=True), data, None)
    encoded, none = copied(replace(copy, shape=WEBP), data, lambda given, shape: given[:1] + bytes([shape.width]))

    assert (plain, nothing) == (data + b"x", None)
    assert stripped == stripper.stripped_picture(data).data
    assert found is not None
    assert found.etag == "e1"
    assert (encoded, none) == (data[:1] + b"\x03", None)
    with pytest.raises(ValueError, match="encoded elsewhere"):
        copied(replace(copy, shape=WEBP), data, None)
