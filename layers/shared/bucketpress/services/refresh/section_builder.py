"""Reads the rows a section is made from and renders it: same index, same bytes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from bucketpress.content.media_types import media_type
from bucketpress.content.pictures.encoding_fault import RefusedPicture
from bucketpress.content.pictures.variants import COVER_MEDIA_TYPE, MEDIA_TYPE, PictureVariants
from bucketpress.content.post import Body, Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, artifact_key
from bucketpress.errors import BucketpressError
from bucketpress.ports import Parallel, PostIndex
from bucketpress.records.checkpoint import CheckpointName
from bucketpress.records.claim import owner_among
from bucketpress.records.record import Record
from bucketpress.records.site_object import AssetCopy
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.namesakes import heir_of
from bucketpress.services.neighbours import Neighbours, neighbours
from bucketpress.services.parts import Newest, PartLimits, PartReader
from bucketpress.services.periods import around_end, around_start, first_after, first_before
from bucketpress.services.refresh.contradiction import ContradictionError
from bucketpress.services.refresh.early_reads import NOTHING_EARLY, EarlyReads
from bucketpress.services.refresh.search_builder import search_manifest, search_of_cell
from bucketpress.site.artifact import Artifact
from bucketpress.site.impact import ShownAsset
from bucketpress.site.layout import (
    ALL,
    ARCHIVE_DIRECTORY,
    AUTHOR_DIRECTORY,
    PAGE_DIRECTORY,
    PAGES,
    SEARCH,
    SITE,
    SITE_MAP,
    TAG_DIRECTORY,
    CellSubject,
    ListingSubject,
    MonthSubject,
    PartSubject,
    PathSubject,
    PictureSubject,
    Section,
    YearSubject,
    page_keys,
    parse_section,
)
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import Split
from bucketpress.site.section_summary import (
    SectionSummary,
    bare,
    days_of,
    parts_in_months,
    summary_of_children,
    summary_of_entries,
    summary_of_whole,
)

# Posts that are looked through on either side of a period before everything within hours of its end is read.
NEARBY = 8


class RecoveringError(BucketpressError):
    """The site bucket knows what the index does not know yet: until it does, the site stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What a section must be: its artifacts, and the summary that its parent shows of it.

    `keeps_withdrawn` leaves artifacts that have no place any more as they are; `leads_to` is the path that what has no
    place leads to instead of being gone. `variants` are those of a picture, `sources` who wants to know of them;
    `refused` says why there are none. `split` says that a cell of search is no segment, `follow` are
    the cells to look at again. `parts_until` is as in SectionRecord. `front` are the posts that the front page was made
    from, None for any other section.
    """

    generation: str
    artifacts: tuple[Artifact | AssetCopy, ...]
    summary: SectionSummary | None
    renderer: Renderer
    keeps_withdrawn: bool = False
    leads_to: str | None = None
    variants: PictureVariants | None = None
    refused: RefusedPicture | None = None
    sources: frozenset[str] = frozenset()
    split: Split | None = None
    follow: frozenset[str] = frozenset()
    parts_until: str = ""
    front: tuple[Entry, ...] | None = None

    def withdraw(self, key: str) -> Artifact:
        """Render what replaces an artifact that has been withdrawn."""
        return self.renderer.moved_file(key, self.leads_to) if self.leads_to else self.renderer.gone_artifact(key)


def render_section(
    index: PostIndex,
    section: Section,
    stored: StoredSettings | None,
    *,
    software: str,
    renderer: Callable[[SiteSettings], Renderer],
    parallel: Parallel,
    part_limits: PartLimits,
    early: EarlyReads = NOTHING_EARLY,
) -> Rendering:
    """Read a section's rows and render it under the settings read before them.

    Raises ContradictionError when the reads do not fit together, RecoveringError while nothing may be refreshed.
    """
    # Settings come with the first commit: a section that was sent before there are any is of an index that was lost.
    if stored is None or stored.recovering:
        raise RecoveringError
    builder = _SectionBuilder(
        index=index, renderer=renderer(stored.settings), parallel=parallel, part_limits=part_limits, early=early
    )
    generation = stored.generation(software)
    if isinstance(section.subject, PictureSubject):
        return builder.variants(section.subject.path, generation)
    if isinstance(section.subject, CellSubject):
        return builder.cell(section.subject.cell, generation)
    if section.subject == ListingSubject(ALL):
        return builder.front(section.name, generation)
    newest = builder.newest(section)
    artifacts, summary = builder.build(section, newest)
    return Rendering(
        generation=generation,
        artifacts=tuple(artifacts),
        summary=summary,
        renderer=builder.renderer,
        keeps_withdrawn=section.name == SITE and _has_older_pages(index, generation),
        parts_until=newest.until if newest else "",
    )


def _has_older_pages(index: PostIndex, generation: str) -> bool:
    """Return whether there may be pages not yet made again, which name the stylesheet they were made with."""
    is_rebuilt = index.checkpoint(CheckpointName.REBUILD).has_reached(generation)
    return not is_rebuilt or not index.checkpoint(CheckpointName.RECOVERY).has_made_pages


_Made: TypeAlias = tuple[Sequence[Artifact | AssetCopy], SectionSummary | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SectionBuilder:
    """One rendering's reads, by kind of section; `early` is what was read before."""

    index: PostIndex
    renderer: Renderer
    parallel: Parallel
    part_limits: PartLimits
    early: EarlyReads

    def newest(self, section: Section) -> Newest | None:
        """Read what a section lists that can have parts, None for any other."""
        return self._parts_of(section.name).newest() if SITE_MAP.has_parts(section.name) else None

    def build(self, section: Section, newest: Newest | None) -> _Made:
        """Render a section; return its artifacts and its summary."""
        match section.subject:
            case PathSubject(path):
                return self.path(path), None
            case PictureSubject() | CellSubject():
                raise ValueError(section.name)  # is more than artifacts: see `variants` and `cell`
            case ListingSubject(listing):
                return self.head(section.name, listing)
            case None:
                return self.single(section.name)
            case YearSubject() | MonthSubject() | PartSubject():
                return self.in_time(section.name, section.subject, newest)

    def in_time(self, name: str, subject: YearSubject | MonthSubject | PartSubject, newest: Newest | None) -> _Made:
        """Render what lists posts by their time."""
        match subject:
            case YearSubject(listing, year) if newest:
                return self.year(name, listing, year, newest)
            case YearSubject(_, year):
                return self.all_of_year(name, year)
            case MonthSubject(_, year, month) if newest:
                return self.month(name, year, month, newest)
            case MonthSubject():
                return self.parts_of_month(name)
            case PartSubject(whole, part):
                return self.part(name, whole, part)

    def path(self, path: str) -> Sequence[Artifact | AssetCopy]:
        """Render a path: the live source, else a redirect of the settings or to a former owner's path, else 410."""
        if page := self.early.page:
            return self._live(page.record, page.body, path)
        claims = self.index.claims(path)
        if owner := owner_among(claims):
            return self._live(*self.index.published(owner.key), path)
        if led := self.renderer.set_redirect(path):
            return led
        formers = [self.index.record(claim.key) for claim in claims if claim.was_live]
        for former in formers:
            if former.published_path == path:
                raise ContradictionError
            if former.shown is not None:
                return self.renderer.redirect(path, former.shown.path)
        if heir := heir_of(self.index, formers):
            return self.renderer.redirect(path, heir.path)
        return self.renderer.gone(path) if formers else self.renderer.former_feed(path)

    def variants(self, path: str, generation: str) -> Rendering:
        """Render the smaller versions of the picture at a path; nothing where there is none.

        Versions of an older picture lead to the present one: a page that still offers them shows it.
        """
        claims = self.index.claims(path)
        owner = owner_among(claims)
        record = self.index.record(owner.key) if owner else None
        shown = record.shown if record else None
        if record and (record.published_path != path or shown is None):
            raise ContradictionError
        wanted = shown.variants if isinstance(shown, ShownAsset) else None
        copies = []
        if wanted and record and record.version:
            copies = [
                AssetCopy(
                    key=key,
                    source=record.version,
                    content_type=COVER_MEDIA_TYPE if shape.height else MEDIA_TYPE,
                    shape=shape,
                )
                for key, shape in wanted.shapes(path).items()
            ]
        return Rendering(
            generation=generation,
            artifacts=tuple(copies),
            summary=None,
            renderer=self.renderer,
            leads_to=path if shown else None,
            variants=wanted if copies else None,
            sources=frozenset(claim.key for claim in claims),
        )

    def cell(self, cell: str, generation: str) -> Rendering:
        """Render what search knows of the posts of a cell."""
        made = search_of_cell(self.index, self.renderer, cell)
        return Rendering(
            generation=generation,
            artifacts=tuple(made.artifacts),
            summary=made.summary,
            renderer=self.renderer,
            split=made.split,
            follow=made.follow,
        )

    def _live(self, record: Record, body: Body | None, path: str) -> Sequence[Artifact | AssetCopy]:
        shown = record.shown
        if record.published_path != path or shown is None:
            raise ContradictionError
        if isinstance(shown, ShownAsset):
            if record.version is None:
                raise ContradictionError
            # Who asks for the Markdown of a page that has none gets the page.
            kind = media_type(artifact_key(path))
            return [
                AssetCopy(key=key, source=record.version, content_type=kind, stripped=shown.stripped)
                for key in page_keys(path)
            ]
        if body is None or body.digest != shown.body_digest:
            raise ContradictionError
        entry = shown.entry
        newer, older = self._neighbours(entry) if entry.kind is SourceKind.POST else (None, None)
        return self.renderer.post(Item(entry=entry, body=body), newer=newer, older=older)

    def _neighbours(self, entry: Entry) -> Neighbours:
        page = self.early.page
        if page and page.around and page.position == entry.position:
            return page.around
        return neighbours(self.index, self.parallel, entry.position)

    def front(self, name: str, generation: str) -> Rendering:
        """Render the front page and the feeds of all posts."""
        entries = self._newest_of(ALL)
        artifacts, summary = self._head_of(name, ALL, entries)
        return Rendering(
            generation=generation,
            artifacts=tuple(artifacts),
            summary=summary,
            renderer=self.renderer,
            front=entries,
        )

    def head(self, name: str, listing: str) -> _Made:
        """Render a listing's newest posts and its feeds."""
        return self._head_of(name, listing, self._newest_of(listing))

    def _newest_of(self, listing: str) -> tuple[Entry, ...]:
        return self.index.entries(listing, limit=self.renderer.settings.head_entries)

    def _head_of(self, name: str, listing: str, entries: Sequence[Entry]) -> _Made:
        bodies = self.index.bodies([entry.key for entry in entries], markdown=False)
        if len(bodies) < len(entries):
            raise ContradictionError
        years = () if listing == ALL else self.index.children(name)
        label, description = label_of(listing, entries, self.renderer.settings)
        items = [Item(entry=entry, body=bodies[entry.key]) for entry in entries]
        artifacts = self.renderer.head(listing, items=items, label=label, description=description, years=years)
        return artifacts, summary_of_children(name, label, years) if listing != ALL else None

    def all_of_year(self, name: str, year: int) -> _Made:
        """Render one year of all posts: its months with how many posts each has."""
        months = self.index.children(name)
        newer, older = self._around(f"{year:04d}")
        made = self.renderer.year(
            ALL,
            year,
            entries=(),
            months=months,
            newer=newer.year if newer else None,
            older=older.year if older else None,
            label=str(year),
        )
        return made, summary_of_children(name, str(year), months, detail=months)

    def year(self, name: str, listing: str, year: int, newest: Newest) -> _Made:
        """Render one year of a tag or author: its newest posts, and links to its parts."""
        label, _ = label_of(listing, newest.rows, self.renderer.settings)
        parts = self.index.children(name) if newest.until else ()
        made = self.renderer.year(
            listing, year, entries=newest.rows, months=(), newer=None, older=None, label=label, parts=parts
        )
        return made, summary_of_whole(name, str(year), newest.rows, before=newest.before, parts=parts)

    def month(self, name: str, year: int, month: int, newest: Newest) -> _Made:
        """Render one month of all posts: its newest posts, and links to its parts."""
        period = f"{year:04d}-{month:02d}"
        below = self.index.children(name) if newest.until else ()
        parts = tuple(part for child in below for part in child.detail)
        newer, older = self._around(period)
        made = self.renderer.month(
            year,
            month,
            entries=newest.rows,
            newer=(newer.year, newer.month) if newer else None,
            older=(older.year, older.month) if older else None,
            parts=parts,
        )
        summary = summary_of_whole(name, period, newest.rows, before=newest.before, parts=parts)
        # Whoever lists sitemaps has to know of those of the parts, and of nothing else of them.
        return made, replace(summary, detail=tuple(map(bare, below))) if summary else None

    def parts_of_month(self, name: str) -> _Made:
        """Render the index of the sitemaps of the parts of a month."""
        parts = self.index.children(name)
        return self.renderer.parts_of_month(name, parts), summary_of_children(name, "", parts, detail=parts)

    def part(self, name: str, whole: str, part: str) -> _Made:
        """Render one part of a month or year. Which there are is for the whole's record to say, and read first."""
        until = self.index.section(whole).parts_until
        entries = self._parts_of(whole).rows(part, until) if until else ()
        if not entries:
            return (), None
        subject = parse_section(whole).subject
        label = (
            label_of(subject.listing, entries, self.renderer.settings)[0] if isinstance(subject, YearSubject) else ""
        )
        return self.renderer.part(name, entries=entries, label=label), summary_of_entries(
            name, days_of(entries), entries
        )

    def _parts_of(self, whole: str) -> PartReader:
        return PartReader(index=self.index, whole=whole, limits=self.part_limits)

    def single(self, name: str) -> _Made:
        """Render a section that is the only one of its kind: a directory, or what belongs to no post."""
        render: Mapping[str, Callable[[], _Made]] = {
            ARCHIVE_DIRECTORY: lambda: self.archive(name),
            TAG_DIRECTORY: lambda: (self.renderer.tags(self.index.children(name)), None),
            AUTHOR_DIRECTORY: lambda: (self.renderer.authors(self.index.children(name)), None),
            PAGE_DIRECTORY: self.pages,
            SEARCH: lambda: search_manifest(self.index, self.renderer, name),
            SITE: self.site,
        }
        return render[name]()

    def archive(self, name: str) -> _Made:
        """Render the archive; its summary names what only the site's robots.txt lists."""
        years = self.index.children(name)
        in_parts = parts_in_months(years)
        summary = SectionSummary(section=name, label="", count=len(in_parts), detail=in_parts) if in_parts else None
        return self.renderer.archive(years), summary

    def site(self) -> _Made:
        """Render what belongs to no post."""
        archive = self.index.section(ARCHIVE_DIRECTORY).summary
        return self.renderer.site(archive.detail if archive else ()), None

    def pages(self) -> _Made:
        """Render the sitemap of the pages."""
        entries = self.index.entries(PAGES)
        modified = max((entry.modified for entry in entries if entry.modified), default=None)
        shown = SectionSummary(section=PAGE_DIRECTORY, label=PAGES, count=len(entries), modified=modified)
        return self.renderer.pages(entries), shown

    def _around(self, period: str) -> tuple[datetime | None, datetime | None]:
        """Return the dates of the nearest posts after and before a period, by their own dates."""
        after, before = self.parallel.run([partial(self._after, period), partial(self._before, period)])
        return after, before

    def _after(self, period: str) -> datetime | None:
        start, end = around_end(period)
        newest = self.early.newest
        first = newest.after(start, NEARBY) if newest else None
        if first is None:
            first = self.index.entries(ALL, start=start, limit=NEARBY, newest_first=False)
        if (found := first_after(period, first)) or len(first) < NEARBY:
            return found
        newer = self.index.entries(ALL, start=start, end=end)
        return first_after(period, (*newer, *self.index.entries(ALL, start=end, limit=1, newest_first=False)))

    def _before(self, period: str) -> datetime | None:
        start, end = around_start(period)
        first = self.index.entries(ALL, end=end, limit=NEARBY)
        if (found := first_before(period, first)) or len(first) < NEARBY:
            return found
        older = self.index.entries(ALL, start=start, end=end)
        return first_before(period, (*older, *self.index.entries(ALL, end=start, limit=1)))


def label_of(listing: str, entries: Sequence[Entry], settings: SiteSettings) -> tuple[str, str]:
    """Return a listing's label and description: from the settings, else as its newest post writes it."""
    kind, _, slug = listing.partition(":")
    if kind == "tag":
        profile = settings.tags.get(slug)
        written = (tag.label for entry in entries for tag in entry.tags if tag.slug == slug)
        return (profile.label, profile.description) if profile else (next(written, slug), "")
    if kind == "author":
        author = settings.authors.get(slug)
        signed = (name.name for entry in entries for name in entry.authors if name.slug == slug)
        return (author.name, author.bio) if author else (next(signed, slug), "")
    return settings.title, settings.description
