"""Refresh: a touched section becomes artifacts. The only writer of the site bucket.

Read the section's revision and the ETags of its artifacts, then the rows, then compare-and-set. Every attempt commits,
also when nothing differed: ETags repeat, revisions do not, and the commit is what makes a stalled older writer lose.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from bucketpress.content.pictures.encoding_fault import EncodingFault, RefusedPicture, UnencodablePictureError
from bucketpress.content.pictures.picture_findings import PictureFindings
from bucketpress.content.pictures.variants import PictureVariants
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
from bucketpress.records.claim import Claim, owner_among
from bucketpress.records.section_record import SectionRecord, parts_to_refresh, source_to_publish
from bucketpress.records.site_object import AssetCopy
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.page_queue import send_sections
from bucketpress.services.parts import PART_LIMITS, PartLimits, PartReader
from bucketpress.services.refresh.artifact_writer import ArtifactWriter, UnlikeRecordError, Written
from bucketpress.services.refresh.contradiction import ContradictionError
from bucketpress.services.refresh.early_reads import (
    MOST_PAGES,
    NOTHING_EARLY,
    EarlyReads,
    NewestRows,
    read_pages,
)
from bucketpress.services.refresh.refresh_request import CLOCK_MARGIN, RefreshRequest, is_kept
from bucketpress.services.refresh.section_builder import (
    RecoveringError,
    Rendering,
    render_section,
)
from bucketpress.site.layout import (
    SITE_MAP,
    CellSubject,
    PathSubject,
    Section,
    parse_section,
    search_section,
    section_of_artifact,
)
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import Split, cells_below

ATTEMPTS = 8
UNFORESEEABLE_SEEN = 1000  # one request
MOMENTS_KEPT = 16  # of a section's refreshes: enough to tell which of them was the first after an upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What one refresh did: the keys it wrote, and how many artifacts the section has.

    `record` is what it committed, None where a recovery still fills the index and nothing was refreshed. `newest` are
    the posts that the front page was made from.
    """

    section: str
    written: tuple[str, ...]
    artifacts: int
    record: SectionRecord | None = None
    newest: NewestRows | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What an attempt to refresh a section begins with: its record, the settings, and what else was read of it early.

    `claim` is that of the source published at its path, if there is one; it may have been read before the record.
    """

    record: SectionRecord
    stored: StoredSettings | None
    claim: Claim | None = None
    early: EarlyReads = NOTHING_EARLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresher:
    """Brings the site bucket up to date with the index, one section at a time.

    `renderer` makes what renders under the given settings. `clock` returns the current time, aware; it is noted in the
    section's record and never reaches a rendering. It and the queue's clock are at most `clock_margin` apart. Who makes
    the variants of pictures has a `source_queue` for the pictures whose variants are finished. `part_limits` say when a
    month or year is in parts.
    """

    index: PostIndex
    site: SiteStore
    page_queue: Queue
    clock: Callable[[], datetime]
    software: str
    parallel: Parallel
    renderer: Callable[[SiteSettings], Renderer] = Renderer
    source_queue: Queue | None = None
    clock_margin: timedelta = CLOCK_MARGIN
    part_limits: PartLimits = PART_LIMITS

    def begin(self, requests: Mapping[str, RefreshRequest]) -> dict[str, Begun]:
        """Return what to begin with, for each section that no run has refreshed since it was requested."""
        paths = dict(islice(_paths(requests).items(), MOST_PAGES))
        # Whose path it is may be of before the records: that source's own record, read afterwards, says it again.
        calls = [*(partial(self._owner, path) for path in paths.values()), partial(self._records, requests)]
        *owners, read = self.parallel.run(calls)
        claims = {name: owner.claim for name, owner in zip(paths, owners, strict=True)}
        generation = read.stored.generation(self.software) if read.stored else ""
        return {
            name: Begun(record=read.records[name], stored=read.stored, claim=claims.get(name))
            for name, request in requests.items()
            if not is_kept(request, read.records[name], generation=generation, margin=self.clock_margin)
        }

    def _owner(self, path: str) -> "_First":
        return _First(claim=owner_among(self.index.claims(path)))

    def _records(self, names: Iterable[str]) -> "_First":
        records, stored = self.index.sections_and_settings(names)
        return _First(records=records, stored=stored)

    def read_early(self, begun: Mapping[str, Begun], newest: NewestRows | None) -> dict[str, Begun]:
        """Return what sections begin with, those of pages with what these are made from, read at once.

        `newest` are the posts that the front page was made from, read after the records of all these sections.
        """
        owners = {name: each.claim for name, each in begun.items() if each.claim is not None}
        began = self.clock() if owners else None
        try:
            pages = read_pages(self.index, self.parallel, owners)
        except TransientError:
            pages = {}  # Each reads for itself what it can, and what others have committed is told on.
        early = {name: EarlyReads(began=began, page=page) for name, page in pages.items()}
        if newest is not None:
            following = (name for name in begun if newest.reach_behind(name))
            early |= {name: EarlyReads(began=newest.began, newest=newest) for name in following}
        return {name: replace(each, early=early.get(name, NOTHING_EARLY)) for name, each in begun.items()}

    def refresh(self, name: str) -> Refreshed:
        """Write a section's artifacts as the index has them now, and send what has to follow.

        Raises ValueError for a name that is no section's, TransientError when others keep writing in between.
        """
        done = self.write_and_commit(name)
        self.tell_parents([done])
        return done

    def write_and_commit(self, name: str, begun: Begun | None = None) -> Refreshed:
        """Write a section's artifacts and commit; nothing while a recovery still fills the index.

        What is left to do is to `tell_parents`. Raises as `refresh` does.
        """
        section = parse_section(name)
        written: Written = {}
        known = set(section.keys)
        trusts = not SITE_MAP.unforeseeable(section)
        unreadable: dict[PictureVariants, EncodingFault] = {}
        for _ in range(ATTEMPTS):
            start = begun or self._started(name)
            begun = None
            record, began = start.record, start.early.began or self.clock()
            try:
                rendering, etags = self._write(section, start, known, written, trusts=trusts, unreadable=unreadable)
                committed = self._commit(record, rendering, etags, written, began)
            except RecoveringError:
                # Once the index is complete, the recovery sends every section.
                return Refreshed(section=name, written=tuple(written), artifacts=len(record.artifacts))
            except (ContradictionError, RevisionConflictError, SourceGoneError):
                continue
            except (PreconditionFailedError, UnlikeRecordError):
                trusts = False
                continue
            return Refreshed(
                section=name,
                written=tuple(sorted(written)),
                artifacts=len(etags),
                record=committed,
                newest=_newest(rendering, began),
            )
        raise _too_many(name)

    def _started(self, name: str) -> Begun:
        records, stored = self.index.sections_and_settings([name])
        return Begun(record=records[name], stored=stored)

    def _write(
        self,
        section: Section,
        start: Begun,
        known: set[str],
        written: Written,
        *,
        trusts: bool,
        unreadable: dict[PictureVariants, EncodingFault],
    ) -> tuple[Rendering, dict[str, str]]:
        """Render and write; `known` are the keys known so far, to which those found out now are added.

        Trusting the record saves looking at the objects first. It must not where that has failed: then they are looked
        at before the settings and the rows are read, so that nothing is written over what is newer than these.
        `unreadable` are variants found out to be impossible, of which there is nothing then, with the reason.
        """
        writer = ArtifactWriter(site=self.site, parallel=self.parallel)
        record = start.record
        known.update(record.artifacts, () if trusts else self._unforeseeable(section))
        found = {} if trusts else writer.found(known)
        stored = start.stored if trusts else self.index.settings()
        rendering = self.rendering(section.name, stored, start.early if trusts else NOTHING_EARLY)
        variants = rendering.variants
        if variants and (fault := unreadable.get(variants)):
            refused = RefusedPicture(digest=variants.digest, fault=fault)
            rendering = replace(rendering, artifacts=(), variants=None, refused=refused)
        if trusts:
            return rendering, writer.write_trusting(rendering, known, record, written)
        unforeseen = {artifact.key for artifact in rendering.artifacts} - known
        if unforeseen:
            known.update(unforeseen)
            raise UnlikeRecordError(section.name)
        try:
            return rendering, writer.write(rendering, found, record, written)
        except UnencodablePictureError as error:
            if variants:
                unreadable[variants] = error.fault
            raise UnlikeRecordError(section.name) from error

    def rendering(self, name: str, stored: StoredSettings | None, early: EarlyReads = NOTHING_EARLY) -> Rendering:
        """Return what a section must be under the given settings. Raises as `render_section` does."""
        section = parse_section(name)
        return render_section(
            self.index,
            section,
            stored,
            software=self.software,
            renderer=self.renderer,
            parallel=self.parallel,
            part_limits=self.part_limits,
            early=early,
        )

    def _unforeseeable(self, section: Section) -> set[str]:
        """Return the keys not derivable from a section's name: a run that died may have left one unrecorded."""
        listed = (self.site.list_keys(beginning, UNFORESEEABLE_SEEN) for beginning in SITE_MAP.unforeseeable(section))
        return {key for page in listed for key, _ in page if section_of_artifact(key) == section.name}

    def _commit(
        self,
        record: SectionRecord,
        rendering: Rendering,
        etags: Mapping[str, str],
        written: Written,
        began: datetime,
    ) -> SectionRecord:
        now = self.clock()
        moments = {key: now if key in written else record.written.get(key) for key in sorted(etags)}
        told = parse_section(record.name).told
        parents = {told} if told and not identical(rendering.summary, record.summary) else set()
        committed = replace(
            record,
            revision=record.revision + 1,
            generation=rendering.generation,
            artifacts=dict(sorted(etags.items())),
            summary=rendering.summary,
            outbox=record.outbox | parents | _concerned(rendering, record) | _split_anew(rendering, record),
            variants=rendering.variants,
            split=rendering.split,
            refused=rendering.refused,
            findings=_findings(rendering, record, written),
            parts_until=rendering.parts_until,
            had_parts=record.had_parts or bool(rendering.parts_until),
            refreshed=(*record.refreshed, now)[-MOMENTS_KEPT:],
            began=began,
            written={key: moment for key, moment in moments.items() if moment is not None},
        )
        self.index.commit_section(committed)
        return committed

    def tell_parents(
        self, done: Iterable[Refreshed], told: Callable[[str, str], bool] = lambda _child, _parent: False
    ) -> None:
        """Send what is in the outboxes of sections, but what is `told` (child, parent) already, and empty them."""
        full = [each.record for each in done if each.record is not None and each.record.outbox]
        left = {parent for record in full for parent in record.waiting_sections if not told(record.name, parent)}
        left |= {part for record in full for part in self._parts(record)}
        sources = {key for record in full for key in record.waiting_sources}
        if sources and self.source_queue is not None:
            self.source_queue.send(sorted(sources))
        if left:
            send_sections(self.page_queue, left)
        if full:
            self.index.clear_section_outboxes(full)

    def _parts(self, record: SectionRecord) -> set[str]:
        """Return the parts in the outbox of a section, looked up after its commit.

        A source published before that has not sent a part that was none then; one published later does.
        """
        reader = PartReader(index=self.index, whole=record.name, limits=self.part_limits)
        return {part for low, high in record.waiting_parts for part in reader.between(low, high)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """What one of the first calls of a batch has read."""

    claim: Claim | None = None
    records: Mapping[str, SectionRecord] = field(default_factory=dict)
    stored: StoredSettings | None = None


def _paths(names: Iterable[str]) -> dict[str, str]:
    """Return the paths of those sections that are made of what is published at one."""
    subjects = {name: parse_section(name).subject for name in sorted(names)}
    return {name: subject.path for name, subject in subjects.items() if isinstance(subject, PathSubject)}


def _newest(rendering: Rendering, began: datetime) -> NewestRows | None:
    rows = rendering.front
    is_all = rows is not None and len(rows) < rendering.renderer.settings.head_entries
    return NewestRows(rows=rows, is_all=is_all, began=began) if rows is not None else None


def _findings(rendering: Rendering, record: SectionRecord, written: Written) -> PictureFindings | None:
    """Return what stood out in the picture that a section is a copy of: now, or when this version was copied."""
    copies = [copy for copy in rendering.artifacts if isinstance(copy, AssetCopy) and copy.stripped]
    known = [*(written.get(copy.key) for copy in copies), record.findings] if copies else []
    return next((found for found in known if found and found.etag == copies[0].source.etag), None)


def _too_many(name: str) -> TransientError:
    return TransientError(f"{name} is being refreshed by too many at once")


def _concerned(rendering: Rendering, record: SectionRecord) -> frozenset[str]:
    """Return the outbox's names of the sources that say which variants there are, where these are others now."""
    changed = rendering.variants != record.variants
    return frozenset(map(source_to_publish, rendering.sources)) if changed else frozenset()


def _split_anew(rendering: Rendering, record: SectionRecord) -> frozenset[str]:
    """Return what is concerned where a section is split now and was not, or the other way round.

    Of a month or year these are its parts; of a cell of search the cells below, and the cell itself where it had too
    many posts and has not now: who changed a post meanwhile and saw it as it was has not sent it. Where a cell makes
    room for those below, each of them tells the other until they are there.
    """
    subject = parse_section(record.name).subject
    if not isinstance(subject, CellSubject):
        return _parts_concerned(rendering, record)
    below = cells_below(subject.cell) if (rendering.split is None) != (record.split is None) else ()
    itself = {record.name} if record.split is Split.COUNT is not rendering.split else set()
    return frozenset({*map(search_section, below), *itself, *rendering.follow})


def _parts_concerned(rendering: Rendering, record: SectionRecord) -> frozenset[str]:
    """Return the outbox's name of the parts that begin to be, or cease to be, or that other software has made."""
    before, after = record.parts_until, rendering.parts_until
    if before == after and (not after or record.generation == rendering.generation):
        return frozenset()
    low = min(before, after) if record.generation == rendering.generation else ""
    return frozenset({parts_to_refresh(low, max(before, after))})
