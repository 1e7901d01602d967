"""Reads a source as it is now; an invalid one counts as its newest valid version."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from bucketpress.content.images import FIRST_BYTES, ImageSize, image_size, is_measurable
from bucketpress.content.paths import proves_domain
from bucketpress.content.pictures.iso_boxes import UnreadablePictureError
from bucketpress.content.pictures.picture_format import FIRST_BYTES as START_BYTES
from bucketpress.content.pictures.picture_format import PictureFormat, may_hold_metadata, picture_format
from bucketpress.content.pictures.stripper import MAX_BYTES as MAX_PICTURE_BYTES
from bucketpress.content.pictures.stripper import strip
from bucketpress.content.pictures.variants import MAX_PIXELS, is_too_large
from bucketpress.content.post import Post
from bucketpress.content.post_reader import MAX_POST_BYTES, Outcome, read_post, size_problem
from bucketpress.content.problem import Problem, error, warning
from bucketpress.content.settings.reader import MAX_SETTINGS_BYTES, read_site_settings
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey, SourceKind, claim_path, is_beside_posts
from bucketpress.ports import ContentStore, SourceGoneError, TransientError
from bucketpress.records.source_version import SourceVersion

# How far an invalid source is looked back: one listing, and a few of the versions in it, those of the same bytes once.
VERSIONS_LISTED = 100
VERSIONS_READ = 5
BYTES_READ = 2 * MAX_POST_BYTES
MAX_ASSET_BYTES = 5 * 1024**3
MAX_HEIF_BYTES = 32 * 1024**2  # read as a whole, several at a time
MAX_PACKED_BYTES = 380_000  # an item of the index holds 400 KB
ATTEMPTS = 3
_DOMAIN_PROOF = error(
    "Whoever publishes here can be given a certificate for this domain.",
    "Who runs the site can allow it: the stack's parameter `DomainProofs`, or `bucketpress build --domain-proofs`.",
)
_UNREADABLE = error(
    "The picture cannot be read, so what it says of where and by whom it was taken cannot be left out.",
    "Open it in a program for pictures, export it as JPEG or PNG and upload that.",
)
_AS_IT_IS = warning(
    "Readers get this picture as it is, with all it says of where, when and by whom it was taken.",
    "Export it as JPEG, PNG, WebP or AVIF: from these such data is left out.",
)
_TOO_MANY_PIXELS = warning(
    f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels, so no smaller versions of it are made.",
    "Upload it smaller: readers get all of it, which takes long.",
)
_UNMEASURED = warning(
    "How large the picture is cannot be read from the beginning of its file, which is damaged or no picture.",
    "Open it in a program for pictures, export it anew and upload that; it moves the text below it when it comes.",
)
_NO_PICTURE = warning(
    "The file is named like a picture and is none that is known, so that readers may see nothing.",
    "Look whether the right file was uploaded, and whether its name ends as its format does.",
)
_TEXTS = frozenset({SourceKind.POST, SourceKind.PAGE})
ReadPost: TypeAlias = Callable[[SourceKey, bytes, SiteSettings], Outcome]
_EMPTY = error("The file is empty.", "Upload it once it is written; until then an older version stays.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestVersion:
    """The current version of a source, and what it holds where that came along with it."""

    version: SourceVersion
    data: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """What was found at a key. `newest` None means nothing; `used` None means no valid version.

    `problems` are those of the newest version, also where an older one is used. `kind` is the format of
    a picture of which readers get the pixels and nothing else.
    """

    newest: SourceVersion | None = None
    used: SourceVersion | None = None
    post: Post | None = None
    settings: SiteSettings | None = None
    image: ImageSize | None = None
    kind: PictureFormat | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def last_good(self) -> bool:
        """Return whether an older version is used because the newest is invalid."""
        return self.used is not None and self.used != self.newest


def read_source(
    content: ContentStore,
    source: SourceKey,
    settings: SiteSettings,
    found: NewestVersion | None = None,
    understand: ReadPost = read_post,
) -> SourceReading:
    """Read and understand the current version of a source, or the newest valid one a bounded number of versions back.

    `found` is the current version where that was just looked up, `understand` what makes a post of its bytes. Raises
    TransientError when versions keep vanishing while they are read.
    """
    for _ in range(ATTEMPTS):
        newest = found or find_newest(content, source)
        found = None
        if newest is None:
            return SourceReading()
        try:
            reading = _understand(content, source, newest.version, settings, understand=understand, data=newest.data)
            return reading if reading.used else _look_back(content, source, reading, settings, understand)
        except SourceGoneError:
            continue
    message = f"{source.key} keeps changing while it is read"
    raise TransientError(message)


def as_it_is(source: SourceKey, reading: SourceReading) -> tuple[SourceKey, SourceReading]:
    """Return a source as what it is."""
    return source, reading


def find_newest(content: ContentStore, source: SourceKey) -> NewestVersion | None:
    """Return the current version of a source, with its bytes if it is a text: whoever looks mostly needs them."""
    if source.kind in _TEXTS:
        found = content.read_newest(source.key, MAX_POST_BYTES)
        return NewestVersion(version=found[0], data=found[1]) if found else None
    version = content.head(source.key)
    return NewestVersion(version=version) if version else None


def without_domain_proof(source: SourceKey, reading: SourceReading) -> SourceReading:
    """Return what counts as read where authors may not prove to a certificate authority that the domain is theirs."""
    if reading.newest is None or source.path is None or not proves_domain(source.path):
        return reading
    return SourceReading(newest=reading.newest, problems=(_DOMAIN_PROOF,))


def wanted_path(source: SourceKey, reading: SourceReading) -> str | None:
    """Return the path a source claims, None when nothing valid was read or it has none."""
    if reading.used is None:
        return None
    path = reading.post.entry.path if reading.post else source.path
    return claim_path(path) if path else None


def _look_back(
    content: ContentStore, source: SourceKey, reading: SourceReading, settings: SiteSettings, understand: ReadPost
) -> SourceReading:
    if source.kind is SourceKind.REFUSED:
        return reading
    tried = {reading.newest.etag} if reading.newest else set()
    left = BYTES_READ
    for version in content.versions(source.key, VERSIONS_LISTED):
        if version.deleted:
            break  # What the author removed does not come back because a new upload is wrong.
        if version.etag in tried:
            continue
        left -= version.size if version.size <= MAX_POST_BYTES else 0  # What is too large is not read.
        if left < 0 or len(tried) > VERSIONS_READ:
            break
        tried.add(version.etag)
        older = _understand(content, source, version, settings, understand=understand)
        if older.used:
            return replace(older, newest=reading.newest, problems=reading.problems)
    return reading


def _understand(
    content: ContentStore,
    source: SourceKey,
    version: SourceVersion,
    settings: SiteSettings,
    *,
    understand: ReadPost,
    data: bytes | None = None,
) -> SourceReading:
    """Understand one version of a source; `data` is what it holds, where that was read already."""
    if source.kind is SourceKind.REFUSED:
        return SourceReading(newest=version, problems=(_refusal(source.reason),))
    if source.kind is SourceKind.HELD:
        return SourceReading(newest=version, used=version, problems=(warning(source.reason, source.fix),))
    if source.kind is SourceKind.ASSET:
        return _understand_file(content, source, version)
    if source.kind is SourceKind.SETTINGS:
        if version.size > MAX_SETTINGS_BYTES:
            return SourceReading(newest=version, problems=(_too_large("site.yaml", MAX_SETTINGS_BYTES, version.size),))
        understood, problems = read_site_settings(content.read(version), default_url=settings.url)
        return SourceReading(
            newest=version, used=version if understood else None, settings=understood, problems=problems
        )
    if version.size > MAX_POST_BYTES:
        return SourceReading(newest=version, problems=(size_problem(version.size),))
    post, problems = understand(source, content.read(version) if data is None else data, settings)
    if post is not None and _packed_bytes(post.body.html) > MAX_PACKED_BYTES:
        packed = _too_large("A post's HTML, compressed,", MAX_PACKED_BYTES, _packed_bytes(post.body.html))
        return SourceReading(newest=version, problems=(packed, *problems))
    return SourceReading(newest=version, used=version if post else None, post=post, problems=problems)


def _understand_file(content: ContentStore, source: SourceKey, version: SourceVersion) -> SourceReading:
    if version.size == 0 and is_beside_posts(source):
        return SourceReading(newest=version, problems=(_EMPTY,))
    if version.size > MAX_ASSET_BYTES:
        return SourceReading(newest=version, problems=(_too_large("An asset", MAX_ASSET_BYTES, version.size),))
    first = content.read_range(version, 0, FIRST_BYTES if is_measurable(version.key) else START_BYTES)
    kind = picture_format(first)
    if problem := _why_not_stripped(content, version, kind):
        return SourceReading(newest=version, problems=(problem,))
    size = _measured(content, version, first)
    problems = [_AS_IT_IS] if may_hold_metadata(first) else []
    problems += [_TOO_MANY_PIXELS] if kind and size and is_too_large(size) else []
    if size is None and is_measurable(version.key) and not problems:
        problems += [_UNMEASURED if kind else _NO_PICTURE]
    return SourceReading(newest=version, used=version, image=size, kind=kind, problems=tuple(problems))


def _measured(content: ContentStore, version: SourceVersion, first: bytes) -> ImageSize | None:
    """Return the size of an image, read from the beginning of its file, of which `first` are the first bytes."""
    if not is_measurable(version.key):
        return None

    def read(start: int, length: int) -> bytes:
        return first[:length] if start == 0 else content.read_range(version, start, length)

    return image_size(read)


def _why_not_stripped(content: ContentStore, version: SourceVersion, kind: PictureFormat | None) -> Problem | None:
    """Return what keeps readers from getting a picture: nobody could tell what it says of the person who took it."""
    most = MAX_HEIF_BYTES if kind is PictureFormat.HEIF else MAX_PICTURE_BYTES
    if kind is None:
        return None
    if version.size > most:
        return _too_large("A picture", most, version.size)
    if kind is not PictureFormat.HEIF:
        return None
    try:
        strip(content.read(version))
    except UnreadablePictureError:
        return _UNREADABLE
    return None


def _refusal(reason: str) -> Problem:
    """Return a problem from a reason such as `The key holds a backslash: use slashes.`, split into message and fix."""
    message, colon, fix = reason.rpartition(": ")
    return error(f"{message}.", fix[:1].upper() + fix[1:]) if colon else error(reason, "")


def _packed_bytes(html: str) -> int:
    """Return how many bytes the index needs for a post's HTML; HTML that fits without compression is not compressed."""
    data = html.encode()
    return len(data) if len(data) <= MAX_PACKED_BYTES else len(zlib.compress(data, 6))


def _too_large(what: str, most: int, size: int) -> Problem:
    return error(f"{what} may have {most:,} bytes; this one has {size:,}.", "Make it smaller.")
