"""How a page comes to be: nothing moves, no script is needed, few bytes travel."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.kinds import KINDS

if TYPE_CHECKING:
    from tests.browser.chromium import Browser
    from tests.browser.serving import SiteServer

pytestmark = pytest.mark.browser

SHIFT = """new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => sum += one.value))
        .observe({type: 'layout-shift', buffered: true});
    window.scrollTo(0, document.body.scrollHeight);
    const arrives = one => one.complete ? 0 : new Promise(go => one.onload = one.onerror = go);
    Promise.all([...document.images].map(arrives)).then(() => setTimeout(() => done(sum), 300));
})"""
PAINTED = """new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime))
    .observe({type: 'paint', buffered: true}))"""
MAX_PAINT_MILLISECONDS = 1000  # on a busy machine; a quiet one takes a tenth


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "empty"])
def test_nothing_moves_when_pictures_arrive_late(browser: "Browser", site: "SiteServer", kind: str, width: int) -> None:
    site.picture_delay_seconds = 0.3
    page = browser.page(width=width).open(site.url + KINDS[kind])

    shift = page.evaluate(SHIFT)

    site.picture_delay_seconds = 0
    assert shift == 0
    page.close()


@pytest.mark.parametrize("kind", ["home", "post", "everything"])
def test_a_page_is_painted_without_any_script(browser: "Browser", site: "SiteServer", kind: str) -> None:
    page = browser.page(script=False).open(site.url + KINDS[kind])

    assert page.painted_milliseconds() < MAX_PAINT_MILLISECONDS
    assert not [url for url in page.requests if url.endswith(".js")]
    page.close()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "everything"])
def test_a_page_and_its_stylesheet_are_light(browser: "Browser", site: "SiteServer", kind: str) -> None:
    page = browser.page().open(site.url + KINDS[kind]).settle()

    text = {url: size for url, size in page.received.items() if not url.endswith(".png")}
    assert sum(text.values()) < 30_000 + 15_000
    assert len(text) == 2
    page.close()
