"""Sends what a commit has touched: looked up after the commit, sent to the queues, and only then forgotten."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import partial

from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind, classify, composed, spellings
from bucketpress.ports import Parallel, PostIndex, Queue
from bucketpress.records.record import Outbox, Record
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.namesakes import removed
from bucketpress.services.neighbours import newer_neighbour, older_neighbour
from bucketpress.services.page_queue import send_sections
from bucketpress.services.parts import PartLimits, PartReader
from bucketpress.services.publish.dependencies import files_shown
from bucketpress.services.publish.path_conflicts import contradictions
from bucketpress.services.search_sections import sections_of_search
from bucketpress.site.impact import Spot, listings_of, sections_of_neighbour
from bucketpress.site.layout import SITE_MAP, head_section, path_section


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What one lookup has found: sections and sources to send, and the position that no post comes after."""

    sections: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    newest: frozenset[str] = frozenset()
    settings: StoredSettings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSender:
    """Empties the outboxes of records."""

    index: PostIndex
    source_queue: Queue
    page_queue: Queue
    parallel: Parallel
    part_limits: PartLimits

    def empty(self, record: Record) -> None:
        """Send every section and source a commit touches, then clear the outbox; after a crash a later run does."""
        outbox = record.outbox
        if not outbox:
            return
        sections = set(outbox.sections)
        # Nothing but the commit has to be before any of these, so they are made at once.
        found = self.parallel.run([*self._sides(outbox.spots), *self._rivals(outbox.paths), *self._others(record)])
        sections |= {section for each in found for section in each.sections}
        keys = {key for each in found for key in each.sources}
        newest = {position for each in found for position in each.newest}
        sections |= self._heads(record, next((each.settings for each in found if each.settings), None))
        sections |= self._parts(outbox, newest)
        send_sections(self.page_queue, sections)
        if keys:
            self.source_queue.send(sorted(keys))
        self.index.clear_outbox(record)

    def _sides(self, spots: Iterable[Spot]) -> list[Callable[[], _Found]]:
        """Return lookups of the sections that link to what is now, or was, at some places in the order of all posts."""
        lookups: list[Callable[[], _Found]] = []
        for spot in sorted(spots, key=lambda spot: (spot.position, spot.month)):
            lookups += [partial(self._newer, spot), partial(self._older, spot)]
        return lookups

    def _newer(self, spot: Spot) -> _Found:
        neighbour = newer_neighbour(self.index, spot.position)
        if neighbour is None:
            return _Found(newest=frozenset({spot.position}))
        return _Found(sections=frozenset(sections_of_neighbour(neighbour, spot.month)))

    def _older(self, spot: Spot) -> _Found:
        neighbour = older_neighbour(self.index, spot.position)
        return _Found(sections=frozenset(sections_of_neighbour(neighbour, spot.month))) if neighbour else _Found()

    def _rivals(self, paths: Iterable[str]) -> list[Callable[[], _Found]]:
        """Return lookups of the sources whose state contradicts what the claims on some paths say."""
        return [partial(self._contradicting, path) for path in sorted(paths)]

    def _contradicting(self, path: str) -> _Found:
        return _Found(sources=frozenset(contradictions(self.index.claims(path))))

    def _others(self, record: Record) -> list[Callable[[], _Found]]:
        """Return lookups of what depends on the source, what it shows, and what bears its names."""
        outbox = record.outbox
        return [
            *([partial(self._dependents, record)] if outbox.dependents or outbox.files else []),
            *([partial(self._concerned, record)] if outbox.shown_files else []),
            *(partial(self._bearers, record, name) for name in sorted(outbox.names)),
            *([partial(self._search, outbox)] if outbox.search else []),
            *([self._settings] if outbox.listings and record.shown_post else []),
        ]

    def _settings(self) -> _Found:
        return _Found(settings=self.index.settings())

    def _search(self, outbox: Outbox) -> _Found:
        return _Found(sections=frozenset(sections_of_search(self.index, outbox.search)))

    def _dependents(self, record: Record) -> _Found:
        # Not the source itself, and no cycle of posts that link to one another: each would publish the next again.
        dependents = set(self.index.dependents(record.key)) - {record.key}
        if not record.outbox.dependents:
            dependents = set(filter(_is_asset, dependents))
        elif record.kind is SourceKind.ASSET and dependents:
            # What only links to a file is the same whatever the file is.
            known = self.index.records(sorted(dependents))
            dependents = {key for key, each in known.items() if composed(record.key) in each.dependencies}
        return _Found(sources=frozenset(dependents))

    def _bearers(self, record: Record, name: str) -> _Found:
        bearers = removed(self.index, name, besides=record.key)
        return _Found(sections=frozenset(path_section(path) for bearer in bearers for path in bearer.live_paths))

    def _parts(self, outbox: Outbox, newest: Container[str]) -> set[str]:
        """Return the parts of busy months and years that list what is now, or was, at some positions.

        Where a month has no such part by now, it sends it itself once it has. In none is a post after which no other
        comes, unless it begins one.
        """
        rows = [each for each in outbox.rows if self.part_limits.begins(each) or each not in newest]
        wholes = [name for name in outbox.sections if SITE_MAP.has_parts(name)] if rows else []
        return {
            part
            for name, section in (self.index.sections(wholes) if wholes else {}).items()
            if section.had_parts
            for position in rows
            for part in self._reader(name).around(position, section.parts_until)
        }

    def _reader(self, whole: str) -> PartReader:
        return PartReader(index=self.index, whole=whole, limits=self.part_limits)

    def _heads(self, record: Record, stored: StoredSettings | None) -> set[str]:
        """Return the heads, of the listings that only have a new text, which show it: the post is among their newest.

        Where it is not now, a head that showed the old text was made before the newer posts came, and these send it.
        The settings, which say how many are shown, are read after the commit for the same reason.
        """
        shown = record.shown_post
        if stored is None or shown is None:
            return set()
        most, position = stored.settings.head_entries, shown.entry.position
        listings = sorted(record.outbox.listings & listings_of(shown.entry))
        newer = self.parallel.run(
            [
                partial(self.index.entries, listing, start=position, limit=most, newest_first=False)
                for listing in listings
            ]
        )
        return {head_section(listing) for listing, entries in zip(listings, newer, strict=True) if len(entries) < most}

    def _concerned(self, record: Record) -> _Found:
        """Return the files that may have to be published or held back now that a post shows them, or does no more.

        One that nobody has uploaded will ask itself.
        """
        names = {name for key in record.outbox.shown_files for name in self._names(key)}
        known = self.index.records(sorted(names))
        shown = files_shown(record) if record.published_path is not None else frozenset()
        waiting = (
            key for key, file in known.items() if file.state is not State.REMOVED and not _is_settled(file, shown)
        )
        return _Found(sources=frozenset(waiting))

    def _names(self, key: str) -> set[str]:
        """Return the keys that a file may have whose name in NFC is `key`."""
        others = self.index.dependents(key) if len(spellings(key)) > 1 else ()
        return {*spellings(key), *(other for other in others if _is_asset(other) and composed(other) == key)}


def _is_settled(file: Record, shown: Container[str]) -> bool:
    """Return whether a file is public already, and a public post shows it: `shown` are the files that one shows."""
    return file.state is State.PUBLISHED and composed(file.key) in shown


def _is_asset(key: str) -> bool:
    return classify(key).kind is SourceKind.ASSET
