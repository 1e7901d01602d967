"""Publishing one more post to a small and to a large site: index requests and artifacts must not grow.

The small site's listings are not full yet, so its heads and feeds hold fewer posts and take less time to render; past
the point where they are full, time does not grow either.
"""

import time
from collections import Counter
from datetime import date, timedelta
from typing import Any

from tests.support.world import SITE_YAML, World, markdown

SMALL, LARGE, ROUNDS = 100, 10_000, 5


class Counting:
    """A port that counts the calls made to it."""

    def __init__(self, port: object, calls: Counter[str]) -> None:
        """Count the calls to `port` in `calls`."""
        self._port, self._calls = port, calls

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands for any port
        """Count a call, then make it."""
        self._calls[name] += 1
        return getattr(self._port, name)


def _site(posts: int) -> World:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for number in range(posts):
        day = date(1980, 1, 1) + timedelta(days=number)
        world.upload(f"posts/p{number}.md", markdown(f"Post {number}", day.isoformat(), tags=f"[t{number % 50}]"))
    while (key := world.sources.take()) is not None:
        world.publisher.publish(key)
    world.settle()
    return world


def _publish_one_more(world: World, name: str) -> tuple[int, int, float]:
    calls: Counter[str] = Counter()
    for service in (world.publisher, world.refresher):
        object.__setattr__(service, "index", Counting(world.index, calls))
    world.site.writes.clear()
    begun = time.process_time()
    world.upload(f"posts/{name}.md", markdown(name, "1980-02-15", tags="[t1, t2, t3]"))
    world.settle()
    return sum(calls.values()), len(set(world.site.writes)), time.process_time() - begun


def main() -> None:
    """Print the figures of both sites and their ratios."""
    small, large = _site(SMALL), _site(LARGE)
    figures = [
        (_publish_one_more(small, f"new{number}"), _publish_one_more(large, f"new{number}")) for number in range(ROUNDS)
    ]
    for what, place in (("index requests", 0), ("artifacts written", 1), ("CPU seconds", 2)):
        few, many = min(pair[0][place] for pair in figures), min(pair[1][place] for pair in figures)
        print(f"{what}: {few:.4g} at {SMALL} posts, {many:.4g} at {LARGE:,} posts, ratio {many / few:.2f}")


if __name__ == "__main__":
    main()
