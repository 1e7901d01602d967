"""What an index that was lost takes over from the redirects of the site bucket, and what it leaves alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.memory_stores import MemorySiteStore
from bucketpress.content.post import State
from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.ports import RevisionConflictError, TransientError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.services.upkeep.former_addresses import ATTEMPTS, STEPS, is_known, path_of, take_over
from bucketpress.services.upkeep.recovery import mark_recovering
from bucketpress.services.upkeep.repairs import Repairs
from bucketpress.site.artifact import Artifact
from bucketpress.site.artifact_keys import artifact_key
from tests.support.values import entry, publication
from tests.support.world import SITE_YAML, World

LIVE = "/2010/03/a/"
KEY = "posts/a.md"


class ContestedIndex(MemoryPostIndex):
    """An index in which others were faster so many times."""

    def __init__(self, contested: int = 0) -> None:
        super().__init__()
        self.contested = contested
        self.tried = 0

    def commit(self, change: PublishTransaction) -> None:
        self._contest(change.record.key)
        super().commit(change)

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        self._contest(checkpoint.name)
        super().put_checkpoint(checkpoint)

    def _contest(self, name: str) -> None:
        self.tried += 1
        if self.contested:
            self.contested -= 1
            raise RevisionConflictError(name)


def with_post() -> ContestedIndex:
    index = ContestedIndex()
    index.commit(publication(entry(KEY)))
    index.tried = 0
    return index


def site_of(*redirects: tuple[str, str]) -> MemorySiteStore:
    site = MemorySiteStore()
    for path, target in redirects:
        leads = Artifact(key=artifact_key(path), data=b"", content_type="text/html", status=301, redirect_to=target)
        site.put(leads, expected=None)
    return site


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("2010/03/a/index.html", "/2010/03/a/"),
        ("one.html", "/one.html"),
        ("file.pdf", "/file.pdf"),
        ("2010/03/a/index.md", None),  # belongs to the page
        ("tags/x/index.html", None),
        ("feed.xml", None),
        ("folder/", None),
        ("", None),
    ],
)
def test_the_path_of_an_object_is_that_of_what_an_author_may_have_there(key: str, path: str | None) -> None:
    assert path_of(key) == path


@given(st.text(max_size=30))
def test_no_object_that_somebody_put_there_stops_a_recovery(key: str) -> None:
    path = path_of(key)

    assert path is None or artifact_key(path) == key


@pytest.mark.parametrize(
    ("standing", "was_live", "published_path", "known"),
    [
        (Standing.PUBLISHED, True, LIVE, True),
        (Standing.SHADOWED, False, None, False),
        (Standing.FORMER, True, None, True),
        (Standing.FORMER, True, LIVE, False),  # perhaps an alias: the redirect may lead to another
        (Standing.FORMER, False, None, False),
        (Standing.SHADOWED, True, None, True),
    ],
)
def test_a_path_is_known_that_is_published_or_that_only_removed_sources_had(
    standing: Standing, published_path: str | None, *, was_live: bool, known: bool
) -> None:
    index = MemoryPostIndex()
    change = publication(entry(KEY, path=LIVE))
    record = change.record if published_path else replace(change.record, state=State.REMOVED, shown=None)
    claim = Claim(path="/old/", key=KEY, standing=standing, was_live=was_live)
    index.commit(replace(change, record=record, claims_in=(claim,)))

    assert is_known(index, "/old/") == known


def test_a_path_that_one_of_several_former_owners_may_answer_for_is_not_known() -> None:
    index = with_post()
    other = publication(entry("posts/b.md"))
    index.commit(replace(other, record=replace(other.record, state=State.REMOVED, shown=None)))
    for key in (KEY, "posts/b.md"):
        index._claims.setdefault("/old/", {})[key] = Claim(
            path="/old/", key=key, standing=Standing.FORMER, was_live=True
        )

    assert not is_known(index, "/old/")
    assert not is_known(index, "/never/")


def test_a_post_takes_over_the_address_of_a_redirect_to_it() -> None:
    index, site = with_post(), site_of(("/old/", LIVE))

    assert take_over(index, site, "/old/") is True

    record = index.record(KEY)
    assert (record.live_paths, record.revision) == (("/old/", LIVE), 2)
    assert index.claims("/old/") == (Claim(path="/old/", key=KEY, standing=Standing.FORMER, was_live=True),)
    assert take_over(index, site, "/old/") is False
    assert index.record(KEY) == record


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/2010/03/a/",
        "//example.org/2010/03/a/",
        "2010/03/a/",
        "mailto:/2010/03/a/",
        "/elsewhere/",
        "/old/",
        "",
    ],
)
def test_a_redirect_that_leads_to_no_post_gives_it_no_address(target: str) -> None:
    index = with_post()

    assert take_over(index, site_of(("/old/", target)), "/old/") is False

    assert index.record(KEY).live_paths == (LIVE,)
    assert index.tried == 0


def test_a_path_without_a_redirect_is_taken_over_by_nobody() -> None:
    site = MemorySiteStore()
    site.put(Artifact(key="old/index.html", data=b"", content_type="text/html", status=410), expected=None)

    assert take_over(with_post(), site, "/old/") is False
    assert take_over(with_post(), MemorySiteStore(), "/old/") is False


@pytest.mark.parametrize(("steps", "taken"), [(1, True), (STEPS, True), (STEPS + 1, False)])
def test_redirects_are_followed_for_some_steps(steps: int, *, taken: bool) -> None:
    paths = [f"/step-{number}/" for number in range(steps)]
    site = site_of(*zip(paths, [*paths[1:], LIVE], strict=True))

    assert take_over(with_post(), site, paths[0]) is taken


def test_a_redirect_to_a_path_in_percent_signs_leads_to_the_post_there() -> None:
    index = ContestedIndex()
    index.commit(publication(entry(KEY, path="/päckchen/")))

    assert take_over(index, site_of(("/old/", "/p%C3%A4ckchen/index.html?x=1")), "/old/") is True


def test_a_redirect_to_a_post_that_is_published_no_more_gives_it_no_address() -> None:
    index = with_post()
    record = index.record(KEY)
    index.commit(PublishTransaction(record=replace(record, revision=2, state=State.REMOVED, shown=None)))

    assert take_over(index, site_of(("/old/", LIVE)), "/old/") is False
    assert index.record(KEY).live_paths == (LIVE,)


@pytest.mark.parametrize("contested", [1, ATTEMPTS - 1])
def test_an_address_is_taken_over_though_others_publish_its_post_in_between(contested: int) -> None:
    index = with_post()
    index.contested = contested

    assert take_over(index, site_of(("/old/", LIVE)), "/old/") is True

    assert index.record(KEY).live_paths == ("/old/", LIVE)


def test_where_others_publish_without_end_the_tick_fails_and_comes_again() -> None:
    index = with_post()
    index.contested = ATTEMPTS

    with pytest.raises(TransientError, match="/old/"):
        take_over(index, site_of(("/old/", LIVE)), "/old/")

    assert index.record(KEY).live_paths == (LIVE,)


def settings_in(contested: int = 0) -> ContestedIndex:
    world, index = World(), ContestedIndex()
    world.upload(SETTINGS_KEY, SITE_YAML)
    world.settle()
    stored = world.index.settings()
    index.commit(PublishTransaction(record=replace(world.record(SETTINGS_KEY), revision=1), settings=stored))
    index.contested, index.tried = contested, 0
    return index


@pytest.mark.parametrize("contested", [0, 1, ATTEMPTS - 1])
def test_a_site_is_held_and_let_go_with_its_settings_as_they_are(contested: int) -> None:
    index = settings_in(contested)
    before = index.settings()
    assert before is not None

    assert mark_recovering(index, recovering=False) is False
    assert index.tried == 0
    assert mark_recovering(index, recovering=True) is True
    assert index.settings() == replace(before, recovering=True)
    assert index.record(SETTINGS_KEY).revision == 2
    assert mark_recovering(index, recovering=True) is False
    assert mark_recovering(index, recovering=False) is True
    assert index.settings() == before


def test_an_index_without_settings_is_not_held() -> None:
    index = ContestedIndex()

    assert mark_recovering(index, recovering=True) is False

    assert index.record(SETTINGS_KEY) == Record(key=SETTINGS_KEY, kind=index.record(SETTINGS_KEY).kind)


def test_settings_that_keep_changing_let_whoever_holds_the_site_try_again() -> None:
    index = settings_in(ATTEMPTS)
    before = index.settings()

    with pytest.raises(TransientError):
        mark_recovering(index, recovering=True)

    assert index.settings() == before
    assert mark_recovering(index, recovering=True) is True


@pytest.mark.parametrize("contested", [1, ATTEMPTS - 1])
def test_an_audit_is_begun_though_others_move_its_checkpoint(contested: int) -> None:
    index = ContestedIndex(contested)

    assert Repairs(index=index).start_rebuild() is True

    assert index.checkpoint(CheckpointName.REBUILD).phase is Phase.SOURCES


def test_a_checkpoint_that_keeps_moving_says_whose_it_is() -> None:
    index = ContestedIndex(ATTEMPTS)

    with pytest.raises(TransientError, match="audit"):
        Repairs(index=index).start_audit()

    assert index.checkpoint(CheckpointName.AUDIT).revision == 0
