"""Every kind of page in a real browser: accessible, silent, self-sufficient, usable without a pointer."""

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.kinds import KINDS, STATUSES
from tools.javascript.packages import AXE_CORE, read_file

if TYPE_CHECKING:
    from tests.browser.chromium import Browser, Page
    from tests.browser.serving import SiteServer

pytestmark = pytest.mark.browser

# Without "preload" axe asks for nothing: the site's policy would refuse it.
AXE_RUN = "axe.run(document, {preload: false, resultTypes: ['violations']})"
FOCUSABLE = 'a[href]:not([tabindex="-1"]), [tabindex="0"], input:not([disabled]), button'
MARK_FOCUSABLE = (
    f"[...document.querySelectorAll('{FOCUSABLE}')].map((one, number) => one.dataset.number = number).length"
)
FOCUSED = """(() => {
    const one = document.activeElement, style = getComputedStyle(one);
    return {number: one.dataset.number, outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0};
})()"""
OVERFLOW = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
TAB, ENTER = ("Tab", 9), ("Enter", 13)


@cache
def axe() -> str:
    return read_file(AXE_CORE, "axe.min.js").decode()


def violations(page: "Page") -> list[str]:
    """Say what axe-core finds wrong with a page, each with the elements concerned."""
    page.evaluate(axe() + "; 0")
    found: list[Any] = page.evaluate(AXE_RUN)["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes']][:3]}" for one in found]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible_in_both_colour_schemes(
    browser: "Browser", site: "SiteServer", kind: str, width: int, *, dark: bool
) -> None:
    page = browser.page(width=width, dark=dark).open(site.url + KINDS[kind])

    assert page.status == STATUSES.get(kind, 200)
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_says_nothing_on_the_console_and_asks_nobody_else(
    browser: "Browser", site: "SiteServer", kind: str
) -> None:
    page = browser.page().open(site.url + KINDS[kind]).settle()

    own = f"Failed to load resource: the server responded with a status of {STATUSES.get(kind)}"
    assert [said for said in page.complaints if not said.startswith(own)] == []
    assert {url for url in page.requests if not url.startswith(("data:", site.url + "/"))} == set()
    page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    browser: "Browser", site: "SiteServer", kind: str
) -> None:
    page = browser.page().open(site.url + KINDS[kind])
    count = page.evaluate(MARK_FOCUSABLE)

    reached = []
    for _ in range(count):
        page.press(*TAB)
        reached.append(page.evaluate(FOCUSED))

    assert [int(one["number"]) for one in reached] == list(range(count))
    assert [one["number"] for one in reached if not one["outlined"]] == []
    page.close()


def test_the_first_key_offers_the_way_past_the_menu(browser: "Browser", site: "SiteServer") -> None:
    page = browser.page().open(site.url + KINDS["post"])

    page.press(*TAB)
    offered = page.evaluate(
        "document.activeElement.getBoundingClientRect().top >= 0 && document.activeElement.innerText"
    )
    page.press(*ENTER)

    assert offered == "Skip to the text"
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_its_window(browser: "Browser", site: "SiteServer", kind: str) -> None:
    page = browser.page().open(site.url + KINDS[kind])

    wider = []
    for width in (1440, 768, 390, 320):
        page.resize(width)
        wider += [width] if page.evaluate(OVERFLOW) > 0 else []

    assert wider == []
    page.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", ["home", "everything", "right-to-left"])
def test_a_site_in_its_authors_colours_and_language_is_accessible_and_asks_nobody_else(
    browser: "Browser", dressed: "SiteServer", kind: str, *, dark: bool
) -> None:
    page = browser.page(dark=dark).open(dressed.url + KINDS[kind]).settle()

    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.evaluate("document.querySelector('.logo').naturalWidth") == 320
    assert violations(page) == []
    assert page.complaints == []
    assert {url for url in page.requests if not url.startswith(("data:", dressed.url + "/"))} == set()
    page.close()


def test_the_scheme_is_the_readers(browser: "Browser", site: "SiteServer") -> None:
    grounds = []
    for dark in (False, True):
        page = browser.page(dark=dark).open(site.url)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()

    assert grounds == ["rgb(253, 252, 248)", "rgb(23, 22, 20)"]


def test_paper_gets_the_text_and_nothing_to_click(browser: "Browser", site: "SiteServer") -> None:
    page = browser.page(media="print").open(site.url + KINDS["everything"])

    shown = "selector => getComputedStyle(document.querySelector(selector)).display !== 'none'"
    assert page.evaluate(f"['.masthead nav', '.neighbours', '.colophon', '.contents'].some({shown})") is False
    assert page.evaluate(f"['h1', '.text', 'table', 'figure img'].every({shown})") is True
    page.close()
