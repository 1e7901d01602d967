"""Says what is wrong with a site: what it shows and should not, where it leads nowhere, what it has forgotten."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from html import escape
from itertools import takewhile
from typing import Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from greenlet import getcurrent, greenlet

from bucketpress.adapters.memory_index import MemoryListing, MemoryPostIndex
from bucketpress.adapters.memory_stores import MemoryContentStore, MemorySiteStore
from bucketpress.content.pictures.variants import VariantShape
from bucketpress.content.post import Entry, identical
from bucketpress.content.source_keys import artifact_key, href
from bucketpress.records.checkpoint import CheckpointName
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.post_change import ChangeKind
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.site_object import StoredArtifact
from bucketpress.services.parts import PartLimits
from bucketpress.site.layout import (
    ALL,
    PAGES,
    SEARCH_MANIFEST,
    SEARCH_SEGMENT,
    parse_section,
    path_keys,
    section_of_artifact,
)
from bucketpress.site.search.manifest import ETAG_CHARACTERS, read_manifest
from bucketpress.site.search.segment import Segment
from bucketpress.site.section_summary import SectionSummary
from tests.simulation.index_oracle import commit_faults, index_faults, section_commit_faults
from tests.simulation.rendering import reading, remembering
from tests.support.world import World, clean_world, is_live, live_artifacts

# How the files begin that no version of the software could publish; those with nothing in them are others.
UNREADABLE = (b"\xff", b"title: [\n")
# Written into sources that readers must never see, and into those they must not see before a moment.
NEVER, NOT_BEFORE = "zznever", "zznotbefore"
_OFFERED = re.compile(rb'(_bucketpress/variants/[^ "]+-(?:\d+\.webp|cover\.jpg))')
_MARKED = re.compile(rb"zznever|zznotbefore(\d{8}t\d{4})z", re.IGNORECASE)
_LINK = re.compile(rb'(?:href=|src=|<loc>|<link>|"url": ?)"?([^"<>\s]+)')
_SHOWN = re.compile(rb"(?:!?\[p\]\(|^image: )([^)\n]+)", re.MULTILINE)
_OWN_HOST = "blog.packnet.example"
_MEDIA = "/_bucketpress/media/"  # an author may show an image that is not there
_FILES_BESIDE = (
    re.compile(r"_bucketpress/media/(posts/.+)"),
    re.compile(r"_bucketpress/variants/_bucketpress/media/(posts/.+)/[^/]+"),
)
CLEAN_KEPT = 50
EVERYTHING = 10_000


Tampering: TypeAlias = Literal["delete", "overwrite", "copy"]


class WatchedSiteStore(MemorySiteStore):
    """A site bucket that remembers everything readers ever saw, and what of it they should not have.

    It also knows of each object how new the rows were that it was made from: no handler may write older ones over newer
    ones. Where an object was changed and changed back since the handler looked, its ETag cannot tell, so there it may.
    """

    def __init__(self, content: MemoryContentStore, clock: Callable[[], datetime], index: "WatchedPostIndex") -> None:
        super().__init__(content, encoded)
        self._bucket = content
        self._clock = clock
        self._index = index
        self._seen: dict[greenlet, dict[str, int]] = {}
        self._versions: dict[str, int] = {}
        self._rows: dict[str, int] = {}
        index.on_section = self._note
        self.mistakes: list[str] = []
        self.ever_live: set[str] = set()
        self.released: set[str] = set()
        self.pages_first = False

    def look_at_bucket(self) -> None:
        """Take note of the files that the texts in the content bucket release now: no other may ever be seen."""
        self.released |= _released(self._bucket, self._clock())

    def head(self, key: str) -> StoredArtifact | None:
        self._seen.setdefault(getcurrent(), {})[key] = self._versions.get(key, 0)
        return super().head(key)

    def _note(self, record: SectionRecord) -> None:
        """Take note that a handler trusts what the record of a section says of its objects."""
        seen = self._seen.setdefault(getcurrent(), {})
        seen |= {key: self._versions.get(key, 0) for key in {*record.artifacts, *parse_section(record.name).keys}}

    def tamper(self, key: str, how: Tampering) -> None:
        """Change an object behind the system's back."""
        stored, data = self._objects[key]
        if how == "copy":
            key = f"zz/{key}"
        self._versions[key] = self._versions.get(key, 0) + 1
        if how == "delete":
            del self._objects[key]
            if key not in self._index.section(section_of_artifact(key) or "").artifacts:
                # Whoever wrote it died before recording it: nobody can know of it any more.
                self.ever_live.discard(key)
        else:
            data = data if how == "copy" else b"tampered"
            self._objects[key] = replace(stored, key=key, etag="tampered"), data

    def _write(self, stored: StoredArtifact, data: bytes, expected: str | None) -> None:
        version = self._versions.get(stored.key, 0)
        same = self._seen.get(getcurrent(), {}).get(stored.key) == version
        super()._write(stored, data, expected)
        self._versions[stored.key] = version + 1
        rows = self._index.rows_read.get(getcurrent())
        if rows is not None:
            if same and rows < self._rows.get(stored.key, 0):
                self.mistakes.append(f"{stored.key} is written from older rows than it was made from")
            self._rows[stored.key] = rows
        if self._index.recovers:
            self.mistakes.append(f"{stored.key} is written before the index knows what the site knows")
        if shown := _unpublished(data, self._clock()):
            self.mistakes.append(f"{stored.key} shows {shown}")
        if is_live(stored):
            self.ever_live.add(stored.key)
            self.mistakes += self._unreleased(stored.key)
            offered = (match[1].decode() for match in _OFFERED.finditer(data))
            self.mistakes += [
                f"{stored.key} offers {key}, which was never there" for key in offered if not self._versions.get(key)
            ]
            titles = [title for title, html in self._index.texts[stored.key] if html.encode() in data]
            if titles and not any(f">{escape(title)}<".encode() in data for title in titles):
                self.mistakes.append(f"{stored.key} has the title of one version and the text of another")
            if self.pages_first and not _belongs_to_a_post(stored.key):
                early = (key for key in _targets(data) if _belongs_to_a_post(key) and self.head(key) is None)
                self.mistakes += [f"{stored.key} links to {key}, which is not there yet" for key in early]
        elif self.pages_first and stored.key.endswith(".css"):
            users = [key for key, page in live_artifacts(self).items() if stored.key in _targets(page)]
            self.mistakes += [f"{stored.key} is gone while {key} still needs it" for key in users]

    def _unreleased(self, key: str) -> list[str]:
        """Tell of a file beside posts, or a version of a picture, that no text had released until now."""
        file = next((found[1] for pattern in _FILES_BESIDE if (found := pattern.match(key))), None)
        if file is None or file in self.released:
            return []
        self.look_at_bucket()
        return [] if file in self.released else [f"{key} is seen, which no post that readers see has shown"]


class WatchedPostIndex(MemoryPostIndex):
    """An index that remembers which source was ever published where, and when each handler began to read rows."""

    def __init__(self) -> None:
        super().__init__()
        self.owners: defaultdict[str, set[str]] = defaultdict(set)
        self.texts: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)  # title and HTML, by page
        self.mistakes: list[str] = []
        self.commits = 0
        self.rows_read: dict[greenlet, int] = {}
        self.beginning: dict[greenlet, bool] = {}
        self.on_section: Callable[[SectionRecord], None] = lambda _record: None

    @property
    def recovers(self) -> bool:
        return self._settings is not None and self._settings.recovering

    def lose(self) -> None:
        """Forget everything that was stored, and whose former addresses there were: only what is read back counts."""
        vars(self).update(vars(MemoryPostIndex()))
        self.owners.clear()

    def section(self, name: str) -> SectionRecord:
        record = super().section(name)
        self.on_section(record)
        self.rows_read[getcurrent()], self.beginning[getcurrent()] = self.commits, True
        return record

    def claims(self, path: str) -> tuple[Claim, ...]:
        self._begin_rows()
        return super().claims(path)

    def entries(
        self, listing: str, *, start: str = "", end: str = "", limit: int | None = None, newest_first: bool = True
    ) -> tuple[Entry, ...]:
        self._begin_rows()
        return super().entries(listing, start=start, end=end, limit=limit, newest_first=newest_first)

    def children(self, parent: str, *, after: str = "", limit: int | None = None) -> tuple[SectionSummary, ...]:
        self._begin_rows()
        return super().children(parent, after=after, limit=limit)

    def _begin_rows(self) -> None:
        """Take note of when a handler reads the first row since it read the section's record."""
        if self.beginning.pop(getcurrent(), False):
            self.rows_read[getcurrent()] = self.commits

    def commit_section(self, record: SectionRecord) -> None:
        before = super().section(record.name)
        super().commit_section(record)
        self.mistakes += section_commit_faults(before, record)
        self.commits += 1

    def commit(self, change: PublishTransaction) -> None:
        record, before = change.record, self.record(change.record.key)
        super().commit(change)
        self.mistakes += commit_faults(before, change)
        self.commits += 1
        if record.published_path is not None:
            for path in {record.published_path, *record.live_paths}:
                self.owners[path].add(record.key)
            if (body := self.bodies([record.key]).get(record.key)) is not None and record.shown is not None:
                self.texts[artifact_key(record.shown.path)].add((record.shown.entry.title, body.html))

    def differing(self, other: MemoryPostIndex) -> set[str]:
        """Name the parts of the index that are not as another index has them, as `systematic_search` names them."""
        names = {"record": "_records", "body": "_bodies", "claims": "_claims", "section": "_sections"}
        names |= {"dependents": "_dependents", "children": "_children", "checkpoint": "_checkpoints"}
        changed: set[str] = set()
        for name, attribute in names.items():
            mine, its = getattr(self, attribute), getattr(other, attribute)
            changed |= {f"{name} {key}" for key in mine.keys() | its.keys() if mine.get(key) != its.get(key)}
        rows, its_rows = self._listings, other._listings
        changed |= {
            f"listing {name}"
            for name in rows.keys() | its_rows.keys()
            if not identical(rows.get(name), its_rows.get(name))
        }
        changed |= {"due"} if self._due != other._due else set()
        return changed | ({"settings"} if self._settings != other._settings else set())


def faults_of(
    index: WatchedPostIndex, site: WatchedSiteStore, content: MemoryContentStore, clean: World, software: str
) -> list[str]:
    """Name everything that is wrong with a site at rest; `clean` is one just built from the same bucket."""
    return [
        *site.mistakes,
        *index.mistakes,
        *(f"{key} differs from the clean build" for key in _differing(site, clean)),
        *(f"{key} no longer answers" for key in sorted(site.ever_live) if not _answers(site, key)),
        *_wrong_addresses(index, site, clean),
        *_wrong_items(index, clean.index),
        *index_faults(index, clean.index, software),
        *_wrong_changes(index, clean.index),
        *_lost_last_good(index, content),
        *_withheld(index, content, clean.now),
        *_apart_from_their_post(index, content),
        *_left_to_tell(index),
        *_dangling(site),
        *_wrong_search(index, site),
        *(["the rebuild has not come to its end"] if index.checkpoint(CheckpointName.REBUILD).is_under_way else []),
    ]


def _unpublished(data: bytes, now: datetime) -> str:
    for match in _MARKED.finditer(data):
        moment = match[1]
        if moment is None or moment.decode() > now.strftime("%Y%m%dt%H%M"):
            return match[0].decode()
    return ""


def _differing(site: WatchedSiteStore, clean: World) -> list[str]:
    live, wanted = live_artifacts(site), live_artifacts(clean.site)
    return sorted(key for key in live.keys() | wanted.keys() if live.get(key) != wanted.get(key))


def _answers(site: MemorySiteStore, key: str) -> bool:
    """Tell whether an object is live, gone and says so, or leads in one step to one that is live."""
    stored = site.head(key)
    if stored is None:
        return False
    if stored.redirect_to is not None:
        return is_live(site.head(artifact_key(unquote(stored.redirect_to))))
    return stored.status in {None, 410}


def _wrong_addresses(index: WatchedPostIndex, site: MemorySiteStore, clean: World) -> list[str]:
    """Check every path a source was ever published at: live, else to the smallest key still published, else gone."""
    records = {key: clean.index.record(key) for owners in index.owners.values() for key in owners}
    published = {key: record.shown.path if record.shown else None for key, record in records.items()}
    wrong = []
    for path, owners in sorted(index.owners.items()):
        key = artifact_key(path)
        if any(is_live(clean.site.head(key)) for key in path_keys(path)):
            continue
        heir = next((published[owner] for owner in sorted(owners) if published[owner]), None)
        heir = heir or _namesake(index, clean, owners)
        stored = site.head(key)
        wanted = (href(heir), 301) if heir else (None, 410)
        if stored is None or (stored.redirect_to, stored.status) != wanted:
            wrong.append(f"{path} answers {stored} and should {wanted}")
    return wrong


def _namesake(index: WatchedPostIndex, clean: World, owners: set[str]) -> str | None:
    """Return where a renamed file is: a post that is published under the id that a removed owner had."""
    shown = {entry.key: entry for entry in clean.index.entries(ALL)}
    removed = (index.record(owner) for owner in sorted(owners) if clean.index.record(owner).revision == 0)
    ids = [record.id for record in removed if record.id]
    return next((shown[key].path for identity in ids for key in sorted(shown) if shown[key].id == identity), None)


_CLEAN: dict[tuple[str, datetime], World] = {}


def encoded(data: bytes, shape: VariantShape) -> bytes:
    """Stand for a smaller version of a picture: to encode one takes too long here."""
    return b"%d by %d pixels of %s" % (shape.width, shape.height, hashlib.sha256(data).hexdigest().encode())


def clean_world_of(content: MemoryContentStore, now: datetime, part_limits: PartLimits) -> World:
    """Build a bucket from nothing, or remember that it has been built."""
    asked = repr([part_limits, *(content.versions(key, 1000) for key in content.all_keys())]), now
    if asked not in _CLEAN:
        if len(_CLEAN) > CLEAN_KEPT:
            _CLEAN.clear()
        _CLEAN[asked] = clean_world(content, now, remembering, encoded, part_limits=part_limits, read=reading)
    return _CLEAN[asked]


def _belongs_to_a_post(key: str) -> bool:
    return (section_of_artifact(key) or "").startswith(("post:", "asset:"))


def _wrong_items(index: MemoryPostIndex, clean: MemoryPostIndex) -> list[str]:
    """Compare what the index holds of published posts only, and what is due, with that of a clean build."""
    kinds = {"body": "_bodies", "row": "_listings", "due": "_due"}
    held = {kind: (_items(getattr(index, name)), _items(getattr(clean, name))) for kind, name in kinds.items()}
    return [f"the index errs on the {kind} of {one}" for kind, (its, right) in held.items() for one in its ^ right]


def _wrong_changes(index: MemoryPostIndex, clean: MemoryPostIndex) -> list[str]:
    """Check that mirrors are told of each post once, and last of those that are published that they are."""
    told = Counter(each.key for each in index._changes.values())
    live = {each.key for each in index._changes.values() if each.kind is not ChangeKind.REMOVED}
    published = {entry.key for entry in clean.entries(ALL)}
    return [
        *(f"there are {count} changes of {key}" for key, count in told.items() if count > 1),
        *(f"the changes err on {key}" for key in sorted(live ^ published)),
    ]


def _lost_last_good(index: MemoryPostIndex, content: MemoryContentStore) -> list[str]:
    """Check what a clean build cannot tell, reading as it does: an unreadable file stands for the last readable one."""
    lost = []
    for key in content.all_keys():
        newest, *older = content.versions(key, 100) or (None,)
        if newest is None or newest.deleted or not key.endswith((".md", ".yaml")) or _readable(content.read(newest)):
            continue
        kept = list(takewhile(lambda version: not version.deleted, older))
        # Of versions with the same bytes the newest is read, and five at most.
        different = {version.etag: version for version in reversed(kept) if version.etag != newest.etag}
        read = [version for version in kept if different.get(version.etag) == version][:5]
        good = next((version for version in read if _readable(content.read(version))), None)
        if good is not None and index.record(key).version != good:
            lost.append(f"{key} does not stand for its last good version")
    return lost


def _withheld(index: MemoryPostIndex, content: MemoryContentStore, now: datetime) -> list[str]:
    """Check what a clean build gets wrong likewise: what nothing speaks against is published or has a smaller rival."""
    withheld = []
    for key in content.all_keys():
        newest = content.head(key)
        if newest is None or not key.startswith(("posts/", "pages/", "static/")) or not key.endswith((".md", ".html")):
            continue
        data, record = content.read(newest), index.record(key)
        if not _readable(data) or _unpublished(data, now) or b"\nexpires:" in data or record.published_path:
            continue
        rivals = (claim.key for claim in index.claims(record.path or "") if claim.standing is Standing.PUBLISHED)
        if not any(rival < key for rival in rivals):
            withheld.append(f"{key} is not published")
    return withheld


def _apart_from_their_post(index: MemoryPostIndex, content: MemoryContentStore) -> list[str]:
    """Check that what lies beside posts is published if readers see a post that shows it, or that of its folder."""
    apart = []
    for key in content.all_keys():
        post = f"{key.rpartition('/')[0]}/index.md"
        if key == post or not key.startswith("posts/") or key.endswith(".md") or content.head(key) is None:
            continue
        showing = [index.record(other).published_path is not None for other in _showing(index, content, key)]
        public = any(showing) or index.record(post).published_path is not None
        if (index.record(key).published_path is not None) != public:
            apart.append(f"{key} is not what its posts are")
    return apart


def _showing(index: MemoryPostIndex, content: MemoryContentStore, key: str) -> list[str]:
    """Return the posts whose version in use shows a file."""
    showing = []
    for other in content.all_keys():
        version = index.record(other).version
        if not other.endswith(".md") or version is None or content.head(other) is None:
            continue
        folder = f"{other.rpartition('/')[0]}/"
        if key in {folder + shown.decode() for shown in _SHOWN.findall(content.read(version))}:
            showing.append(other)
    return showing


def _released(content: MemoryContentStore, now: datetime) -> set[str]:
    """Return the files beside posts that a clean build of the bucket could let readers have, whether they are there.

    A post that waits for its path or has expired counts here as well.
    """
    released = set()
    for key in content.all_keys():
        data = _counting(content, key) if key.endswith(".md") else b""
        if not data or _unpublished(data, now):
            continue
        folder = f"{key.rpartition('/')[0]}/"
        released |= {folder + shown.decode() for shown in _SHOWN.findall(data)}
        if key.endswith("/index.md"):
            released |= {other for other in content.all_keys() if other.startswith(folder)}
    return released


def _counting(content: MemoryContentStore, key: str) -> bytes:
    """Return the newest readable version of a text before which nothing was deleted, b"" where there is none."""
    kept = takewhile(lambda version: not version.deleted, content.versions(key, 100))
    return next((data for version in kept if _readable(data := content.read(version))), b"")


def _left_to_tell(index: MemoryPostIndex) -> list[str]:
    """Name what has something in its outbox although nothing goes on any more."""
    records, sections = index.list_records("", EVERYTHING)[0], index.list_sections("", EVERYTHING)[0]
    told = [*((record.key, record.outbox) for record in records), *((one.name, one.outbox) for one in sections)]
    return [f"{name} still has something to tell" for name, outbox in told if outbox]


def _readable(data: bytes) -> bool:
    return not data.startswith(UNREADABLE) and bool(data.strip())


def _items(held: dict[str, object] | list[tuple[str, str]]) -> set[object]:
    """Name the items: keys of bodies, rows by listing and position, moments with keys."""
    if isinstance(held, list):
        return set(held)
    return {
        (name, position)
        for name, value in held.items()
        for position in (value.positions if isinstance(value, MemoryListing) else ("",))
    }


def _dangling(site: MemorySiteStore) -> list[str]:
    return [f"{key} links to {lost}" for key, data in live_artifacts(site).items() for lost in _missing(site, data)]


def _missing(site: MemorySiteStore, data: bytes) -> list[str]:
    return [target for target in _targets(data) if not is_live(site.head(target))]


def _wrong_search(index: MemoryPostIndex, site: MemorySiteStore) -> list[str]:
    """Check that search lists its segments as they are, and finds what is published and nothing else."""
    live = live_artifacts(site)
    segments = {key for key in live if key.startswith(f"{SEARCH_SEGMENT}/") and key != SEARCH_MANIFEST}
    manifest = live.get(SEARCH_MANIFEST)
    listed = {each.key: each.etag for each in read_manifest(manifest).segments} if manifest else {}
    etags = {key: stored.etag[:ETAG_CHARACTERS] for key in segments if (stored := site.head(key))}
    found = Counter(document.path for key in segments for document in Segment(live[key]).documents)
    published = {entry.path for listing in (ALL, PAGES) for entry in index.entries(listing)} if manifest else set()
    wrong = sorted(key for key in listed.keys() | etags.keys() if listed.get(key) != etags.get(key))
    return [
        *(f"search lists {key} as it is not" for key in wrong),
        *(f"search errs on {path}" for path in sorted(found.keys() ^ published)),
        *(f"search finds {path} more than once" for path, times in found.items() if times > 1),
    ]


@lru_cache(maxsize=5_000)
def _targets(data: bytes) -> tuple[str, ...]:
    """Name the objects an artifact links to on its own site."""
    found = set()
    for raw in _LINK.findall(data):
        parts = urlsplit(raw.decode("utf-8", "replace").replace("&amp;", "&"))
        own = parts.netloc in {"", _OWN_HOST} and parts.scheme in {"", "https"} and parts.path.startswith("/")
        if own and not parts.path.startswith(_MEDIA):
            found.add(artifact_key(unquote(parts.path)))
    return tuple(sorted(found))
