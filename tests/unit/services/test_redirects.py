"""Redirects of `site.yaml`: single addresses and whole folders, before and after what they lead to is there."""

import pytest

from bucketpress.content.problem import Severity
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.settings.site_settings import SiteSettings
from tests.support.world import SITE_YAML, World, clean_build, markdown


def site(redirects: str) -> bytes:
    return SITE_YAML + b"redirects:\n" + redirects.encode()


def leads(world: World, path: str) -> str | None:
    """Return where a reader of a path is sent, "" where there is a page, None where nothing ever was."""
    world.settle()
    stored = world.site.head(path[1:] + "index.html" if path.endswith("/") else path[1:])
    return None if stored is None else stored.redirect_to or ("" if stored.status is None else str(stored.status))


def read(redirects: str) -> tuple[SiteSettings | None, list[tuple[Severity, str]]]:
    settings, problems = read_site_settings(site(redirects), default_url="https://blog.packnet.example")
    return settings, [(problem.severity, problem.message) for problem in problems]


@pytest.mark.parametrize(
    "redirects",
    [
        "  /old/: /about/\n  /blog/*: /:splat\n",
        "  - {from: /old/, to: /about/}\n  - {from: '/blog/*', to: '/:splat'}\n",
        "  - {from: old, to: about}\n  - {from: /blog/, to: /, prefix: true}\n",
        "  - /old /about 301\n  - /blog/* /:splat 301!\n",
        "  - /old/: https://blog.packnet.example/about/\n  - /blog/*: /:splat\n",
    ],
)
def test_a_redirect_is_understood_in_each_of_its_forms(redirects: str) -> None:
    world = World()
    world.upload("site.yaml", site(redirects))
    world.upload("pages/about.md", b"# About\n")
    world.upload("pages/x.md", b"# X\n")
    world.upload("posts/a.md", markdown("A", aliases="[/a/]"))
    world.upload("static/files/x.png", b"png")

    assert leads(world, "/old/") == "/about/"
    assert leads(world, "/blog/x/") == "/x/"
    assert leads(world, "/blog/2010/03/a/") == "/2010/03/a/"
    assert leads(world, "/blog/files/x.png") == "/files/x.png"
    assert leads(world, "/blog/about/") == "/about/"
    assert world.live() == clean_build(world)


def test_redirects_that_come_go_and_change_are_followed() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/a.md", markdown("A"))
    assert leads(world, "/old/") is None

    world.upload("site.yaml", site("  /old/: /2010/03/a/\n  /blog/*: /:splat\n"))
    world.settle()
    world.tick()
    assert (leads(world, "/old/"), leads(world, "/blog/2010/03/a/")) == ("/2010/03/a/", "/2010/03/a/")

    world.upload("site.yaml", site("  /old/: https://other.example/x?a=1\n"))
    world.settle()
    world.tick()
    assert leads(world, "/old/") == "https://other.example/x?a=1"
    assert 'url=https://other.example/x?a=1"' in world.page("old/index.html")

    world.upload("site.yaml", SITE_YAML)
    world.settle()
    assert leads(world, "/old/") == "410"


def test_a_live_page_beats_a_redirect_and_a_redirect_what_once_was_there() -> None:
    world = World()
    world.upload("site.yaml", site("  /x/: /about/\n"))
    world.upload("pages/about.md", b"# About\n")
    world.upload("pages/x.md", b"# X\n")
    assert leads(world, "/x/") == ""

    world.delete("pages/x.md")
    assert leads(world, "/x/") == "/about/"


def test_a_folder_follows_a_post_that_moves_and_goes() -> None:
    world = World()
    world.upload("site.yaml", site("  /blog/*: /:splat\n"))
    world.upload("posts/a.md", markdown("A"))
    assert leads(world, "/blog/2010/03/a/") == "/2010/03/a/"

    world.upload("posts/a.md", markdown("A", slug="b"))
    assert leads(world, "/blog/2010/03/a/") == leads(world, "/blog/2010/03/b/") == "/2010/03/b/"

    world.delete("posts/a.md")
    assert leads(world, "/blog/2010/03/a/") == "410"


@pytest.mark.parametrize("old", ["/old.php", "/release-1.0", "/a.html", "/old"])
def test_a_redirect_stands_at_both_spellings_of_its_address(old: str) -> None:
    world = World()
    world.upload("site.yaml", site(f"  {old}: /about/\n"))
    world.upload("pages/about.md", b"# About\n")
    world.settle()

    if "." in old:
        assert leads(world, old) == "/about/"
    if not old.endswith(".html"):
        assert leads(world, f"{old}/") == "/about/"


def test_redirects_are_followed_to_their_end() -> None:
    settings, problems = read("  /a/: /b\n  /b/: /c/\n  /c/: /d/#part\n")

    assert settings is not None
    assert problems == []
    assert settings.redirects == {"/a/": "/d/#part", "/b/": "/d/#part", "/c/": "/d/#part"}


@pytest.mark.parametrize(
    "redirects",
    ["  /a/: /a\n", "  /a/: /b/\n  /b/: /a/\n", "  /a/: /b/\n  /b/: /c/\n  /c/: /b/\n", "  /blog/*: /blog/:splat\n"],
)
def test_redirects_in_a_circle_are_an_error(redirects: str) -> None:
    settings, problems = read(redirects)

    assert settings is None
    assert problems[0][0] is Severity.ERROR


@pytest.mark.parametrize(
    "redirects",
    [
        "  /tags/x/: /about/\n",
        "  /?p=1: /about/\n",
        "  /a/*/b: /about/\n",
        "  /a/:id: /about/\n",
        "  https://other.example/a: /about/\n",
        "  /a/: javascript:alert(1)\n",
        "  /a/: //other.example/\n",
        "  /blog/*: /archive-of-all/\n",
        "  /a/: [b, c]\n",
        "  - /a/\n",
        "  - [a, b]\n",
        "  - {from: /a/}\n",
    ],
)
def test_what_cannot_be_served_is_left_out_with_a_warning(redirects: str) -> None:
    settings, problems = read(redirects)

    assert settings is not None
    assert (settings.redirects, settings.redirect_prefixes) == ({}, ())
    assert {severity for severity, _ in problems} == {Severity.WARNING}
