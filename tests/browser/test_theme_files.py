"""What docs/theming.md promises of a theme's own files, tried in a browser with the headers that CloudFront sends."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bucketpress.site.renderer import Renderer
from bucketpress.site.theme.theme import theme
from tests.browser.serving import SiteServer
from tests.support.world import World, markdown

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

pytestmark = pytest.mark.browser

TEMPLATE = """{% extends "default/base.html.j2" %}
{% block head %}<link rel="manifest" href="/site.webmanifest">{% endblock %}
"""
STYLE = """@font-face { font-family: Own; src: url(/fonts/own.woff2); }
body { font-family: Own, serif; background-image: url(/paper.png); }
"""
FILES = ("fonts/own.woff2", "paper.png")
REFUSALS = (
    "(() => { window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.blockedURI)); })()"
)


def test_the_policy_lets_a_theme_use_fonts_pictures_and_a_manifest(browser: "Browser", tmp_path: Path) -> None:
    (tmp_path / "base.html.j2").write_text(TEMPLATE)
    (tmp_path / "additions.css").write_text(STYLE)
    world = World(renderer=partial(Renderer, looks=theme(tmp_path)))
    world.upload("site.yaml", b"title: A site\n")
    world.upload("posts/a.md", markdown())
    world.upload("static/site.webmanifest", b'{"name": "A site"}')
    for file in FILES:
        world.upload(f"static/{file}", b"not a real one")
    world.settle()

    with SiteServer(world.site) as server:
        page = browser.page()
        page.send("Page.addScriptToEvaluateOnNewDocument", source=REFUSALS)
        page.open(f"{server.url}/2010/03/a-post/").settle()
        manifest = page.send("Page.getAppManifest")
        page.evaluate("document.fonts.load('1em Own').catch(() => 0).then(() => 0)")

        page.settle()
        assert page.evaluate("window.refused") == []
        assert {f"{server.url}/{file}" for file in FILES} <= {*page.requests}
        assert '"A site"' in manifest["data"]
        page.close()
