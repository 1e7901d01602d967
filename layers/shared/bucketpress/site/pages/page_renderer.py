"""Renders the pages of one site: template contexts in, bytes out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bucketpress.content.post import Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import href
from bucketpress.site.languages.messages import Messages
from bucketpress.site.layout import (
    ALL,
    ARCHIVE_DIRECTORY,
    SITE_MAP,
    MonthSubject,
    PartSubject,
    SiteMap,
    YearSubject,
    claim_path,
)
from bucketpress.site.pages.context_builder import ContextBuilder
from bucketpress.site.pages.structured_data import describe_post, describe_site
from bucketpress.site.pages.template_context import Frame, Item, Link, site_name
from bucketpress.site.section_summary import SectionSummary, days_of
from bucketpress.site.theme.theme import Theme
from bucketpress.site.urls import absolute_reference, link


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRenderer:
    """Renders every kind of page; `stylesheet` is the path of the theme's."""

    settings: SiteSettings
    words: Messages
    theme: Theme
    stylesheet: str
    site_map: SiteMap = SITE_MAP

    def post(self, item: Item, *, newer: Entry | None, older: Entry | None) -> bytes:
        """Render a post or page."""
        viewer, path = self._builder, item.entry.path
        view = viewer.post(item)
        frame = replace(
            viewer.frame("page" if view.is_page else "post", path, view.card.title, view.card.summary),
            canonical=item.entry.canonical or viewer.canonical(path),
            og_type="website" if view.is_page else "article",
            json_ld=describe_post(
                self.settings, item, authors=view.card.authors, tags=view.card.tags, picture=view.card.picture
            ),
            picture=view.card.picture,
            twin=viewer.twin(path),
            newer=None if view.is_page else viewer.neighbour(newer),
            older=None if view.is_page else viewer.neighbour(older),
        )
        return self._draw("post.html.j2", frame, path, post=view)

    def home(self, items: Sequence[Item], description: str) -> bytes:
        """Render the front page."""
        viewer, title = self._builder, site_name(self.settings)
        frame = replace(
            viewer.frame("home", "/", title, description), title=title, json_ld=describe_site(self.settings)
        )
        return self._draw("home.html.j2", frame, "/", cards=self._cards(items))

    def listing(
        self, listing: str, *, items: Sequence[Item], label: str, description: str, years: Sequence[SectionSummary]
    ) -> bytes:
        """Render the front page of a tag or an author."""
        viewer, path = self._builder, self._listing_path(listing)
        kind, _, slug = listing.partition(":")
        frame = replace(viewer.frame(kind, path, label, description), feeds=viewer.feeds(listing, label))
        profile = self.settings.authors.get(slug) if kind == "author" else None
        return self._draw(
            "listing.html.j2",
            frame,
            path,
            cards=self._cards(items),
            years=tuple(entry.year for entry in viewer.years(years)),
            website=link(profile.url) if profile and profile.url else "",
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
    ) -> bytes:
        """Render one year: the months of all posts, or posts of a tag or author and links to the year's parts."""
        viewer, path = self._builder, self._year_path(listing, year)
        frame = replace(
            viewer.frame("period", path, str(year) if listing == ALL else f"{label}, {year}", ""),
            newer=None if newer is None else Link(label=str(newer), url=href(self._year_path(listing, newer))),
            older=None if older is None else Link(label=str(older), url=href(self._year_path(listing, older))),
        )
        above = (
            (self.words.archive, self.site_map.path(ARCHIVE_DIRECTORY))
            if listing == ALL
            else (label, href(self._listing_path(listing)))
        )
        return self._draw(
            "period.html.j2",
            frame,
            path,
            up=Link(label=above[0], url=above[1]),
            cards=viewer.cards(entries),
            months=viewer.months(months),
            older=viewer.parts(parts),
        )

    def month(
        self,
        year: int,
        month: int,
        *,
        entries: Sequence[Entry],
        newer: tuple[int, int] | None,
        older: tuple[int, int] | None,
        parts: Sequence[SectionSummary] = (),
    ) -> bytes:
        """Render one month of all posts, with links to its parts."""
        viewer, path = self._builder, self._month_path(year, month)
        frame = replace(
            viewer.frame("period", path, self.words.month(year, month), ""),
            newer=self._month(newer),
            older=self._month(older),
        )
        up = Link(label=str(year), url=href(self._year_path(ALL, year)))
        return self._draw(
            "period.html.j2", frame, path, up=up, cards=viewer.cards(entries), months=(), older=viewer.parts(parts)
        )

    def part(self, name: str, *, entries: Sequence[Entry], label: str) -> bytes:
        """Render one part of a month or year; `label` is that of the tag or author."""
        viewer, path = self._builder, self.site_map.path(name)
        subject = self.site_map.parse_section(name).subject
        whole = self.site_map.parse_section(subject.whole).subject if isinstance(subject, PartSubject) else None
        days = viewer.days(days_of(entries))
        if isinstance(whole, YearSubject):
            heading, above = f"{label}, {days}", f"{label}, {whole.year}"
        else:
            heading, above = days, self.words.month(whole.year, whole.month) if isinstance(whole, MonthSubject) else ""
        up = Link(label=above, url=href(self.site_map.path(subject.whole)) if isinstance(subject, PartSubject) else "/")
        frame = viewer.frame("period", path, heading, "")
        return self._draw("period.html.j2", frame, path, up=up, cards=viewer.cards(entries), months=(), older=())

    def archive(self, years: Sequence[SectionSummary]) -> bytes:
        """Render the archive of all years and months."""
        viewer, words = self._builder, self.words
        description = words.archive_description.format(title=site_name(self.settings))
        path = self.site_map.path(ARCHIVE_DIRECTORY)
        frame = viewer.frame("archive", path, words.archive, description)
        return self._draw("archive.html.j2", frame, path, years=viewer.years(years))

    def directory(
        self, section: str, kind: str, heading: str, description: str, children: Sequence[SectionSummary]
    ) -> bytes:
        """Render all tags or all authors; `kind` is what the page is for a theme."""
        path = self.site_map.path(section)
        frame = self._builder.frame(kind, path, heading, description)
        return self._draw("directory.html.j2", frame, path, tallies=self._builder.listings(children))

    def search(self, key: str) -> bytes:
        """Render the page that search fills in, without anything found."""
        path = claim_path(f"/{key}")
        frame = replace(self._builder.frame("search", path, self.words.search, ""), canonical="")
        return self._draw("search.html.j2", frame, path)

    def notice(self, path: str, code: int, heading: str, text: str) -> bytes:
        """Render a page that only has an HTTP status to explain."""
        frame = Frame(kind="notice", title=self._builder.titled(heading), heading=heading, description="", canonical="")
        return self._draw("notice.html.j2", frame, path, code=code, text=text)

    def redirect(self, path: str, target: str) -> bytes:
        """Render the page that redirects to a percent-encoded path, or to a whole address elsewhere."""
        moved = self.words.moved
        canonical = absolute_reference(self.settings.url, target)
        frame = Frame(kind="notice", title=moved, heading=moved, description="", canonical=canonical)
        return self._draw("redirect.html.j2", frame, path, target=target)

    @property
    def _builder(self) -> ContextBuilder:
        return ContextBuilder(
            settings=self.settings, words=self.words, stylesheet=self.stylesheet, site_map=self.site_map
        )

    def _listing_path(self, listing: str) -> str:
        return self.site_map.path(self.site_map.head_section(listing))

    def _year_path(self, listing: str, year: int) -> str:
        return self.site_map.path(self.site_map.year_section(listing, year))

    def _month_path(self, year: int, month: int) -> str:
        return self.site_map.path(self.site_map.month_section(ALL, f"{year:04d}-{month:02d}"))

    def _cards(self, items: Sequence[Item]) -> tuple[object, ...]:
        shown = items[: self.settings.posts_per_page]
        return tuple(self._builder.card(item.entry, item.body) for item in shown)

    def _month(self, month: tuple[int, int] | None) -> Link | None:
        return None if month is None else Link(label=self.words.month(*month), url=href(self._month_path(*month)))

    def _draw(self, template: str, frame: Frame, path: str, **context: object) -> bytes:
        shared = {"site": self._builder.site(path), "frame": frame, "words": self.words}
        return self.theme.render(template, shared | context)
