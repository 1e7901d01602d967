"""A small site in which everything has happened that the API has to tell apart."""

from tests.support.world import SITE_YAML, World, markdown

HIDDEN = "Not for readers"


def sample_world() -> World:
    """Publish, rename, remove, re-date; leave drafts, scheduled, expired, shadowed and invalid posts beside them."""
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for number in range(1, 31):
        month, day = number % 12 + 1, number % 27 + 1
        world.upload(
            f"posts/p{number}.md",
            markdown(
                f"Post {number}",
                f"{2009 + number % 2}-{month:02d}-{day:02d}",
                tags=f"[t{number % 3}, voip]",
                author="jane-doe" if number % 4 else "Ömer Ünal",
                text=f"Text of post {number} with a [link](p1.md).\n\n" + "Words, words, words.\n" * number,
            ),
        )
    world.upload("posts/päckchen 100%.md", markdown("Päckchen", "2010-06-01", tags="[voip]"))
    world.upload("pages/about.md", b"---\ntitle: About\n---\nUs.\n")
    world.settle()
    world.upload("posts/p2.md", markdown("Renamed", "2010-03-02", slug="renamed", aliases="[/an/old/one/]"))
    world.upload("posts/p3.md", markdown("Re-dated", "2008-03-02", tags="[t0]"))
    world.delete("posts/p4.md")
    world.upload("posts/p5.md", markdown("Withdrawn", "2010-03-05", draft="true"))
    world.settle()
    return hide_some(world)


def hide_some(world: World) -> World:
    """Add a source in every state that readers must not see."""
    hidden = {
        "drafts/one.md": markdown(f"{HIDDEN} one", "2010-03-01", text=HIDDEN, tags="[hidden]", author="hidden-author"),
        "posts/two.md": markdown(f"{HIDDEN} two", "2010-03-01", text=HIDDEN, draft="true", aliases="[/hidden-alias/]"),
        "posts/three.md": markdown(f"{HIDDEN} three", "2030-03-01", text=HIDDEN, tags="[hidden]", id="hidden:three"),
        "posts/four.md": markdown(f"{HIDDEN} four", "2010-03-01", text=HIDDEN, expires="2010-04-01"),
        "posts/zz.md": markdown(f"{HIDDEN} five", "2010-03-02", text=HIDDEN, slug="renamed", id="hidden:five"),
        "posts/six.md": markdown(f"{HIDDEN} six", "2010-02-30", text=HIDDEN),
    }
    for key, data in hidden.items():
        world.upload(key, data)
    world.settle()
    return world
