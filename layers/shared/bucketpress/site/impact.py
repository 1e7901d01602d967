"""What a changed post touches: the sections whose artifacts show it, and the places whose neighbours link to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bucketpress.content.pictures.variants import PictureVariants
from bucketpress.content.post import Entry, identical
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.entry_ids import slug_name
from bucketpress.site.layout import (
    ALL,
    AUTHOR,
    PAGE_DIRECTORY,
    PAGES,
    SEARCH,
    SITE_MAP,
    SITE_WIDE,
    TAG,
    head_section,
    month_of,
    month_section,
    parent_section,
    path_section,
    search_section,
    variants_section,
    year_section,
)
from bucketpress.site.search.cells import SearchSpot, cells_at, search_position


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the order of all posts, with the month (`2010-03`) whose archive page lists it."""

    month: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a commit makes stale: sections by name, and spots whose neighbours must be looked up afterwards.

    `listings` are those whose head shows the post only if it is among their newest, `search` the positions at which
    search has to look again. `rows` are the positions at which what lists the post by its date has changed, for a busy
    month or year is in parts.
    """

    sections: frozenset[str] = frozenset()
    spots: frozenset[Spot] = frozenset()
    listings: frozenset[str] = frozenset()
    search: frozenset[SearchSpot] = frozenset()
    rows: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What readers see of a published post or page: its entry, and a digest of its body."""

    entry: Entry
    body_digest: str

    @property
    def path(self) -> str:
        """Where readers find it."""
        return self.entry.path


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAsset:
    """What readers get of a published file: where, and the ETag of its bytes.

    `stripped` says that it is a picture to strip, `variants` which smaller versions of it there have to be.
    """

    path: str
    etag: str
    stripped: bool = False
    variants: PictureVariants | None = None


def listings_of(entry: Entry) -> frozenset[str]:
    """Return the listings that a published source is in."""
    if entry.kind is SourceKind.PAGE:
        return frozenset({PAGES, SEARCH})
    tags = (f"{TAG}{tag.slug}" for tag in entry.tags)
    authors = (f"{AUTHOR}{author.slug}" for author in entry.authors)
    return frozenset({ALL, SEARCH, slug_name(entry.slug), *tags, *authors})


def position_in(listing: str, entry: Entry) -> str:
    """Return where a published source stands in one of its listings."""
    return search_position(entry) if listing == SEARCH else entry.position


def site_sections(settings: SiteSettings) -> frozenset[str]:
    """Return the sections that there are because of the settings alone, whatever is published."""
    return frozenset({*SITE_WIDE, *map(path_section, settings.redirects)})


def touched(old: Shown | ShownAsset | None, new: Shown | ShownAsset | None) -> Touched:
    """Return what becomes stale when what readers see of a source changes from `old` to `new`; None: not published."""
    shown = [view for view in (old, new) if view is not None]
    if identical(old, new):
        return Touched()
    search = search_spots(old, new)
    manifest = {SEARCH} if search else set()
    sections = {section for view in shown for section in _made_of(view)} | manifest
    listings = _kept_listings(old, new)
    sections -= {head_section(listing) for listing in listings}
    if _same_entry(old, new):
        # Archives have no bodies; search looks into them.
        own = {path_section(view.path) for view in shown}
        return Touched(sections=frozenset(own | manifest), listings=listings, search=search)
    # Where a post comes or goes, all that counts it changes, and is best refreshed together with it.
    counting = _periods_of(old) ^ _periods_of(new)
    sections |= {above for period in counting for above in _above(period)}
    entries = [view.entry for view in shown if isinstance(view, Shown)]
    spots = frozenset(_spots(entries))
    rows = frozenset(spot.position for spot in spots)
    if _as_neighbour(old) == _as_neighbour(new):
        return Touched(sections=frozenset(sections), listings=listings, search=search, rows=rows)
    # The counts that travel upwards may end as they were, while the years before and after have changed.
    sections |= {year_section(ALL, year) for entry in entries if (year := _year_of(entry)) is not None}
    return Touched(sections=frozenset(sections), spots=spots, listings=listings, search=search, rows=rows)


def search_spots(old: Shown | ShownAsset | None, new: Shown | ShownAsset | None) -> frozenset[SearchSpot]:
    """Return where search has to look again when readers see `new` instead of `old`."""
    before, after = (search_position(view.entry) if isinstance(view, Shown) else None for view in (old, new))
    spots = {SearchSpot(position=after)} if after else set()
    return frozenset(spots | ({SearchSpot(position=before, leaves=True)} if before and before != after else set()))


def _kept_listings(old: Shown | ShownAsset | None, new: Shown | ShownAsset | None) -> frozenset[str]:
    """Return the listings in which a post keeps its place: their heads change only if it is among their newest."""
    if not isinstance(old, Shown) or not isinstance(new, Shown) or old.entry.position != new.entry.position:
        return frozenset()
    return frozenset(filter(SITE_MAP.has_head, listings_of(old.entry) & listings_of(new.entry)))


def _same_entry(old: Shown | ShownAsset | None, new: Shown | ShownAsset | None) -> bool:
    """Return whether all that listings show of a post without its body stays as it was."""
    return isinstance(old, Shown) and isinstance(new, Shown) and identical(old.entry, new.entry)


def sections_of_neighbour(neighbour: Entry, month: str) -> set[str]:
    """Return the sections of a neighbour that link to a spot in `month`.

    A neighbour in another month is what that month's archive page links to as previous or next; likewise a year.
    """
    sections = {path_section(neighbour.path)}
    if neighbour.published is None:
        return sections
    other = month_of(neighbour.published)
    if other != month:
        sections.add(month_section(other))
    if other[:4] != month[:4]:
        sections.add(year_section(ALL, neighbour.published.year))
    return sections


def sections_showing(view: Shown | ShownAsset) -> set[str]:
    """Return every section that shows a published source; of search the one that all others of its kind follow from."""
    if not isinstance(view, Shown):
        return _made_of(view)
    widest, *_ = cells_at(search_position(view.entry))
    return _made_of(view) | {search_section(widest), SEARCH}


def _made_of(view: Shown | ShownAsset) -> set[str]:
    """Return the sections that are made of a published source, but for those of search."""
    sections = {path_section(view.path)}
    if isinstance(view, ShownAsset):
        return sections | ({variants_section(view.path)} if view.variants else set())
    entry = view.entry
    if entry.kind is SourceKind.PAGE:
        return sections | {PAGE_DIRECTORY}
    heads = {head_section(listing) for listing in listings_of(entry) if SITE_MAP.has_head(listing)}
    return sections | heads | _periods_of(view)


def _periods_of(view: Shown | ShownAsset | None) -> set[str]:
    """Return the sections that list a post by its time."""
    if not isinstance(view, Shown) or view.entry.published is None or view.entry.kind is not SourceKind.POST:
        return set()
    entry, published = view.entry, view.entry.published
    listings = (each for each in listings_of(entry) if each != ALL and SITE_MAP.has_head(each))
    return {month_section(month_of(published)), *(year_section(each, published.year) for each in listings)}


def _above(name: str) -> set[str]:
    """Return the sections above a section, up to the top of the chain."""
    parent = parent_section(name)
    return {parent, *_above(parent)} if parent else set()


def _spots(entries: Iterable[Entry]) -> set[Spot]:
    return {
        Spot(month=month_of(entry.published), position=entry.position)
        for entry in entries
        if entry.published is not None and entry.kind is SourceKind.POST
    }


def _year_of(entry: Entry) -> int | None:
    return entry.published.year if entry.published is not None and entry.kind is SourceKind.POST else None


def _as_neighbour(view: Shown | ShownAsset | None) -> tuple[str, str, str] | None:
    if not isinstance(view, Shown) or view.entry.published is None:
        return None
    return view.entry.path, view.entry.title, f"{month_of(view.entry.published)} {view.entry.position}"
