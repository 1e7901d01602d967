"""Front pages and feeds follow the texts of the posts they show, and are left alone by those they do not show."""

from tests.support.world import SITE_YAML, World, markdown

SHORT = SITE_YAML + b"feed_items: 1\nposts_per_page: 1\n"


def _site() -> World:
    world = World()
    world.upload("site.yaml", SHORT)
    world.upload("posts/a.md", markdown("A", "2010-03-01", "First of A.", tags="[x]"))
    world.upload("posts/b.md", markdown("B", "2010-03-02", "First of B.", tags="[x]"))
    world.settle()
    world.site.writes.clear()
    return world


def test_the_text_of_the_last_post_that_a_front_page_has_room_for_reaches_it() -> None:
    world = _site()

    world.upload("posts/b.md", markdown("B", "2010-03-02", "Second of B.", tags="[x]"))
    world.settle()

    assert "Second of B." in world.page("feed.xml")
    assert "Second of B." in world.page("tags/x/feed.xml")


def test_a_text_behind_a_front_page_leaves_it_alone_until_it_comes_forward() -> None:
    world = _site()
    heads = [world.index.section(name).revision for name in ("head:all", "head:tag:x")]

    world.upload("posts/a.md", markdown("A", "2010-03-01", "Second of A.", tags="[x]"))
    world.settle()
    left_alone = [world.index.section(name).revision for name in ("head:all", "head:tag:x")]
    world.delete("posts/b.md")
    world.settle()

    assert left_alone == heads
    assert "Second of A." in world.page("feed.xml")
    assert "Second of A." in world.page("tags/x/feed.xml")


def test_a_text_that_readers_see_nowhere_else_is_told_to_a_front_page_that_has_become_longer() -> None:
    world = _site()
    world.upload("posts/a.md", markdown("A", "2010-03-01", "Second of A.", tags="[x]"))
    world.content.upload("site.yaml", SITE_YAML)
    world.publisher.publish("site.yaml")

    world.settle()
    for _ in range(5):
        world.tick()

    assert "Second of A." in world.page("feed.xml")
