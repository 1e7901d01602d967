"""What the index remembers: records of sources, sections, claims, settings and checkpoints."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from bucketpress.content.images import ImageSize
from bucketpress.content.keys import SourceKind
from bucketpress.content.post import Body, Entry, State
from bucketpress.content.problem import Problem
from bucketpress.content.site_profile import SiteSettings
from bucketpress.site.artifacts import Artifact
from bucketpress.site.children import Child
from bucketpress.site.sections import Shown, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVersion:
    """One version of an object in the content bucket.

    `etag` identifies its bytes, `version` the version itself; both are opaque. `size` is in bytes, `modified` when it
    was put, as far as the store tells. A delete marker has `deleted` set and neither etag nor size.
    """

    key: str
    version: str
    etag: str = ""
    size: int = 0
    deleted: bool = False
    modified: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArtifact:
    """An object in the site bucket, without its data. `source_etag` is that of the asset it was copied from."""

    key: str
    etag: str
    content_type: str
    cache_control: str = ""
    redirect_to: str | None = None
    status: int | None = None
    source_etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetCopy:
    """An artifact that is a copy of one version of an object in the content bucket."""

    key: str
    source: SourceVersion
    content_type: str
    cache_control: str


def stored_artifact(artifact: Artifact) -> StoredArtifact:
    """Say what a store knows of an artifact once it is written."""
    return StoredArtifact(
        key=artifact.key,
        etag=artifact.etag,
        content_type=artifact.content_type,
        cache_control=artifact.cache_control,
        redirect_to=artifact.redirect_to,
        status=artifact.status,
    )


def stored_copy(copy: AssetCopy, etag: str) -> StoredArtifact:
    """Say what a store knows of a copy once it is made; `etag` is that of its bytes."""
    return StoredArtifact(
        key=copy.key,
        etag=etag,
        content_type=copy.content_type,
        cache_control=copy.cache_control,
        source_etag=copy.source.etag,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was read out of a source, whether readers see it or not; of `site.yaml` only the title.

    `tags` are labels, `authors` names.
    """

    title: str
    slug: str
    published: datetime | None = None
    updated: datetime | None = None
    expires: datetime | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the author is told about one upload.

    `last_good` says that the newest version cannot be published and an older one is live instead; then `understood` is
    what was read out of the older one and `problems` are those of the newest. `note` is one plain sentence about the
    outcome. `version` is the newest version, "" when the source is removed.

    `asked_at` is when the event was sent or the source came due, None where nobody knows; `since` is when the outcome
    was first committed and `at` when it last was. `sections` are those touched, the neighbours' pages and the parents
    that show counts not among them; `unlisted` counts the sections that there was no room for.
    """

    note: str
    problems: tuple[Problem, ...] = ()
    last_good: bool = False
    understood: Understood | None = None
    version: str = ""
    asked_at: datetime | None = None
    since: datetime | None = None
    at: datetime | None = None
    sections: tuple[str, ...] = ()
    unlisted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What a commit has touched and nobody has been told of yet.

    `spots` stand for the posts before and after them, `paths` for every source that claims them, `dependents` for the
    sources whose rendering looked at this one, `files` for those of them that are a bundle's files. All are looked up
    after the commit, when the outbox is emptied.
    """

    sections: frozenset[str] = frozenset()
    spots: frozenset[Spot] = frozenset()
    paths: frozenset[str] = frozenset()
    dependents: bool = False
    files: bool = False

    def __bool__(self) -> bool:
        """Tell whether anything is left to send."""
        return bool(self.sections or self.spots or self.paths or self.dependents or self.files)

    def __or__(self, other: "Outbox") -> "Outbox":
        """Join two outboxes; nothing in either is lost."""
        return Outbox(
            sections=self.sections | other.sections,
            spots=self.spots | other.spots,
            paths=self.paths | other.paths,
            dependents=self.dependents or other.dependents,
            files=self.files or other.files,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything the index knows of one source. A key never seen has revision 0 and state `removed`.

    `shown` is set only while published. `path` is the path the newest valid content asks for, `live_paths` every path
    at which the source was ever published, oldest first. `facts` are what the rendering read of other sources.
    `changed` is where its news stand: the time of the last commit that changed what readers see of it.
    `image` is the size of an asset that is an image and is public, or will be once the post it belongs to is.
    """

    key: str
    kind: SourceKind
    revision: int = 0
    state: State = State.REMOVED
    generation: str = ""
    etag: str | None = None
    version: SourceVersion | None = None
    image: ImageSize | None = None
    id: str = ""
    title: str = ""
    path: str | None = None
    live_paths: tuple[str, ...] = ()
    shown: Shown | None = None
    due: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    outbox: Outbox = field(default_factory=Outbox)
    receipt: Receipt | None = None
    changed: datetime | None = None

    @property
    def published_path(self) -> str | None:
        """The path readers find it at, None unless published."""
        return self.path if self.state is State.PUBLISHED else None


class Standing(StrEnum):
    """What a claim asks for: the path itself (held or waiting), or only that old links to it keep working."""

    PUBLISHED = "published"
    SHADOWED = "shadowed"
    FORMER = "former"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A source's claim on a path. `was_live` stays set once the source was published there."""

    path: str
    key: str
    standing: Standing
    was_live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSettings:
    """The site's settings as the index holds them; `revision` grows whenever they change."""

    revision: int
    settings: SiteSettings
    default_url: str

    def generation(self, software: str) -> str:
        """Name what records and sections are made under: these settings by this version of the software."""
        return f"{self.revision}/{software}"


REBUILD, AUDIT, ROLLING = "rebuild", "audit", "rolling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far a long piece of work has come; `cursor` is where the next step begins within `phase`.

    `began` is when its first step was taken; `sent` counts the messages it has sent so far, `done` the names it has
    looked at. `total` is how many names it expects to look at, 0 when nobody can tell. `everything` asks a rebuild for
    what is of the current generation as well.
    """

    name: str
    revision: int = 0
    generation: str = ""
    phase: str = ""
    cursor: str = ""
    began: datetime | None = None
    sent: int = 0
    done: int = 0
    total: int = 0
    everything: bool = False


class Happening(StrEnum):
    """What became of a post, as those who mirror the site see it."""

    PUBLISHED = "published"
    UPDATED = "updated"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The last thing that happened to what readers see of a post; a source has one or none.

    `revision` is that of the record it was committed with, `at` the time of that attempt to commit. `id`, `slug` and
    `path` are the post's, of a removed one those it had.
    """

    key: str
    happening: Happening
    at: datetime
    revision: int
    id: str
    slug: str
    path: str

    @property
    def position(self) -> str:
        """Where it stands among all news."""
        return news_position(self.key, self.at)


def news_position(key: str, at: datetime) -> str:
    """Say where a source's news of a moment stand: in the order of time, then of the keys' digests."""
    return f"{news_instant(at)}#{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def news_instant(at: datetime) -> str:
    """Write an aware datetime as UTC text with microseconds, which sorts as time does."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKey:
    """Where a listing row stands."""

    listing: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One transaction of publish, conditional on the revisions of the record and of the checkpoint being one less.

    `body` None leaves the stored body alone unless `drop_body`. `news_out` is the position of the news that `news_in`
    replaces. `names_in` are names the source is published under from now on; they are never taken back. Everything
    else is written as given.
    """

    record: Record
    body: Body | None = None
    drop_body: bool = False
    rows_in: Mapping[RowKey, Entry] = field(default_factory=dict)
    rows_out: frozenset[RowKey] = frozenset()
    claims_in: tuple[Claim, ...] = ()
    claims_out: tuple[Claim, ...] = ()
    due_in: datetime | None = None
    due_out: datetime | None = None
    news_in: News | None = None
    news_out: str | None = None
    names_in: frozenset[str] = frozenset()
    settings: StoredSettings | None = None
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRecord:
    """Everything the index knows of one section. A section never refreshed has revision 0.

    `artifacts` maps object keys to ETags, `written` the same keys to when each was last rewritten. `refreshed` are the
    moments of the last commits, oldest first. `outbox` names the sections still to be told of this one's change.
    """

    name: str
    revision: int = 0
    generation: str = ""
    artifacts: Mapping[str, str] = field(default_factory=dict)
    child: Child | None = None
    outbox: frozenset[str] = frozenset()
    refreshed: tuple[datetime, ...] = ()
    written: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def refreshed_at(self) -> datetime | None:
        """When it was last refreshed, None if never."""
        return self.refreshed[-1] if self.refreshed else None
