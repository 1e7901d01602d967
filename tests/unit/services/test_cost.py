"""What one publication costs must not grow with the site."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from bucketpress.services.publish.live_paths import FORMER_PATHS_KEPT, TRANSACTION_ITEMS
from tests.support.world import SITE_YAML, World, markdown

if TYPE_CHECKING:
    from bucketpress.records.publish_transaction import PublishTransaction

POSTS = 2000


@pytest.mark.slow
def test_one_more_post_among_two_thousand_touches_fewer_than_sixty_artifacts() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for number in range(POSTS):
        day = date(2005, 1, 1) + timedelta(days=number)
        world.upload(
            f"posts/p{number}.md",
            markdown(f"Post {number}", day.isoformat(), tags=f"[t{number % 7}, t{number % 11}]", author="jane-doe"),
        )
    while (key := world.sources.take()) is not None:
        world.publisher.publish(key)
    world.settle()
    world.site.writes.clear()

    world.upload("posts/new.md", markdown("New", "2008-06-15", tags="[t1, t2, t3]", author="jane-doe"))
    world.settle()

    assert 0 < len(set(world.site.writes)) < 60


@pytest.mark.slow
def test_the_largest_change_of_a_post_fits_into_one_transaction() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/a.md", _crowded("a", "2010-03-01", expires="2030-01-01"))
    world.settle()
    changes: list[PublishTransaction] = []
    commit = world.index.commit
    world.index.commit = lambda change: (changes.append(change), commit(change))[1]  # type: ignore[method-assign]

    aliases = ", ".join(f"/old-{number}/" for number in range(20))
    world.upload("posts/a.md", _crowded("b", "2011-01-01", expires="2031-01-01", aliases=f"[{aliases}]", id="b"))
    world.settle()

    largest = max(changes, key=lambda change: len(change.rows_in))
    rows = len(largest.rows_in) + len(largest.rows_out)
    claims = len(largest.claims_in) + len(largest.claims_out)
    bodies, record, due = 2, 1, (largest.due_in is not None) + (largest.due_out is not None)
    changes = (largest.change_in is not None) + (largest.change_out is not None) + len(largest.names_in)
    assert rows == 2 * (30 + 10 + 3)  # tags, authors, and the listings of all posts, of the slug and of search
    assert (due, changes) == (2, 4)
    assert rows + claims + bodies + record + due + changes == TRANSACTION_ITEMS
    assert {f"/old-{number}/" for number in range(20)} < set(world.record("posts/a.md").live_paths)


@pytest.mark.slow
def test_former_paths_beyond_those_kept_are_dropped_as_far_as_a_transaction_has_room() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for begin in range(0, 60, 5):
        aliases = ", ".join(f"/old-{number}/" for number in range(begin, begin + 5))
        world.upload("posts/a.md", _crowded("a", f"2010-03-{begin // 5 + 1:02d}", aliases=f"[{aliases}]"))
        world.settle()
    crowded = len(world.record("posts/a.md").live_paths)

    world.upload("posts/a.md", markdown("No longer crowded", "2010-04-01"))
    world.settle()
    world.upload("posts/a.md", markdown("Still less so", "2010-04-01"))
    world.settle()

    assert crowded > FORMER_PATHS_KEPT + 1
    assert len(world.record("posts/a.md").live_paths) == FORMER_PATHS_KEPT + 1


def _crowded(name: str, date: str, **front_matter: str) -> bytes:
    tags = ", ".join(f"{name}-tag-{number}" for number in range(30))
    authors = ", ".join(f"{name} author {number}" for number in range(10))
    return markdown("Crowded", date, tags=f"[{tags}]", authors=f"[{authors}]", slug=name, **front_matter)
