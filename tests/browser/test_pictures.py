"""The browser takes the version of a picture that fits, and nothing moves while it comes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from bucketpress.content.pictures.encoder import encode_picture
from tests.browser.serving import SiteServer
from tests.browser.test_speed import SHIFT
from tests.support.photographs import encoded, pixels
from tests.support.world import SITE_YAML, World, markdown

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

pytestmark = pytest.mark.browser

PAGE = "/2010/03/x/"


@pytest.fixture(scope="module")
def pictured() -> Iterator[SiteServer]:
    """Serve a post with one large picture, and its smaller versions."""
    world = World(encode=encode_picture)
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/x/p.jpg", encoded("JPEG", pixels(2400, 1200)))
    world.upload("posts/x/index.md", markdown(text="![A bridge](p.jpg)\n\nText below it."))
    world.settle()
    with SiteServer(world.site) as server:
        yield server


# The text is 44em wide at most, which are 792 pixels of CSS where 1em is 18.
@pytest.mark.parametrize(
    ("width", "density", "fitting"), [(390, 1, 480), (390, 2, 960), (1440, 1, 960), (1440, 2, 1600)]
)
def test_the_version_that_fits_is_loaded_and_no_other(
    browser: "Browser", pictured: SiteServer, width: int, density: int, fitting: int
) -> None:
    page = browser.page(width=width, density=density).open(pictured.url + PAGE).settle()

    loaded = [url for url in page.requests if "/p.jpg" in url]
    shown = page.evaluate("document.querySelector('article img').currentSrc")

    assert loaded == [shown]
    assert shown.endswith(f"-{fitting}.webp")
    page.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_moves_when_a_version_comes_late(browser: "Browser", pictured: SiteServer, width: int) -> None:
    pictured.picture_delay_seconds = 0.3
    page = browser.page(width=width, density=2).open(pictured.url + PAGE)

    shift = page.evaluate(SHIFT)

    pictured.picture_delay_seconds = 0
    assert shift == 0
    page.close()
