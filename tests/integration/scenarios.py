"""What authors do: histories whose last step meets every fault there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bucketpress.handlers.refresh_handler import sections_of
from tests.integration.deliveries import Delivery
from tests.support.world import SITE_YAML, markdown

GONE = 410
DELETED, NEWEST_VERSION_DELETED = None, ()
Step = Mapping[str, bytes | tuple[()] | None]

BASE: Step = {
    "site.yaml": SITE_YAML,
    "posts/a.md": markdown("Anna", "2010-03-01", tags="[x]", text="See [b](b.md) and [c](c.md)."),
    "posts/b.md": markdown("Bert", "2010-03-09", tags="[x, y]", author="jane-doe"),
    "posts/secret.md": markdown("Unspeakable", "2010-03-04", tags="[x]", draft="true"),
}
C = {"title": "Carl", "date": "2010-03-05", "tags": "[x]", "text": "After [a](a.md)."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Steps of uploads and deletions; the site is at rest between them.

    `hidden` names for a word the source without whose publication no page may hold it. `answers` says of paths what
    readers get at the end: a place to go to, 410, or 200. `sections` names by their beginning the sections whose
    refresh meets the faults too. `ticks` is how often the clock strikes after the last step.
    """

    steps: Sequence[Step]
    hidden: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str | int] = field(default_factory=dict)
    sections: tuple[str, ...] = ("post:", "asset:")
    ticks: int = 0
    drop: bool = False

    def strikes(self, delivery: Delivery) -> bool:
        """Tell whether an invocation meets the faults."""
        if delivery.function == "refresh":
            return any(name.startswith(self.sections) for name in sections_of(delivery.body))
        return True


def c(**changes: str) -> bytes:
    return markdown(**{**C, **changes})


SCENARIOS: Mapping[str, Scenario] = {
    "a new post with tags and links": Scenario(
        steps=[{"posts/c.md": c()}],
        answers={"/2010/03/c/": 200},
        sections=("",),
    ),
    "an edit of title, text and tags": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": c(title="Carla", text="Later.", tags="[y]")}],
        answers={"/2010/03/c/": 200},
    ),
    "a new date in another month": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": c(date="2009-12-31")}],
        answers={"/2009/12/c/": 200, "/2010/03/c/": "/2009/12/c/"},
    ),
    "a rename": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": c(slug="new")}],
        answers={"/2010/03/new/": 200, "/2010/03/c/": "/2010/03/new/"},
    ),
    "a rename back": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": c(slug="new")}, {"posts/c.md": c()}],
        answers={"/2010/03/c/": 200, "/2010/03/new/": "/2010/03/c/"},
    ),
    "a file moved": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": DELETED, "posts/moved.md": c(aliases="[/2010/03/c/]")}],
        answers={"/2010/03/moved/": 200, "/2010/03/c/": "/2010/03/moved/"},
    ),
    "back to draft": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": c(draft="true")}],
        hidden={"Carl": "posts/c.md"},
        answers={"/2010/03/c/": GONE},
    ),
    "a deletion": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": DELETED}],
        hidden={"Carl": "posts/c.md"},
        answers={"/2010/03/c/": GONE},
    ),
    "an alias": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": c(aliases="[/old/c/]")}],
        answers={"/2010/03/c/": 200, "/old/c/": "/2010/03/c/"},
    ),
    "a path taken by a smaller key": Scenario(
        steps=[{"posts/c.md": c(slug="same")}, {"posts/0.md": markdown("Zero", "2010-03-05", slug="same")}],
        hidden={"Carl": "posts/c.md"},
        answers={"/2010/03/same/": 200},
    ),
    "a path left by its winner": Scenario(
        steps=[
            {"posts/c.md": c(slug="same"), "posts/0.md": markdown("Zero", "2010-03-05", slug="same")},
            {"posts/0.md": DELETED},
        ],
        hidden={"Zero": "posts/0.md"},
        answers={"/2010/03/same/": 200},
    ),
    "a bundle and its file": Scenario(
        steps=[{"posts/d/index.md": markdown("Dora", "2010-03-06", text="![p](p.png)"), "posts/d/p.png": b"\x89PNG"}],
        answers={"/2010/03/d/": 200},
    ),
    "a bundle withdrawn": Scenario(
        steps=[
            {"posts/d/index.md": markdown("Dora", "2010-03-06", text="![p](p.png)"), "posts/d/p.png": b"\x89PNG"},
            {"posts/d/index.md": markdown("Dora", "2010-03-06", text="![p](p.png)", draft="true")},
        ],
        hidden={"Dora": "posts/d/index.md"},
        answers={"/2010/03/d/": GONE},
    ),
    "an invalid new version": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": b"---\ntitle: Broken\n---\n"}],
        hidden={"Broken": ""},
        answers={"/2010/03/c/": 200},
    ),
    "an older version brought back": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": c(slug="new")}, {"posts/c.md": NEWEST_VERSION_DELETED}],
        answers={"/2010/03/c/": 200, "/2010/03/new/": "/2010/03/c/"},
    ),
    "an un-deletion": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": DELETED}, {"posts/c.md": NEWEST_VERSION_DELETED}],
        answers={"/2010/03/c/": 200},
    ),
    "settings that change every path": Scenario(
        steps=[{"site.yaml": SITE_YAML + b"permalink: /:year/:slug/\n"}],
        answers={"/2010/a/": 200, "/2010/03/a/": "/2010/a/", "/2010/b/": 200},
        sections=("site",),
        ticks=5,
    ),
    "events that never came": Scenario(
        steps=[{"posts/c.md": c()}, {"posts/c.md": DELETED, "posts/a.md": markdown("Annabel", "2010-03-01")}],
        hidden={"Carl": "posts/c.md"},
        answers={"/2010/03/c/": GONE, "/2010/03/a/": 200},
        sections=("none",),
        ticks=5,
        drop=True,
    ),
}
