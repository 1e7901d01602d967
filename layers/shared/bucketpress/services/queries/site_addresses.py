"""Which addresses of a site lead somewhere, and which anchors there are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bucketpress.content.html.completion import path_of
from bucketpress.content.paths import claim_path, decoded, is_made, own_path, page_path
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.records.record import Record
from bucketpress.site.impact import Shown

_ID = re.compile(r' id="([^"]*)"')
_LISTED = re.compile(r"/(?P<kind>tags|authors)/(?P<slug>[^/]+)/")
# Where readers are taken by the page itself.
_ALWAYS = frozenset({"", "top"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAddresses:
    """The addresses of a site: its pages and files with the key of each, what redirects, the slugs of its listings."""

    settings: SiteSettings
    keys: Mapping[str, str]
    redirects: frozenset[str]
    slugs: Mapping[str, frozenset[str]]
    htmls: Mapping[str, str]

    def missing(self, url: str) -> str:
        """Return what a URL of a page names and is not there: its path or its fragment; "" where nothing is missing."""
        own = own_path(url, self.settings.url)
        if own is None or not own.startswith("/") or own.startswith("//"):
            return ""
        # The Markdown twin of a page is there whenever the page is.
        plain = claim_path(decoded(path_of(own)).removesuffix("index.md"))
        path = claim_path(page_path(plain))
        key = self.keys.get(path) or self.keys.get(plain)
        if key is None:
            return "" if self._leads_on(path, path_of(own)) else path_of(own)
        fragment = decoded(own.partition("#")[2])
        html = self.htmls.get(key)
        if html is None or fragment in _ALWAYS or fragment in set(_ID.findall(html)):
            return ""
        return f"#{fragment}"

    def _leads_on(self, path: str, written: str) -> bool:
        if path in self.redirects or path == claim_path("/"):
            return True
        if any(decoded(written).startswith(prefix.former) for prefix in self.settings.redirect_prefixes):
            return True
        if listed := _LISTED.match(decoded(written)):
            return listed["slug"] in self.slugs[listed["kind"]]
        return is_made(page_path(written)) or is_made(decoded(written))


def addresses_of(records: Iterable[Record], settings: SiteSettings, htmls: Mapping[str, str]) -> SiteAddresses:
    """Return the addresses of what is published; `htmls` are the texts of pages by key."""
    keys: dict[str, str] = {}
    redirects = set(settings.redirects)
    tags: set[str] = set()
    authors: set[str] = set()
    for record in records:
        if record.published_path is None:
            continue
        keys.setdefault(claim_path(record.published_path), record.key)
        redirects.update(map(claim_path, record.live_paths))
        if isinstance(record.shown, Shown):
            tags.update(tag.slug for tag in record.shown.entry.tags)
            authors.update(author.slug for author in record.shown.entry.authors)
    slugs = {"tags": frozenset(tags), "authors": frozenset(authors)}
    return SiteAddresses(settings=settings, keys=keys, redirects=frozenset(redirects), slugs=slugs, htmls=htmls)
