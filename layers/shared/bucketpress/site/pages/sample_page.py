"""Loads what rendering needs before the first section comes."""

from collections.abc import Callable
from datetime import UTC, datetime

from bucketpress.content.post import Body, Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.layout import ALL
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer

_ENTRY = Entry(
    key="posts/sample.md",
    kind=SourceKind.POST,
    id="urn:uuid:00000000-0000-0000-0000-000000000000",
    slug="sample",
    path="/2010/03/sample/",
    title="A sample",
    published=datetime(2010, 3, 5, tzinfo=UTC),
    updated=None,
    summary="",
)
_ITEM = Item(entry=_ENTRY, body=Body(html="<p>Text.</p>", markdown="Text.\n", words=1))


def render_sample(renderer: Callable[[SiteSettings], Renderer]) -> None:
    """Render a page and a front page with its feeds: their templates are loaded by it."""
    made = renderer(SiteSettings(url="https://example.com"))
    made.post(_ITEM, newer=None, older=None)
    made.head(ALL, items=[_ITEM], label="", description="", years=())
