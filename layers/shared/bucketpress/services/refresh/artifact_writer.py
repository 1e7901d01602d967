"""Writes a section's artifacts into the site bucket, those that differ and no others."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from bucketpress.content.pictures.picture_findings import PictureFindings
from bucketpress.errors import BucketpressError
from bucketpress.ports import Parallel, SiteStore
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.site_object import AssetCopy, StoredArtifact, stored_artifact, stored_copy
from bucketpress.services.refresh.section_builder import Rendering
from bucketpress.site.artifact import Artifact

# The keys written, and what stood out in the picture that was copied to one of them.
Written: TypeAlias = dict[str, PictureFindings | None]


class UnlikeRecordError(BucketpressError):
    """An object of the site bucket is not as the section's record says: look at all of them before rendering."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactWriter:
    """Writes what was rendered of one section; every write is conditional on what was there before the rows were read.

    What was there is told either by the objects themselves (`found`, then `write`), or by the section's record
    (`write_trusting`), which saves looking at whatever is written anyway. `written` collects the keys written so
    far, and what stood out in the picture that was copied to one.
    """

    site: SiteStore
    parallel: Parallel

    def found(self, keys: Iterable[str]) -> dict[str, StoredArtifact]:
        """Return what the site bucket has at some keys."""
        heads = self.parallel.run([partial(self.site.head, key) for key in sorted(keys)])
        return {stored.key: stored for stored in heads if stored}

    def write(
        self, rendering: Rendering, found: Mapping[str, StoredArtifact], record: SectionRecord, written: Written
    ) -> dict[str, str]:
        """Write what differs from what was found, and return the ETags of all."""
        puts: dict[str, Callable[[], str]] = {}
        for key, artifact in _wanted(rendering, {*found, *record.artifacts}).items():
            stored = found.get(key)
            if stored is None or not _same(stored, artifact, record):
                puts[key] = partial(self._put, artifact, stored.etag if stored else None, written)
        made = zip(puts, self.parallel.run([*puts.values()]), strict=True)
        return {key: stored.etag for key, stored in found.items()} | dict(made)

    def write_trusting(
        self, rendering: Rendering, known: Iterable[str], record: SectionRecord, written: Written
    ) -> dict[str, str]:
        """Write what differs from what the record says, and return the ETags of all.

        What would stay as the record has it is looked at: a run that died may have written something else since. Raises
        UnlikeRecordError then, and PreconditionFailedError where that is found out by writing.
        """
        wanted = _wanted(rendering, record.artifacts)
        calls: dict[str, Callable[[], str | None]] = {}
        for key in (*wanted, *sorted(known)):
            artifact = wanted.get(key)
            if artifact is None or _may_stay(artifact, record):
                calls[key] = partial(self._look, key, artifact, record)
            else:
                calls[key] = partial(self._put, artifact, record.artifacts.get(key), written)
        etags = zip(calls, self.parallel.run([*calls.values()]), strict=True)
        return {key: etag for key, etag in etags if etag is not None}

    def _look(self, key: str, artifact: Artifact | AssetCopy | None, record: SectionRecord) -> str | None:
        """Return the ETag of an object that is as it should be. Raises UnlikeRecordError."""
        stored = self.site.head(key)
        if stored is None and artifact is None:
            return None
        if stored is None or artifact is None or not _same(stored, artifact, record):
            raise UnlikeRecordError(key)
        return stored.etag

    def _put(self, artifact: Artifact | AssetCopy, expected: str | None, written: Written) -> str:
        """Write an artifact and return its ETag. Its key is noted at once: another of the section's may fail."""
        findings = None
        if isinstance(artifact, AssetCopy):
            made = self.site.copy(artifact, expected=expected)
            etag, findings = made.etag, made.findings
        else:
            self.site.put(artifact, expected=expected)
            etag = artifact.etag
        written[artifact.key] = findings
        return etag


def _wanted(rendering: Rendering, once_live: Iterable[str]) -> dict[str, Artifact | AssetCopy]:
    """Return what has to be at which key: of what was there before and has no place now, that it is gone."""
    wanted: dict[str, Artifact | AssetCopy] = {artifact.key: artifact for artifact in rendering.artifacts}
    if not rendering.keeps_withdrawn:
        wanted |= {key: rendering.withdraw(key) for key in sorted(set(once_live) - wanted.keys())}
    return wanted


def _may_stay(artifact: Artifact | AssetCopy, record: SectionRecord) -> bool:
    """Return whether an artifact may be there already, as far as a section's record tells."""
    recorded = record.artifacts.get(artifact.key)
    if isinstance(artifact, AssetCopy):
        return recorded is not None and _knows_picture(artifact, record)
    return recorded == artifact.etag


def _same(stored: StoredArtifact, artifact: Artifact | AssetCopy, record: SectionRecord) -> bool:
    """Return whether the object in the site bucket equals the artifact, headers included.

    The ETag of a copy is not known before it is made, so it must be the one committed last: an object overwritten by
    hand may still say what it was copied from.
    """
    if isinstance(artifact, AssetCopy):
        committed = record.artifacts.get(artifact.key)
        is_copy = stored == stored_copy(artifact, stored.etag) and stored.etag == committed
        return is_copy and _knows_picture(artifact, record)
    return stored == stored_artifact(artifact)


def _knows_picture(copy: AssetCopy, record: SectionRecord) -> bool:
    """Return whether a record tells what stood out in a picture: a run that died has not noted it."""
    return not copy.stripped or (record.findings is not None and record.findings.etag == copy.source.etag)
