"""Which former paths of a source are kept, and which other addresses lead to it."""

from dataclasses import replace

import pytest

from bucketpress.content.post import Post
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import RedirectPrefix, SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.records.record import Record
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.publish.live_paths import OTHER_ITEMS, TRANSACTION_ITEMS, aliases_of, live_paths
from bucketpress.site.impact import Shown, listings_of
from tests.support.world import DEFAULT_URL, markdown

SETTINGS = SiteSettings(url=DEFAULT_URL)
ALIASES = tuple(f"/alias-{number:03}/" for number in range(99))
NONE = Record(key="posts/a.md", kind=SourceKind.POST)


def _post(tags: int, aliases: str = "[]") -> Post:
    names = ", ".join(f"t{number}" for number in range(tags))
    post, _ = read_post(classify("posts/a.md"), markdown(tags=f"[{names}]", aliases=aliases), SETTINGS)
    assert post is not None
    return post


def _shown(post: Post) -> Record:
    return replace(NONE, shown=Shown(entry=post.entry, body_digest=""))


@pytest.mark.parametrize(("before", "after"), [(None, None), (None, 3), (3, None), (3, 9), (30, 30)])
def test_aliases_leave_room_for_the_rows_of_a_post_as_it_was_and_as_it_is(
    before: int | None, after: int | None
) -> None:
    old = NONE if before is None else _shown(_post(before))
    new = None if after is None else _post(after)
    rows = sum(len(listings_of(post.entry)) for post in (new, before is not None and _post(before)) if post)

    added = live_paths(old, new, "/now/", ALIASES)

    assert added == (*ALIASES[: TRANSACTION_ITEMS - OTHER_ITEMS - rows], "/now/")


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/new/a/", ("/old/a/",)),
        ("/new/", ("/old/",)),
        ("/newer/a/", ()),
        ("/a/new/", ()),
        (None, ()),
    ],
)
def test_what_is_below_a_folder_that_moved_is_led_to_from_its_former_place(
    path: str | None, leads: tuple[str, ...]
) -> None:
    moved = replace(SETTINGS, redirect_prefixes=(RedirectPrefix(former="/old/", current="/new/"),))
    stored = StoredSettings(settings=moved, revision=1, default_url=DEFAULT_URL)

    assert aliases_of(None, path, stored) == leads
    assert aliases_of(_post(0, "[/alias/]"), path, stored) == ("/alias/", *leads)
    assert aliases_of(None, path, None) == ()
