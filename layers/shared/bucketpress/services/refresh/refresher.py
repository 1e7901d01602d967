"""Refresh: a touched section becomes artifacts. The only writer of the site bucket.

Read the section's revision and the artifacts' ETags, then the rows, then compare-and-set. Every attempt commits, also
when nothing differed: ETags repeat, revisions do not, and the commit is what makes a stalled older writer lose.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bucketpress.content.post import identical
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.ports import (
    Parallel,
    PostIndex,
    PreconditionFailedError,
    Queue,
    RevisionConflictError,
    SiteStore,
    SourceGoneError,
    TransientError,
)
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.site_object import AssetCopy, StoredArtifact, stored_artifact, stored_copy
from bucketpress.services.page_queue import send_sections
from bucketpress.services.refresh.refresh_request import CLOCK_MARGIN, RefreshRequest, is_kept
from bucketpress.services.refresh.section_builder import (
    ContradictionError,
    RecoveringError,
    Rendering,
    render_section,
)
from bucketpress.site.artifact import Artifact
from bucketpress.site.layout import SITE_MAP, Section, parent_section, parse_section, section_of_artifact
from bucketpress.site.renderer import Renderer

ATTEMPTS = 8
UNFORESEEABLE_SEEN = 1000  # one request
MOMENTS_KEPT = 16  # of a section's refreshes: enough to tell which of them was the first after an upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What one refresh did: the keys it wrote, and how many artifacts the section has."""

    section: str
    written: tuple[str, ...]
    artifacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresher:
    """Brings the site bucket up to date with the index, one section at a time.

    `renderer` makes what renders under the given settings. `clock` returns the current time, aware; it is noted in the
    section's record and never reaches a rendering. It and the queue's clock are at most `clock_margin` apart.
    """

    index: PostIndex
    site: SiteStore
    page_queue: Queue
    clock: Callable[[], datetime]
    software: str
    parallel: Parallel
    renderer: Callable[[SiteSettings], Renderer] = Renderer
    clock_margin: timedelta = CLOCK_MARGIN

    def still_to_do(self, requests: Mapping[str, RefreshRequest]) -> tuple[str, ...]:
        """Return the sections that no run has refreshed since they were requested."""
        stored = self.index.settings()
        if stored is None:
            return tuple(requests)
        generation = stored.generation(self.software)
        records = self.index.sections(requests)
        return tuple(
            name
            for name, request in requests.items()
            if not is_kept(request, records[name], generation=generation, margin=self.clock_margin)
        )

    def refresh(self, name: str) -> Refreshed:
        """Write a section's artifacts as the index has them now; nothing while a recovery still fills the index.

        Raises ValueError for a name that is no section's, TransientError when others keep writing in between.
        """
        section = parse_section(name)
        written: list[str] = []
        known = set(section.keys)
        for _ in range(ATTEMPTS):
            began = self.clock()
            record = self.index.section(name)
            known |= record.artifacts.keys() | self._unforeseeable(section)
            found = self._found(known)
            try:
                rendering = render_section(self.index, section, software=self.software, renderer=self.renderer)
                unforeseen = {artifact.key for artifact in rendering.artifacts} - known
                if unforeseen:
                    known |= unforeseen
                    continue
                etags = self._write(rendering, found, record, written)
                committed = self._commit(record, rendering, etags, written, began)
            except RecoveringError:
                # Once the index is complete, the recovery sends every section.
                return Refreshed(section=name, written=tuple(dict.fromkeys(written)), artifacts=len(record.artifacts))
            except (ContradictionError, PreconditionFailedError, RevisionConflictError, SourceGoneError):
                continue
            if self._generation_moved(rendering):
                continue
            self._empty_outbox(committed)
            return Refreshed(section=name, written=tuple(sorted(set(written))), artifacts=len(etags))
        message = f"{name} is being refreshed by too many at once"
        raise TransientError(message)

    def _found(self, keys: Iterable[str]) -> dict[str, StoredArtifact]:
        """Return what the site bucket has at some keys."""
        heads = self.parallel.run([partial(self.site.head, key) for key in sorted(keys)])
        return {stored.key: stored for stored in heads if stored}

    def _unforeseeable(self, section: Section) -> set[str]:
        """Return the keys not derivable from a section's name: a run that died may have left one unrecorded."""
        listed = (self.site.list_keys(beginning, UNFORESEEABLE_SEEN) for beginning in SITE_MAP.unforeseeable(section))
        return {key for page in listed for key, _ in page if section_of_artifact(key) == section.name}

    def _write(
        self, rendering: Rendering, found: Mapping[str, StoredArtifact], record: SectionRecord, written: list[str]
    ) -> dict[str, str]:
        """Write what differs, and say of what was there before and has no place now that it is gone."""
        wanted: dict[str, Artifact | AssetCopy] = {artifact.key: artifact for artifact in rendering.artifacts}
        once_live = {*found, *record.artifacts} - wanted.keys()
        if not rendering.keeps_withdrawn:
            wanted |= {key: rendering.withdraw(key) for key in once_live}
        etags: dict[str, str] = {key: found[key].etag for key in once_live - wanted.keys() if key in found}
        puts: dict[str, Callable[[], str]] = {}
        for key, artifact in wanted.items():
            stored = found.get(key)
            if stored is not None and _same(stored, artifact, record.artifacts.get(key)):
                etags[key] = stored.etag
            else:
                puts[key] = partial(self._put, artifact, stored, written)
        return etags | dict(zip(puts, self.parallel.run([*puts.values()]), strict=True))

    def _put(self, artifact: Artifact | AssetCopy, stored: StoredArtifact | None, written: list[str]) -> str:
        """Write an artifact and return its ETag. Its key is noted at once: another of the section's may fail."""
        expected = stored.etag if stored else None
        if isinstance(artifact, AssetCopy):
            etag = self.site.copy(artifact, expected=expected)
        else:
            self.site.put(artifact, expected=expected)
            etag = artifact.etag
        written.append(artifact.key)
        return etag

    def _commit(
        self,
        record: SectionRecord,
        rendering: Rendering,
        etags: Mapping[str, str],
        written: Sequence[str],
        began: datetime,
    ) -> SectionRecord:
        now = self.clock()
        moments = {key: now if key in written else record.written.get(key) for key in sorted(etags)}
        parent = parent_section(record.name)
        parents = {parent} if parent and not identical(rendering.summary, record.summary) else set()
        committed = replace(
            record,
            revision=record.revision + 1,
            generation=rendering.generation,
            artifacts=dict(sorted(etags.items())),
            summary=rendering.summary,
            outbox=record.outbox | parents,
            refreshed=(*record.refreshed, now)[-MOMENTS_KEPT:],
            began=began,
            written={key: moment for key, moment in moments.items() if moment is not None},
        )
        self.index.commit_section(committed)
        return committed

    def _generation_moved(self, rendering: Rendering) -> bool:
        stored = self.index.settings()
        return stored is None or stored.generation(self.software) != rendering.generation

    def _empty_outbox(self, record: SectionRecord) -> None:
        if record.outbox:
            send_sections(self.page_queue, record.outbox)
            self.index.clear_section_outbox(record)


def _same(stored: StoredArtifact, artifact: Artifact | AssetCopy, committed: str | None) -> bool:
    """Return whether the object in the site bucket equals the artifact, headers included.

    The ETag of a copy is not known before it is made, so it must be the one committed last: an object overwritten by
    hand may still say what it was copied from.
    """
    if isinstance(artifact, AssetCopy):
        return stored == stored_copy(artifact, stored.etag) and stored.etag == committed
    if stored.etag != artifact.etag:
        return False
    return stored == replace(stored_artifact(artifact), source_etag=stored.source_etag)
