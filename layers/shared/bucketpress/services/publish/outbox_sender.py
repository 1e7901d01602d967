"""Sends what a commit has touched: looked up after the commit, sent to the queues, and only then forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass

from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind, classify, spellings
from bucketpress.ports import PostIndex, Queue
from bucketpress.records.record import Record
from bucketpress.services.namesakes import removed
from bucketpress.services.neighbours import neighbours
from bucketpress.services.page_queue import send_sections
from bucketpress.services.publish.path_conflicts import contradictions
from bucketpress.services.search_sections import sections_of_search
from bucketpress.site.impact import Spot, listings_of, sections_of_neighbour
from bucketpress.site.layout import head_section, path_section


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSender:
    """Empties the outboxes of records."""

    index: PostIndex
    source_queue: Queue
    page_queue: Queue

    def empty(self, record: Record) -> None:
        """Send every section and source a commit touches, then clear the outbox; after a crash a later run does."""
        outbox = record.outbox
        if not outbox:
            return
        sections = set(outbox.sections)
        sections |= self._neighbours(outbox.spots)
        sections |= self._heads(record)
        sections |= sections_of_search(self.index, outbox.search)
        keys = {key for path in outbox.paths for key in contradictions(self.index.claims(path))}
        if outbox.dependents or outbox.files:
            # Not the source itself, and no cycle of posts that link to one another: each would publish the next again.
            dependents = set(self.index.dependents(record.key)) - {record.key}
            keys |= dependents if outbox.dependents else set(filter(_is_asset, dependents))
        keys |= self._concerned(record)
        for name in outbox.names:
            bearers = removed(self.index, name, besides=record.key)
            sections |= {path_section(path) for bearer in bearers for path in bearer.live_paths}
        send_sections(self.page_queue, sections)
        if keys:
            self.source_queue.send(sorted(keys))
        self.index.clear_outbox(record)

    def _neighbours(self, spots: Iterable[Spot]) -> set[str]:
        """Return the sections that link to what is now, or was, at some places in the order of all posts."""
        sections: set[str] = set()
        for spot in spots:
            for neighbour in neighbours(self.index, spot.position):
                if neighbour is not None:
                    sections |= sections_of_neighbour(neighbour, spot.month)
        return sections

    def _heads(self, record: Record) -> set[str]:
        """Return the heads, of the listings that only have a new text, which show it: the post is among their newest.

        Where it is not now, a head that showed the old text was made before the newer posts came, and these send it.
        The settings, which say how many are shown, are read after the commit for the same reason.
        """
        shown = record.shown_post
        stored = self.index.settings() if record.outbox.listings and shown else None
        if stored is None or shown is None:
            return set()
        most, position = stored.settings.head_entries, shown.entry.position
        return {
            head_section(listing)
            for listing in record.outbox.listings & listings_of(shown.entry)
            if len(self.index.entries(listing, start=position, limit=most, newest_first=False)) < most
        }

    def _concerned(self, record: Record) -> set[str]:
        """Return the files that may have to be published or held back now that a post shows them, or does no more.

        One that is public stays so while a public post shows it. One that nobody has uploaded will ask itself.
        """
        names = {name for key in record.outbox.pictures for name in spellings(key)}
        known = self.index.records(sorted(names)) if names else {}
        settled = State.PUBLISHED if record.published_path is not None else State.REMOVED
        return {key for key, file in known.items() if file.revision and file.state not in {settled, State.REMOVED}}


def _is_asset(key: str) -> bool:
    return classify(key).kind is SourceKind.ASSET
