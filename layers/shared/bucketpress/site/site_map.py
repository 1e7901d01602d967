"""The site map as an object: from the rows of its tables, all names of sections, keys of artifacts and paths."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from bucketpress.site.artifact_keys import (
    artifact_key,
    claim_path,
    is_html,
    page_keys,
    page_path_of,
    path_keys,
    without_index,
)
from bucketpress.site.feeds.formats import FeedFormat
from bucketpress.site.section_kinds import (
    PathSubject,
    Section,
    SectionKind,
    compiled,
    fields_of,
    known_beginning,
    subject_of,
)

Key = TypeVar("Key", int, str)

_INDEX = "index.html"
_SECTIONS_KEPT = 4096


class SiteMap:
    """Reads and writes the names of sections, the keys of their artifacts and the paths of pages.

    `kinds` are the kinds of sections whose artifacts lie at places of our own, `pages` and `files` those of what is
    published at a path that its author chose. `segments` are the first segments of paths that no author may use.
    """

    def __init__(
        self,
        kinds: Sequence[SectionKind],
        *,
        pages: SectionKind,
        files: SectionKind,
        feeds: Sequence[FeedFormat],
        segments: frozenset[str] = frozenset(),
    ) -> None:
        """Store the tables, and what is derived from them and asked often."""
        self.feeds = tuple(feeds)
        self.segments = segments
        self._pages, self._files = pages, files
        self._keys = {kind: self._all_keys(kind) for kind in (*kinds, pages, files)}
        # Only what has as many folders, or begins alike, is compared: an audit asks for every object of the site.
        every = [(key, kind) for kind in kinds for key in self._keys[kind]]
        self._by_depth = _grouped((key.count("/"), compiled(key), kind) for key, kind in every if not _is_deep(key))
        self._deep = [(known_beginning(key, {}), compiled(key), kind) for key, kind in every if _is_deep(key)]
        self._by_prefix = _grouped((_prefix(kind.name), compiled(kind.name), kind) for kind in self._keys)
        self._by_listing = _grouped(
            (_prefix(kind.listing), compiled(kind.listing), kind) for kind in kinds if kind.listing
        )
        self._by_whole = {kind.whole: kind for kind in kinds if kind.whole}
        # Names come again and again: in a build of ten thousand posts each is asked for some thirty times.
        kept = lru_cache(maxsize=_SECTIONS_KEPT)
        self.parse_section: Callable[[str], Section] = kept(self._parse)
        self.head_section: Callable[[str], str] = kept(self._head_section)
        self.has_head: Callable[[str], bool] = kept(self._has_head)
        self.path: Callable[[str], str] = kept(self._path)
        home = self.folder(next(kind.name for kind in kinds if kind.has_feeds and not kind.fields))
        self.former_feeds: Mapping[str, str] = {
            path: f"{home}{feed.file_name}" for feed in feeds for path in feed.former_paths
        }
        single = (kind.name for kind in kinds if not kind.fields)
        self.site_wide: tuple[str, ...] = (*single, *map(self.path_section, self.former_feeds))

    def section_of_artifact(self, key: str) -> str | None:
        """Return the section an object of the site bucket belongs to; for a stray object, the one it would belong to.

        None for what no section can have: the empty objects that some programs write to show a folder.
        """
        if key.endswith("/") or not key:
            return None
        if found := self._owner(key):
            return found
        path = self._claimed(page_path_of(key))
        own = artifact_key(path)
        if key in path_keys(path) and self._claimed(page_path_of(own)) == path and not self._owner(own):
            return self.path_section(path)
        return self.path_section(f"/{key}")

    def path_section(self, path: str) -> str:
        """Return the section of whatever is published at `path`, a page or an asset.

        The path alone decides, so that a page and an asset that want one path are decided between in one section.
        """
        path = self._claimed(path)
        _, dot, extension = path.rpartition("/")[2].rpartition(".")
        kind = self._files if dot and not is_html(extension) else self._pages
        return kind.name.format(path=path)

    def _head_section(self, listing: str) -> str:
        """Return the section of a listing's front page and feeds. Raises ValueError for a listing that has none."""
        return self._listing_section(listing, frozenset(), {})

    def year_section(self, listing: str, year: int) -> str:
        """Return the section of one year of a listing. Raises ValueError for a listing that has none."""
        return self._listing_section(listing, frozenset({"year"}), {"year": f"{year:04d}"})

    def month_section(self, listing: str, month: str) -> str:
        """Return the section of one month (`2010-03`) of a listing. Raises ValueError for a listing that has none."""
        return self._listing_section(listing, frozenset({"year", "month"}), {"year": month[:4], "month": month[5:]})

    def has_parts(self, name: str) -> bool:
        """Return whether a section is one that can have parts; no name that is unknown is."""
        try:
            return self.parse_section(name).kind.name in self._by_whole
        except ValueError:
            return False

    def part_section(self, whole: str, part: str) -> str:
        """Return the section of a part of a section. Raises KeyError for a section that has none."""
        kind = self.parse_section(whole).kind
        match = compiled(kind.name).fullmatch(whole)
        return self._by_whole[kind.name].name.format_map({**(match.groupdict() if match else {}), "part": part})

    def _has_head(self, listing: str) -> bool:
        """Return whether a listing has a front page and feeds of its own."""
        found = self._by_listing.get(_prefix(listing), ())
        return any(kind.has_feeds and pattern.fullmatch(listing) for pattern, kind in found)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of a section's artifacts, the page first, as far as its name tells."""
        return self.parse_section(name).keys

    def _path(self, name: str) -> str:
        """Return the path of a section's page."""
        return claim_path(f"/{self.keys(name)[0]}")

    def folder(self, name: str) -> str:
        """Return the path of the folder a section's page lies in."""
        return f"/{self.keys(name)[0].removesuffix(_INDEX)}"

    def feed_paths(self, listing: str) -> tuple[str, ...]:
        """Return the paths of a listing's feeds, in the order of the table of formats."""
        folder = self.folder(self.head_section(listing))
        return tuple(f"{folder}{feed.file_name}" for feed in self.feeds)

    def unforeseeable(self, section: Section) -> tuple[str, ...]:
        """Return how the keys of a section begin that its name does not tell."""
        kind = section.kind
        match = compiled(kind.name).fullmatch(section.name)
        values = match.groupdict() if match else {}
        beginnings = (known_beginning(key, values) for key in self._keys[kind] if not fields_of(key) <= kind.fields)
        return tuple(dict.fromkeys(beginnings))

    def is_taken(self, path: str) -> bool:
        """Return whether what an author would publish at a path could ever be in the way of what we make ourselves.

        It is where one of our artifacts can be; or it is below such an artifact, as if that were a folder.
        """
        path = without_index(path)
        if path[1:].partition("/")[0] in self.segments:
            return True
        parts = path[1:].split("/")
        below = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
        return any(map(self._owner, (*below, *page_keys(path))))

    def _claimed(self, path: str) -> str:
        """Return a path as sources claim it; what is below an object of our own is no page of that object's name."""
        claimed, folder = claim_path(path), without_index(path)
        return folder if claimed != folder and self._owner(artifact_key(claimed)) else claimed

    def _owner(self, key: str) -> str | None:
        for pattern, kind in self._by_depth.get(key.count("/"), ()):
            if match := pattern.fullmatch(key):
                return kind.name.format_map(match.groupdict())
        for beginning, pattern, kind in self._deep:
            if key.startswith(beginning) and (match := pattern.fullmatch(key)):
                return kind.name.format_map(match.groupdict())
        return None

    def _parse(self, name: str) -> Section:
        """Return the section of a name. Raises ValueError for a name that is no section's."""
        for pattern, kind in self._by_prefix.get(_prefix(name), ()):
            match = pattern.fullmatch(name)
            if match is not None:
                section = self._section(kind, name, match.groupdict())
                path = section.subject.path if isinstance(section.subject, PathSubject) else None
                # A path has one name, and none where we make something ourselves.
                if path is None or self.section_of_artifact(artifact_key(path)) == name:
                    return section
        message = f"{name!r} is not the name of a section"
        raise ValueError(message)

    def _section(self, kind: SectionKind, name: str, values: dict[str, str]) -> Section:
        subject = subject_of(kind, values)
        known = (key for key in self._keys[kind] if fields_of(key) <= kind.fields)
        return Section(
            kind=kind,
            name=name,
            keys=self._path_keys(subject.path) if isinstance(subject, PathSubject) else _filled(known, values),
            sitemap=kind.sitemap.format_map(values),
            parent=kind.parent.format_map(values) or None,
            told=(kind.told or kind.parent).format_map(values) or None,
            subject=subject,
        )

    def _path_keys(self, path: str) -> tuple[str, ...]:
        own, *others = path_keys(path)
        return (own, *(key for key in others if not self._owner(key)))

    def _all_keys(self, kind: SectionKind) -> tuple[str, ...]:
        feeds = self.feeds if kind.has_feeds else ()
        beside = (kind.keys[0].removesuffix(_INDEX) + feed.file_name for feed in feeds)
        return (*kind.keys, *beside, *([kind.sitemap] if kind.sitemap else []))

    def _listing_section(self, listing: str, period: frozenset[str], values: Mapping[str, str]) -> str:
        for pattern, kind in self._by_listing.get(_prefix(listing), ()):
            match = pattern.fullmatch(listing)
            if match is not None and kind.fields - fields_of(kind.listing) == period:
                return kind.name.format_map({**match.groupdict(), **values})
        message = f"the listing {listing!r} has no such section"
        raise ValueError(message)


def month_of(moment: datetime) -> str:
    """Return the month of an aware local datetime as `2010-03`."""
    return f"{moment.year:04d}-{moment.month:02d}"


def _is_deep(pattern: str) -> bool:
    """Return whether what a pattern writes may have any number of folders."""
    return "picture" in fields_of(pattern)


def _prefix(text: str) -> str:
    """Return what stands before the colon: of a pattern the same as of all that it writes."""
    return text.partition(":")[0]


def _grouped(
    rows: Iterable[tuple[Key, re.Pattern[str], SectionKind]],
) -> Mapping[Key, Sequence[tuple[re.Pattern[str], SectionKind]]]:
    grouped: dict[Key, list[tuple[re.Pattern[str], SectionKind]]] = defaultdict(list)
    for key, pattern, kind in rows:
        grouped[key].append((pattern, kind))
    return dict(grouped)


def _filled(patterns: Iterable[str], values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(pattern.format_map(values) for pattern in patterns)
