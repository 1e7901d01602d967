"""Builds the template contexts from entries and settings."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from markupsafe import Markup

from bucketpress.content.html.completion import SIZES
from bucketpress.content.pictures.variants import COVER
from bucketpress.content.post import Author, Body, Entry, Tag
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, href, twin_key
from bucketpress.site.languages import direction
from bucketpress.site.languages.messages import Messages
from bucketpress.site.layout import (
    ALL,
    ARCHIVE_DIRECTORY,
    AUTHOR,
    AUTHOR_DIRECTORY,
    SEARCH_PAGE,
    SITE_MAP,
    TAG,
    TAG_DIRECTORY,
    ListingSubject,
    MonthSubject,
    SiteMap,
    claim_path,
)
from bucketpress.site.pages.icon import initial_icon
from bucketpress.site.pages.template_context import (
    Byline,
    Card,
    Cover,
    FeedLink,
    Frame,
    Heading,
    Item,
    Link,
    Logo,
    Picture,
    PostView,
    SiteView,
    Tally,
    YearTally,
    moment,
    site_name,
)
from bucketpress.site.section_summary import SectionSummary
from bucketpress.site.text import plain_text, whole_words
from bucketpress.site.urls import absolute_reference, link

# How much of a text's beginning can make a standfirst superfluous; summaries are shorter.
_BEGINNING_CHARACTERS = 4000
_FIRST_CHARACTERS = 500
_NO_LETTERS = re.compile(r"[\W_]+")
# Headings as `content` writes them; the anchor at the end holds no text.
_HEADING = re.compile(r'<h([23])(?: [^>]*?)? id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
# Fewer are no help to anybody.
_LEAST_CONTENTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextBuilder:
    """Builds the template contexts of one site, whose stylesheet is at a path."""

    settings: SiteSettings
    words: Messages
    stylesheet: str
    site_map: SiteMap = SITE_MAP

    def site(self, path: str) -> SiteView:
        """Return the site as the page at `path` does: its own menu entry is marked as current."""
        settings, words = self.settings, self.words
        menu = tuple(
            Link(label=item.label, url=link(item.path), current=link(item.path) == href(path)) for item in settings.menu
        )
        directories = (
            (words.archive, ARCHIVE_DIRECTORY),
            (words.tags, TAG_DIRECTORY),
            (words.authors, AUTHOR_DIRECTORY),
        )
        paths = ((label, self.site_map.path(name)) for label, name in directories)
        sections = tuple(Link(label=label, url=url, current=url == path) for label, url in paths)
        looks, search = settings.appearance, claim_path(f"/{SEARCH_PAGE}")
        return SiteView(
            title=site_name(settings),
            description=settings.description,
            language=settings.language,
            direction=direction(settings.language),
            home=Link(label=words.home, url="/", current=path == "/"),
            menu=menu or sections,
            sections=sections,
            feeds=self.feeds(ALL),
            stylesheets=(self.stylesheet, *([link(looks.stylesheet)] if looks.stylesheet else [])),
            logo=Logo(url=link(looks.logo), width=looks.logo_width, height=looks.logo_height) if looks.logo else None,
            favicon=link(looks.favicon) if looks.favicon else initial_icon(site_name(settings), looks.accent),
            footer=looks.footer,
            social=tuple(Link(label=item.label, url=link(item.path)) for item in looks.social),
            search=Link(label=words.search, url=search, current=search == path) if settings.search else None,
            search_box=settings.search_box,
        )

    def feeds(self, listing: str, label: str = "") -> tuple[FeedLink, ...]:
        """Return links to the feeds of a listing."""
        paths = zip(self.site_map.feeds, self.site_map.feed_paths(listing), strict=True)
        suffix = f": {label}" if label else ""
        return tuple(
            FeedLink(label=f"{feed.label}{suffix}", url=href(path), media_type=feed.media_type) for feed, path in paths
        )

    def card(self, entry: Entry, body: Body | None = None) -> Card:
        """Return a post as listings show it, with a reading time where its body is given."""
        foreign = entry.lang != self.settings.language
        return Card(
            title=entry.title,
            url=href(entry.path),
            summary=entry.summary,
            published=moment(entry.published, self.words),
            authors=tuple(self._byline(author) for author in entry.authors),
            tags=tuple(self._tag(tag) for tag in entry.tags),
            reading_time=self.words.reading_time(body.words) if body else "",
            picture=self._picture(entry),
            lang=entry.lang if foreign and entry.lang else "",
            direction=direction(entry.lang) if foreign and entry.lang else "",
        )

    def cards(self, entries: Iterable[Entry]) -> tuple[Card, ...]:
        """Return posts as listings show them."""
        return tuple(self.card(entry) for entry in entries)

    def post(self, item: Item) -> PostView:
        """Return a post or page in full."""
        entry, body = item.entry, item.body
        card = self.card(entry, body)
        is_page = entry.kind is not SourceKind.POST
        later = entry.updated is not None and entry.published is not None and entry.updated > entry.published
        updated = moment(entry.updated, self.words) if later else None
        return PostView(
            card=replace(card, authors=(), tags=()) if is_page else card,
            id=entry.id,
            standfirst="" if _begins_with(body.html, entry.summary) else entry.summary,
            # The body was sanitised when the post was published.
            html=Markup(body.html),  # noqa: S704
            picture=None if _shows(body.html, card.picture) else card.picture,
            contents=_contents(body.html) if entry.toc else (),
            updated=updated if updated and card.published and updated.text != card.published.text else None,
            is_page=is_page,
        )

    def neighbour(self, entry: Entry | None) -> Link | None:
        """Return a link to a neighbouring post."""
        return None if entry is None else Link(label=entry.title, url=href(entry.path))

    def twin(self, path: str) -> str:
        """Return a link to the Markdown twin of a page."""
        return href(f"/{twin_key(path)}")

    def canonical(self, path: str) -> str:
        """Return the absolute URL of a path."""
        return self.settings.url + href(path)

    def titled(self, title: str) -> str:
        """Return the title of a window: the page's, then the site's."""
        return self.words.window_title.format(page=title, site=site_name(self.settings))

    def frame(self, kind: str, path: str, heading: str, description: str) -> Frame:
        """Return the frame of the page at a path."""
        return Frame(
            kind=kind,
            title=self.titled(heading),
            heading=heading,
            description=description,
            canonical=self.canonical(path),
        )

    def years(self, years: Sequence[SectionSummary]) -> tuple[YearTally, ...]:
        """Return years with their months, newest first."""
        return tuple(
            YearTally(year=self._tally(part, part.label), months=self.months(part.detail))
            for part in sorted(years, key=lambda part: part.section, reverse=True)
        )

    def months(self, months: Sequence[SectionSummary]) -> tuple[Tally, ...]:
        """Return months by name, newest first."""
        ordered = sorted(months, key=lambda part: part.section, reverse=True)
        subjects = ((part, self.site_map.parse_section(part.section).subject) for part in ordered)
        return tuple(
            self._tally(part, self.words.month_name(subject.month))
            for part, subject in subjects
            if isinstance(subject, MonthSubject)
        )

    def parts(self, parts: Sequence[SectionSummary]) -> tuple[Tally, ...]:
        """Return the parts of a month or year by their days, the newest first."""
        ordered = sorted(parts, key=lambda part: part.section, reverse=True)
        return tuple(self._tally(part, self.days(part.label)) for part in ordered)

    def days(self, label: str) -> str:
        """Return the days that the label of a part names: the oldest first."""
        newest, oldest = (self.words.day(datetime.fromisoformat(day)) for day in label.split("/"))
        return newest if newest == oldest else f"{oldest} \N{EN DASH} {newest}"

    def listings(self, children: Sequence[SectionSummary]) -> tuple[Tally, ...]:
        """Return tags or authors, in the order of their labels."""
        ordered = sorted(children, key=lambda part: (part.label.casefold(), part.section))
        subjects = ((part, self.site_map.parse_section(part.section).subject) for part in ordered)
        return tuple(
            self._tally(part, part.label, self._note(subject.listing))
            for part, subject in subjects
            if isinstance(subject, ListingSubject)
        )

    def _note(self, listing: str) -> str:
        kind, _, slug = listing.partition(":")
        tag, author = self.settings.tags.get(slug), self.settings.authors.get(slug)
        if f"{kind}:" == AUTHOR:
            return author.bio if author else ""
        return tag.description if tag else ""

    def _tally(self, part: SectionSummary, label: str, note: str = "") -> Tally:
        url = href(self.site_map.path(part.section))
        return Tally(label=label, url=url, count=part.count, posts=self.words.posts(part.count), note=note)

    def _byline(self, author: Author) -> Byline:
        profile = self.settings.authors.get(author.slug)
        url = self._listing_url(f"{AUTHOR}{author.slug}")
        return Byline(name=profile.name if profile else author.name, url=url, bio=profile.bio if profile else "")

    def _tag(self, tag: Tag) -> Link:
        profile = self.settings.tags.get(tag.slug)
        return Link(label=profile.label if profile else tag.label, url=self._listing_url(f"{TAG}{tag.slug}"))

    def _listing_url(self, listing: str) -> str:
        return href(self.site_map.path(self.site_map.head_section(listing)))

    def _picture(self, entry: Entry) -> Picture | None:
        if not entry.image:
            return None
        full = absolute_reference(self.canonical(entry.path), entry.image)
        return Picture(
            url=full.removeprefix(self.settings.url),
            absolute_url=full,
            alt=entry.image_alt,
            width=entry.image_width,
            height=entry.image_height,
            srcset=entry.image_variants.srcset(unquote(entry.image)) if entry.image_variants else "",
            sizes=SIZES if entry.image_variants else "",
            cover=self._cover(entry),
        )

    def _cover(self, entry: Entry) -> Cover:
        url = absolute_reference(self.canonical(entry.path), entry.cover)
        if entry.cover == entry.image:
            return Cover(url=url, width=entry.image_width, height=entry.image_height)
        return Cover(url=url, width=COVER.width, height=COVER.height)


def _begins_with(html: str, summary: str) -> bool:
    """Return whether a summary only repeats the beginning of a text, whatever its markup, quotes and dashes."""
    wanted = _letters(summary)
    # Most repeat its first paragraph, so that no more of it has to be looked at.
    if wanted in _letters(whole_words(html[:_FIRST_CHARACTERS])):
        return True
    return wanted in _letters(plain_text(html[:_BEGINNING_CHARACTERS]))


def _shows(html: str, picture: Picture | None) -> bool:
    """Return whether a text shows a picture itself."""
    return picture is not None and f'src="{picture.url}"' in html


def _contents(html: str) -> tuple[Heading, ...]:
    found = tuple(
        Heading(level=int(level), label=" ".join(plain_text(inner).split()), url=f"#{identity}")
        for level, identity, inner in _HEADING.findall(html)
    )
    return found if len(found) >= _LEAST_CONTENTS else ()


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())
