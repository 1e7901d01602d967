"""What one publication costs must not grow with the site."""

from datetime import date, timedelta

from tests.support.world import SITE_YAML, World, markdown

POSTS = 2000


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
