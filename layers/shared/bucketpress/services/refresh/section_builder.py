"""Reads the rows a section is made from and renders it: same index, same bytes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bucketpress.content.media_types import media_type
from bucketpress.content.pictures.encoding_fault import RefusedPicture
from bucketpress.content.pictures.variants import COVER_MEDIA_TYPE, MEDIA_TYPE, PictureVariants
from bucketpress.content.post import Body, Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, artifact_key
from bucketpress.errors import BucketpressError
from bucketpress.ports import PostIndex
from bucketpress.records.checkpoint import CheckpointName
from bucketpress.records.claim import Standing
from bucketpress.records.record import Record
from bucketpress.records.site_object import AssetCopy
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.namesakes import heir_of
from bucketpress.services.neighbours import neighbours
from bucketpress.services.refresh.contradiction import ContradictionError
from bucketpress.services.refresh.periods import around_end, around_start, first_after, first_before, span_of, within
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
    TAG_DIRECTORY,
    CellSubject,
    ListingSubject,
    MonthSubject,
    PathSubject,
    PictureSubject,
    Section,
    YearSubject,
    page_keys,
)
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import Split
from bucketpress.site.section_summary import SectionSummary, summary_of_children, summary_of_entries

# Posts that are looked through on either side of a period before everything within hours of its end is read.
NEARBY = 8


class RecoveringError(BucketpressError):
    """The site bucket knows what the index does not know yet: until it does, the site stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What a section must be: its artifacts, and the summary that its parent shows of it.

    `keeps_withdrawn` leaves artifacts that have no place any more as they are; `leads_to` is the path that what has no
    place leads to instead of being gone. `variants` are those of a picture, `sources` who wants to know of them;
    `refused` says why there are none. `split` says that a cell of search is no segment.
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
) -> Rendering:
    """Read a section's rows and render it under the settings read before them.

    Raises ContradictionError when the reads do not fit together, RecoveringError while nothing may be refreshed.
    """
    # Settings come with the first commit: a section that was sent before there are any is of an index that was lost.
    if stored is None or stored.recovering:
        raise RecoveringError
    builder = _SectionBuilder(index=index, renderer=renderer(stored.settings))
    generation = stored.generation(software)
    if isinstance(section.subject, PictureSubject):
        return builder.variants(section.subject.path, generation)
    if isinstance(section.subject, CellSubject):
        return builder.cell(section.subject.cell, generation)
    artifacts, summary = builder.build(section)
    return Rendering(
        generation=generation,
        artifacts=tuple(artifacts),
        summary=summary,
        renderer=builder.renderer,
        keeps_withdrawn=section.name == SITE and _has_older_pages(index, generation),
    )


def _has_older_pages(index: PostIndex, generation: str) -> bool:
    """Return whether there may be pages not yet made again, which name the stylesheet they were made with."""
    is_rebuilt = index.checkpoint(CheckpointName.REBUILD).has_reached(generation)
    return not is_rebuilt or index.checkpoint(CheckpointName.RECOVERY).is_under_way


_Made: TypeAlias = tuple[Sequence[Artifact | AssetCopy], SectionSummary | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SectionBuilder:
    """One rendering's reads, by kind of section."""

    index: PostIndex
    renderer: Renderer

    def build(self, section: Section) -> _Made:
        """Render a section; return its artifacts and its summary."""
        match section.subject:
            case PathSubject(path):
                return self.path(path), None
            case PictureSubject() | CellSubject():
                raise ValueError(section.name)  # is more than artifacts: see `variants` and `cell`
            case ListingSubject(listing):
                return self.head(section.name, listing)
            case YearSubject(listing, year):
                return (
                    self.all_of_year(section.name, year) if listing == ALL else self.year(section.name, listing, year)
                )
            case MonthSubject(_, year, month):
                return self.month(section.name, year, month)
            case None:
                return self.single(section.name)

    def path(self, path: str) -> Sequence[Artifact | AssetCopy]:
        """Render a path: the live source, else a redirect of the settings or to a former owner's path, else 410."""
        claims = self.index.claims(path)
        owner = next((claim.key for claim in claims if claim.standing is Standing.PUBLISHED), None)
        if owner is not None:
            return self._live(*self.index.published(owner), path)
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
        owner = next((claim.key for claim in claims if claim.standing is Standing.PUBLISHED), None)
        record = self.index.record(owner) if owner else None
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
        newer, older = neighbours(self.index, entry.position) if entry.kind is SourceKind.POST else (None, None)
        return self.renderer.post(Item(entry=entry, body=body), newer=newer, older=older)

    def head(self, name: str, listing: str) -> _Made:
        """Render a listing's newest posts and its feeds."""
        entries = self.index.entries(listing, limit=self.renderer.settings.head_entries)
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

    def year(self, name: str, listing: str, year: int) -> _Made:
        """Render one year of a tag or author: the posts themselves."""
        entries = self._of_period(listing, f"{year:04d}")
        label, _ = label_of(listing, entries, self.renderer.settings)
        made = self.renderer.year(listing, year, entries=entries, months=(), newer=None, older=None, label=label)
        return made, summary_of_entries(name, str(year), entries)

    def month(self, name: str, year: int, month: int) -> _Made:
        """Render one month of all posts."""
        period = f"{year:04d}-{month:02d}"
        entries = self._of_period(ALL, period)
        newer, older = self._around(period)
        made = self.renderer.month(
            year,
            month,
            entries=entries,
            newer=(newer.year, newer.month) if newer else None,
            older=(older.year, older.month) if older else None,
        )
        return made, summary_of_entries(name, period, entries)

    def single(self, name: str) -> _Made:
        """Render a section that is the only one of its kind: a directory, or what belongs to no post."""
        render: Mapping[str, Callable[[], _Made]] = {
            ARCHIVE_DIRECTORY: lambda: (self.renderer.archive(self.index.children(name)), None),
            TAG_DIRECTORY: lambda: (self.renderer.tags(self.index.children(name)), None),
            AUTHOR_DIRECTORY: lambda: (self.renderer.authors(self.index.children(name)), None),
            PAGE_DIRECTORY: self.pages,
            SEARCH: lambda: search_manifest(self.index, self.renderer, name),
            SITE: lambda: (self.renderer.site(), None),
        }
        return render[name]()

    def pages(self) -> _Made:
        """Render the sitemap of the pages."""
        entries = self.index.entries(PAGES)
        modified = max((entry.modified for entry in entries if entry.modified), default=None)
        shown = SectionSummary(section=PAGE_DIRECTORY, label=PAGES, count=len(entries), modified=modified)
        return self.renderer.pages(entries), shown

    def _of_period(self, listing: str, period: str) -> tuple[Entry, ...]:
        """Read the rows of a year or month."""
        start, end = span_of(period)
        return within(period, self.index.entries(listing, start=start, end=end))

    def _around(self, period: str) -> tuple[datetime | None, datetime | None]:
        """Return the dates of the nearest posts after and before a period, by their own dates."""
        return self._after(period), self._before(period)

    def _after(self, period: str) -> datetime | None:
        start, end = around_end(period)
        first = self.index.entries(ALL, start=start, limit=NEARBY, newest_first=False)
        if (found := first_after(period, first)) or len(first) < NEARBY:
            return found
        newer = self.index.entries(ALL, start=start, end=end, newest_first=False)
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
