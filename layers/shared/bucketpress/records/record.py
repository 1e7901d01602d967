"""The record of one source, and its outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bucketpress.content.images import ImageSize
from bucketpress.content.pictures.variants import PictureVariants
from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind, classify, is_beside_posts
from bucketpress.records.dependency import Dependency
from bucketpress.records.receipt import Receipt
from bucketpress.records.source_version import SourceVersion
from bucketpress.site.impact import Shown, ShownAsset, Spot
from bucketpress.site.search.cells import SearchSpot


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What a commit has touched and has not yet been sent to the queues.

    `spots` stand for the posts before and after them, `paths` for every source that claims them, `dependents` for the
    sources whose rendering read this one, `files` for those of them that are files. `shown_files` are files for which
    it may matter that this source shows them or links to them, `names` are ids by which the paths of removed sources
    lead here, or did, `listings` are those whose head shows the post if it is among their newest, `search` the
    positions at which search has to look again, `rows` those at which what lists the post by its date has changed. All
    are looked up after the commit, when the outbox is emptied.
    """

    sections: frozenset[str] = frozenset()
    spots: frozenset[Spot] = frozenset()
    paths: frozenset[str] = frozenset()
    dependents: bool = False
    files: bool = False
    shown_files: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    listings: frozenset[str] = frozenset()
    search: frozenset[SearchSpot] = frozenset()
    rows: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Return whether anything is left to send."""
        looked_up = self.spots or self.paths or self.dependents or self.files or self.shown_files or self.names
        return bool(self.sections or self.listings or self.search or self.rows or looked_up)

    def __or__(self, other: "Outbox") -> "Outbox":
        """Return the union of two outboxes."""
        return Outbox(
            sections=self.sections | other.sections,
            spots=self.spots | other.spots,
            paths=self.paths | other.paths,
            dependents=self.dependents or other.dependents,
            files=self.files or other.files,
            shown_files=self.shown_files | other.shown_files,
            names=self.names | other.names,
            listings=self.listings | other.listings,
            search=self.search | other.search,
            rows=self.rows | other.rows,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything the index knows of one source. A key never seen has revision 0 and state `removed`.

    `shown` is set only while published. `path` is the path the newest valid content asks for, `live_paths` every path
    at which the source was ever published, oldest first. `dependencies` are what the rendering read of other sources.
    `linked_files` are the files beside posts that it links to, or shows without giving their size: they wait for it.
    `changed` is where its post change stands: the time of the last commit that changed what readers see of it.
    `image` is the size of an asset that is an image and is public, or will be once the post it belongs to is;
    `variants` are those of it that pages may offer. `in_search` says that it has a row in the listing of search: what
    was published by software of before there was one has none.
    """

    key: str
    kind: SourceKind
    revision: int = 0
    state: State = State.REMOVED
    generation: str = ""
    etag: str | None = None
    version: SourceVersion | None = None
    image: ImageSize | None = None
    variants: PictureVariants | None = None
    id: str = ""
    title: str = ""
    path: str | None = None
    live_paths: tuple[str, ...] = ()
    shown: Shown | ShownAsset | None = None
    due: datetime | None = None
    dependencies: Mapping[str, Dependency] = field(default_factory=dict)
    linked_files: tuple[str, ...] = ()
    outbox: Outbox = field(default_factory=Outbox)
    receipt: Receipt | None = None
    changed: datetime | None = None
    in_search: bool = False

    @property
    def shown_post(self) -> Shown | None:
        """What readers see of a post or page, None of a file and of what is not published."""
        return self.shown if isinstance(self.shown, Shown) else None

    @property
    def is_waiting(self) -> bool:
        """Whether it is a file that is held back for nothing but want of a post that shows it."""
        if self.state is not State.DRAFT:
            return False
        source = classify(self.key)
        return is_beside_posts(source) and not source.draft

    @property
    def published_path(self) -> str | None:
        """Return the path it is published at, None unless published."""
        return self.path if self.state is State.PUBLISHED else None
