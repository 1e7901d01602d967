"""Whoever accepts Markdown at an address gets something wherever a browser does."""

from urllib.parse import unquote

import pytest

from bucketpress.site.layout import SECTION_KINDS
from bucketpress_cli.cloudfront.functions import address
from tests.support.world import SITE_YAML, World, markdown

MARKDOWN = "text/markdown"
REDIRECTS = b"redirects: {/led-away/: /about/, /led-away.html: /about/}\n"


@pytest.fixture(scope="module")
def world() -> World:
    """Publish pages of every kind, static ones among them, and rename and remove some."""
    world = World()
    world.upload("site.yaml", SITE_YAML + REDIRECTS)
    world.upload("posts/a.md", markdown("A", tags="[voip]", author="jane-doe"))
    world.upload("posts/b.md", markdown("B", url="/Old/B.HTML", aliases="[/b.php, /older/]"))
    world.upload("posts/c.md", markdown("C", url="/release-1.0/"))
    world.upload("posts/d.md", markdown("D", url="/0000/"))
    world.upload("posts/e.md", markdown("E", tags="[gone]", slug="e"))
    world.upload("posts/f.md", markdown("F"))
    world.upload("pages/about.md", b"---\ntitle: About\n---\nUs.\n")
    world.upload("static/app/index.html", b"<p>Written by hand</p>")
    world.upload("static/by-hand.htm", b"<p>Written by hand</p>")
    world.upload("static/away.html", b"<p>Written by hand</p>")
    world.settle()
    world.upload("posts/e.md", markdown("E", tags="[gone]", slug="e-renamed"))
    world.delete("posts/f.md")
    world.delete("static/away.html")
    world.settle()
    return world


def keys(world: World) -> list[str]:
    return [key for key, _ in world.site.list_keys("", 10_000)]


def asked(uri: str, accept: str = "") -> str:
    return unquote(address(uri, accept=accept).uri).removeprefix("/")


def test_every_page_answers_whatever_is_accepted(world: World) -> None:
    pages = [key for key in keys(world) if key.lower().endswith((".html", ".htm")) and key != "404.html"]
    given = {key: world.site.head(asked(f"/{key.removesuffix('index.html')}", MARKDOWN)) for key in pages}

    assert len(pages) > 25
    assert [key for key, stored in given.items() if stored is None] == []
    assert {key: stored.status for key, stored in given.items() if stored} == {
        key: stored.status for key in pages if (stored := world.site.head(key))
    }


def test_a_published_page_answers_with_its_markdown(world: World) -> None:
    for uri in ("/2010/03/a/", "/Old/B.HTML", "/release-1.0/", "/about/"):
        stored = world.site.head(asked(uri, MARKDOWN))

        assert stored is not None
        assert stored.content_type == "text/markdown; charset=utf-8"
        assert world.site.data(stored.key).startswith(b"---\ntitle: ")


def test_a_page_written_by_hand_is_itself_whatever_is_accepted(world: World) -> None:
    for uri in ("/app/", "/by-hand.htm"):
        stored = world.site.head(asked(uri, MARKDOWN))

        assert stored is not None
        assert world.site.data(stored.key) == b"<p>Written by hand</p>"
        assert stored.content_type.startswith("text/html")


def test_the_function_knows_every_list_of_the_site_map() -> None:
    patterns = [key for kind in SECTION_KINDS for key in kind.keys if key.endswith("index.html")]
    values = {"slug": "ünï %", "year": "2010", "month": "03", "part": "20100305t140000-0123abcd"}
    lists = [pattern.format_map(values) for pattern in patterns]

    assert len(lists) >= 10
    assert [asked(f"/{key.removesuffix('index.html')}".replace("%", "%25"), MARKDOWN) for key in lists] == lists
