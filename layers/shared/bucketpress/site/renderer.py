"""Makes the artifacts of every section: plain values in, bytes out. The same input gives the same bytes."""

from collections.abc import Mapping, Sequence

from bucketpress.cache_lifetimes import IMMUTABLE
from bucketpress.content.paths import artifact_key, claim_path, href, twin_key
from bucketpress.content.post import Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.artifact import BINARY, CSS, HTML, JSON, MARKDOWN, PLAIN, XML, Artifact
from bucketpress.site.feeds.feed_size import fitted_feed
from bucketpress.site.languages import messages_for
from bucketpress.site.layout import (
    ALL,
    ARCHIVE_DIRECTORY,
    AUTHOR_DIRECTORY,
    PAGE_DIRECTORY,
    SEARCH,
    SITE,
    SITE_MAP,
    TAG_DIRECTORY,
    SiteMap,
    is_page,
    looks_like_file,
    page_keys,
)
from bucketpress.site.pages.markdown_twin import twin
from bucketpress.site.pages.page_renderer import PageRenderer
from bucketpress.site.pages.template_context import Item, site_name
from bucketpress.site.robots import llms, robots
from bucketpress.site.search.cells import SegmentLimits
from bucketpress.site.search.manifest import write_manifest
from bucketpress.site.search.segment_writer import segment_within, write_segment
from bucketpress.site.section_summary import SectionSummary
from bucketpress.site.sitemaps import sitemap, sitemap_index, split_years
from bucketpress.site.theme.theme import Theme, stylesheet, stylesheet_key, theme
from bucketpress.site.urls import absolute, absolute_reference

_MOVED = 301
_NOT_FOUND = 404
_GONE = 410
_SEGMENT_LIMITS = SegmentLimits()


class Renderer:
    """Renders the sections of one site."""

    def __init__(
        self,
        settings: SiteSettings,
        looks: Theme | None = None,
        site_map: SiteMap = SITE_MAP,
        segment_limits: SegmentLimits = _SEGMENT_LIMITS,
    ) -> None:
        """Store the settings, the theme, the site map and what fits into a segment; creating a renderer is cheap."""
        looks = looks or theme()
        self.settings = settings
        self.segment_limits = segment_limits
        self._map = site_map
        self._words = messages_for(settings.language)
        self._style = stylesheet(looks.style, settings.appearance)
        style_path = f"/{stylesheet_key(self._style)}"
        self._pages = PageRenderer(
            settings=settings, words=self._words, theme=looks, stylesheet=style_path, site_map=site_map
        )

    def post(self, item: Item, *, newer: Entry | None, older: Entry | None) -> tuple[Artifact, ...]:
        """Render a post or page, its Markdown twin, and what leads there from an address that looks like a file's."""
        path = item.entry.path
        page, markdown = page_keys(path)
        made = (
            Artifact(key=page, data=self._pages.post(item, newer=newer, older=older), content_type=HTML),
            Artifact(key=markdown, data=twin(self.settings, item), content_type=MARKDOWN),
        )
        if path.endswith("/") and looks_like_file(path):
            return (*made, self._moved(artifact_key(claim_path(path)), href(path), PLAIN))
        return made

    def redirect(self, path: str, target_path: str) -> tuple[Artifact, ...]:
        """Render what leads from a former path, as sources claim it, and from its twin to the current one."""
        target = href(target_path)
        return self._leading(path, target, href(f"/{twin_key(target_path)}") if is_page(target_path) else target)

    def set_redirect(self, path: str) -> tuple[Artifact, ...]:
        """Render what leads from a path to where the settings say, nothing where they do not."""
        target = self.settings.redirects.get(path)
        return self._leading(path, target, target) if target else ()

    def _leading(self, path: str, target: str, target_twin: str) -> tuple[Artifact, ...]:
        if not is_page(path):
            folder = self._leading(f"{path}/", target, target_twin) if looks_like_file(path) else ()
            return (*folder, self._moved(artifact_key(path), target, PLAIN))
        data = self._pages.redirect(path, target)
        return (
            Artifact(key=artifact_key(path), data=data, content_type=HTML, redirect_to=target, status=_MOVED),
            self._moved(twin_key(path), target_twin, MARKDOWN),
        )

    def gone(self, path: str) -> tuple[Artifact, ...]:
        """Render what stands at the path of a withdrawn source, and in its twin's place if it had one."""
        return tuple(self.gone_artifact(key) for key in page_keys(path))

    def gone_artifact(self, key: str) -> Artifact:
        """Render what replaces a withdrawn artifact of any kind."""
        path, words = f"/{key.removesuffix('index.html')}", self._words
        if is_page(path):
            data = self._pages.notice(path, _GONE, words.gone, words.gone_more)
            return Artifact(key=key, data=data, content_type=HTML, status=_GONE)
        kind = MARKDOWN if key.endswith(".md") else PLAIN
        return Artifact(key=key, data=f"{words.gone_text}\n".encode(), content_type=kind, status=_GONE)

    def moved_file(self, key: str, path: str) -> Artifact:
        """Render what leads from an artifact that has no place any more to a path."""
        return self._moved(key, href(path), PLAIN)

    def head(
        self, listing: str, *, items: Sequence[Item], label: str, description: str, years: Sequence[SectionSummary]
    ) -> tuple[Artifact, ...]:
        """Render the front page and the feeds of a listing, posts newest first; nothing for an empty tag or author."""
        if listing == ALL:
            page = self._pages.home(items, description)
        elif items:
            page = self._pages.listing(listing, items=items, label=label, description=description, years=years)
        else:
            return ()
        page_key = self._map.keys(self._map.head_section(listing))[0]
        feed = fitted_feed(
            self.settings, listing, items=items, label=label, description=description, site_map=self._map
        )
        paths = zip(self._map.feeds, self._map.feed_paths(listing), strict=True)
        return (
            Artifact(key=page_key, data=page, content_type=HTML),
            *(
                Artifact(
                    key=artifact_key(path),
                    data=made.write(feed, absolute(self.settings.url, path)),
                    content_type=made.content_type,
                )
                for made, path in paths
            ),
        )

    def year(
        self,
        listing: str,
        year: int,
        *,
        entries: Sequence[Entry],
        months: Sequence[SectionSummary],
        newer: int | None,
        older: int | None,
        label: str,
        parts: Sequence[SectionSummary] = (),
    ) -> tuple[Artifact, ...]:
        """Render one year: the months of all posts with their counts, or posts of a tag or author, and its parts."""
        if not entries and not months:
            return ()
        (key,) = self._map.keys(self._map.year_section(listing, year))
        data = self._pages.year(
            listing, year, entries=entries, months=months, newer=newer, older=older, label=label, parts=parts
        )
        return (Artifact(key=key, data=data, content_type=HTML),)

    def month(
        self,
        year: int,
        month: int,
        *,
        entries: Sequence[Entry],
        newer: tuple[int, int] | None,
        older: tuple[int, int] | None,
        parts: Sequence[SectionSummary] = (),
    ) -> tuple[Artifact, ...]:
        """Render one month of all posts, and the sitemap of those that it lists."""
        if not entries:
            return ()
        page_key, sitemap_key = self._map.keys(self._map.month_section(ALL, f"{year:04d}-{month:02d}"))
        page = self._pages.month(year, month, entries=entries, newer=newer, older=older, parts=parts)
        return (
            Artifact(key=page_key, data=page, content_type=HTML),
            Artifact(key=sitemap_key, data=sitemap(self.settings, entries), content_type=XML),
        )

    def part(self, name: str, *, entries: Sequence[Entry], label: str) -> tuple[Artifact, ...]:
        """Render one part of a month or year, and its sitemap if it has one; `label` is that of the tag or author."""
        section = self._map.parse_section(name)
        page = self._pages.part(name, entries=entries, label=label)
        made = Artifact(key=section.keys[0], data=page, content_type=HTML)
        if not section.sitemap:
            return (made,)
        return made, Artifact(key=section.sitemap, data=sitemap(self.settings, entries), content_type=XML)

    def parts_of_month(self, name: str, parts: Sequence[SectionSummary]) -> tuple[Artifact, ...]:
        """Render the index of the sitemaps of the parts of a month."""
        (key,) = self._map.keys(name)
        if not parts:
            return ()
        newest_first = sorted(parts, key=lambda part: part.section, reverse=True)
        data = sitemap_index(self.settings, (), newest_first, self._map)
        return (Artifact(key=key, data=data, content_type=XML),)

    def archive(self, years: Sequence[SectionSummary]) -> tuple[Artifact, ...]:
        """Render the archive, and the index of the sitemaps; other sections with a sitemap may be among the years."""
        page_key, sitemap_key = self._map.keys(ARCHIVE_DIRECTORY)
        with_posts, others = split_years(years, self._map)
        sitemaps = sitemap_index(self.settings, with_posts, others, self._map)
        return (
            Artifact(key=page_key, data=self._pages.archive(with_posts), content_type=HTML),
            Artifact(key=sitemap_key, data=sitemaps, content_type=XML),
        )

    def tags(self, children: Sequence[SectionSummary]) -> tuple[Artifact, ...]:
        """Render the directory of tags."""
        return self._directory(TAG_DIRECTORY, "tags", self._words.tags, self._words.tags_description, children)

    def authors(self, children: Sequence[SectionSummary]) -> tuple[Artifact, ...]:
        """Render the directory of authors."""
        return self._directory(
            AUTHOR_DIRECTORY, "authors", self._words.authors, self._words.authors_description, children
        )

    def pages(self, entries: Sequence[Entry]) -> tuple[Artifact, ...]:
        """Render the sitemap of the home page and all pages."""
        (key,) = self._map.keys(PAGE_DIRECTORY)
        ordered = sorted(entries, key=lambda entry: entry.path)
        return (Artifact(key=key, data=sitemap(self.settings, ordered, home=True), content_type=XML),)

    def site(self, sitemaps: Sequence[SectionSummary] = ()) -> tuple[Artifact, ...]:
        """Render the artifacts that belong to no post: the 404 page, robots.txt, the page of search and the like.

        `sitemaps` are the sections of indexes of sitemaps that robots.txt lists besides the one of the site.
        """
        words = self._words
        not_found_key, robots_key, llms_key, search_key = self._map.keys(SITE)
        not_found = self._pages.notice(f"/{not_found_key}", _NOT_FOUND, words.not_found, words.not_found_more)
        return (
            Artifact(key=not_found_key, data=not_found, content_type=HTML),
            Artifact(key=robots_key, data=robots(self.settings, sitemaps, self._map), content_type=PLAIN),
            Artifact(key=llms_key, data=llms(self.settings, words, self._map), content_type=PLAIN),
            Artifact(key=stylesheet_key(self._style), data=self._style, content_type=CSS, cache_control=IMMUTABLE),
            *(
                [Artifact(key=search_key, data=self._pages.search(search_key), content_type=HTML)]
                if self.settings.search
                else []
            ),
        )

    def segment(self, name: str, items: Sequence[Item], *, is_last: bool = False) -> tuple[Artifact, ...]:
        """Write what search knows of some posts or pages; nothing of none, nor where that would be too large."""
        (key,) = self._map.keys(name)
        if len(items) > 1 and not is_last:
            data = segment_within(items, self.segment_limits.bytes)
        else:
            data = write_segment(items) if items else None
        return (Artifact(key=key, data=data, content_type=BINARY),) if data is not None else ()

    def search(self, segments: Mapping[str, SectionSummary]) -> tuple[Artifact, ...]:
        """Write the manifest of the segments of search, by cell."""
        (key,) = self._map.keys(SEARCH)
        return (Artifact(key=key, data=write_manifest(self.settings, segments), content_type=JSON),)

    def former_feed(self, path: str) -> tuple[Artifact, ...]:
        """Render the redirect from a usual address of feeds to the feed; nothing for any other path."""
        target = self._map.former_feeds.get(path)
        if target is None:
            return ()
        return (
            self._leading(path, target, target) if is_page(path) else (self._moved(artifact_key(path), target, PLAIN),)
        )

    def _directory(
        self, directory: str, kind: str, heading: str, pattern: str, children: Sequence[SectionSummary]
    ) -> tuple[Artifact, ...]:
        (key,) = self._map.keys(directory)
        description = pattern.format(title=site_name(self.settings))
        page = self._pages.directory(directory, kind, heading, description, children)
        return (Artifact(key=key, data=page, content_type=HTML),)

    def _moved(self, key: str, target: str, content_type: str) -> Artifact:
        data = f"{self._words.moved_text.format(target=absolute_reference(self.settings.url, target))}\n".encode()
        return Artifact(key=key, data=data, content_type=content_type, redirect_to=target, status=_MOVED)
