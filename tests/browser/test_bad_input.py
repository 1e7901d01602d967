"""Content made to break pages: no script of an author's runs, no handler survives, no page leaves its shape."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import world_of
from tests.browser.serving import SiteServer
from tools.javascript.packages import NAUGHTY_STRINGS, read_file

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

pytestmark = pytest.mark.browser

# Every attribute of every element that could run something, and every address that could.
LIVE = """[...document.querySelectorAll('*')].flatMap(one => [...one.attributes].filter(at =>
    at.name.startsWith('on') || /^(src|href|action|formaction|data|xlink:href|srcdoc|style)$/.test(at.name)
    && (/^(javascript|vbscript|data):/i.test(at.value.replace(/[\\x00-\\x20]/g, '')) && one.rel !== 'icon'
        || at.name === 'srcdoc' || at.name === 'style')).map(at => one.outerHTML.slice(0, 200)))"""
SCRIPTS = "[...document.scripts].filter(one => one.type !== 'application/ld+json').length"
# One of each, so that a page that took over another element's place would be noticed.
SHAPE = "['html', 'head', 'body', 'main', 'h1', 'footer.colophon'].map(one => document.querySelectorAll(one).length)"


def payloads() -> list[str]:
    """Return the strings of the Big List of Naughty Strings that a browser could take for more than text.

    The payloads of the XSS filter evasion cheat sheet are among them.
    """
    found: list[str] = json.loads(read_file(NAUGHTY_STRINGS, "resources/blns.json"))
    return [text for text in found if re.search(r"[<>&]|script|alert|\bon\w+=|:", text)]


def site_yaml(*, raw_html: bool) -> bytes:
    """Put the payloads wherever the settings show text, and turn raw HTML on or off."""
    hostile = "</title><script>alert(1)</script><img src=x onerror=alert(2)>"
    settings = {
        "title": hostile,
        "description": hostile,
        "raw_html": raw_html,
        "authors": {"mallory": {"name": hostile, "bio": hostile}},
        "tags": {"x": {"label": hostile, "description": hostile}},
        "menu": [{"label": hostile, "path": "/"}],
        "appearance": {"footer": hostile, "social": {hostile: "https://social.example/"}},
    }
    return json.dumps(settings).encode()


def post(number: int, text: str) -> bytes:
    """Write a payload into every field of a post, and into its text in several places."""
    line = json.dumps(" ".join(text.split())[:290] or "x")
    header = [
        f"title: {line}",
        f"summary: {line}",
        f"slug: n{number}",
        "date: 2010-01-01",
        "author: mallory",
        "toc: true",
    ]
    header += ["tags: [x]", f"image: {line}", f"image_alt: {line}"]
    places = (
        f'{text}\n\n## {text}\n\n[{text}]({text})\n\n![{text}]({text} "{text}")\n\n`{text}`\n\n<{text}>\n\n> {text}\n'
    )
    return "\n".join(["---", *header, "---", "", places, f"\n```html\n{text}\n```\n"]).encode()


@pytest.fixture(scope="module", params=[False, True], ids=["escaped", "raw"])
def hostile(request: pytest.FixtureRequest) -> Iterator[tuple[SiteServer, list[str]]]:
    posts = {f"posts/{number}.md": post(number, text) for number, text in enumerate(payloads())}
    world = world_of(**{"site.yaml": site_yaml(raw_html=request.param), **posts})
    paths = sorted(key.removesuffix("index.html") for key in world.live() if key.endswith("index.html"))
    with SiteServer(world.site) as server:
        yield server, paths


def test_every_payload_is_published_somewhere(hostile: tuple[SiteServer, list[str]]) -> None:
    _, paths = hostile

    assert len([path for path in paths if path.startswith("2010/01/n")]) > 0.9 * len(payloads())


def test_no_payload_runs_and_no_handler_survives(browser: "Browser", hostile: tuple[SiteServer, list[str]]) -> None:
    server, paths = hostile
    page = browser.page(width=800)
    # The site's policy would stop every script; here the pages have to do without it.
    page.send("Page.setBypassCSP", enabled=True)

    faults = {}
    for path in paths:
        page.open(f"{server.url}/{path}")
        found = (page.evaluate(LIVE), page.evaluate(SCRIPTS), page.evaluate(SHAPE), list(page.dialogs))
        if found != ([], 0, [1] * 6, []):
            faults[path] = found

    assert faults == {}
    page.close()


def test_the_trap_would_notice_a_script(browser: "Browser") -> None:
    world = world_of(
        **{"static/trap.html": b"<!doctype html><title>t</title><img src=x onerror=alert(1)><script>1</script>"}
    )
    with SiteServer(world.site) as server:
        page = browser.page()
        page.send("Page.setBypassCSP", enabled=True)
        page.open(f"{server.url}/trap.html").settle()

        assert page.dialogs == ["1"]
        assert (len(page.evaluate(LIVE)), page.evaluate(SCRIPTS)) == (1, 1)
        page.close()


def test_the_policy_of_the_site_stops_what_a_page_would_let_through(browser: "Browser") -> None:
    world = world_of(**{"static/trap.html": b"<!doctype html><title>t</title><img src=x onerror=alert(1)>"})
    with SiteServer(world.site) as server:
        page = browser.page().open(f"{server.url}/trap.html").settle()

        assert page.dialogs == []
        assert any("Content Security Policy" in said for said in page.complaints)
        page.close()
