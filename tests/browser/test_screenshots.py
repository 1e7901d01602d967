"""The pictures of the site in `docs/screenshots` (`pytest tests/browser --update-screenshots` takes them anew)."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bucketpress.content.images import image_size
from tests.browser.kinds import KINDS, PICTURED

if TYPE_CHECKING:
    from tests.browser.chromium import Browser
    from tests.browser.serving import SiteServer

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
ALL_PICTURES = """Promise.all([...document.images].map(one => (one.loading = 'eager', one.decode())))"""
WIDTHS = (390, 1440)
SHOTS = [(kind, width, False) for kind in PICTURED for width in WIDTHS] + [
    (kind, width, True) for kind in ("home", "post") for width in WIDTHS
]
HEIGHT = 1400
MAX_BYTES = 300_000


def _file(kind: str, width: int, *, dark: bool) -> Path:
    return FOLDER / f"{kind}-{width}{'-dark' if dark else ''}.png"


@pytest.mark.parametrize(("kind", "width", "dark"), SHOTS)
def test_a_page_has_its_picture(
    *,
    browser: "Browser",
    site: "SiteServer",
    sample: "SiteServer",
    request: pytest.FixtureRequest,
    kind: str,
    width: int,
    dark: bool,
) -> None:
    file = _file(kind, width, dark=dark)

    if request.config.getoption("--update-screenshots"):
        server = site if kind == "everything" else sample
        page = browser.page(width=width, dark=dark).open(server.url + KINDS[kind])
        page.evaluate(ALL_PICTURES)
        page.settle()
        page.screenshot(file, height=HEIGHT)
        page.close()

    data = file.read_bytes()
    size = image_size(lambda start, length: data[start : start + length])
    assert size is not None
    assert size.width == width
    assert len(data) < MAX_BYTES


def test_no_picture_is_left_over() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {
        _file(kind, width, dark=dark).name for kind, width, dark in SHOTS
    }
