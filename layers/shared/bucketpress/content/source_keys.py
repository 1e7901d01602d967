"""What a key in the content bucket stands for."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bucketpress.content.front_matter.syntax.key_form import key_form
from bucketpress.content.leftovers import held_back, is_markdown_name, withholding_mark
from bucketpress.content.paths import artifact_key, asset_fault, claim_path, href, twin_key
from bucketpress.site.layout import OWN_SEGMENT

__all__ = [
    "MEDIA",
    "SourceKey",
    "SourceKind",
    "artifact_key",
    "asset_key",
    "claim_path",
    "classify",
    "composed",
    "href",
    "is_beside_posts",
    "is_markdown",
    "is_source",
    "spellings",
    "twin_key",
]

SETTINGS_KEY = "site.yaml"
# The address of a post where neither its author nor its site says otherwise.
DEFAULT_PERMALINK = "/:year/:month/:slug/"
MAX_KEY_BYTES = 700
MAX_SEGMENT_BYTES = 255
# What a post that has a folder of its own may be called in it.
_BUNDLE_ENDINGS = (".md", ".markdown", ".mdx")
_IGNORED_NAMES = re.compile(r"thumbs\.db|desktop\.ini|.*~|.*\.(?:swp|tmp|part)", re.IGNORECASE)
_ROOT_NOTES = re.compile(r"(?:readme|licen[cs]e)(?:[.\-_].*)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class SourceKind(StrEnum):
    """What a source becomes."""

    POST = "post"
    PAGE = "page"
    ASSET = "asset"
    SETTINGS = "settings"
    HELD = "held"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKey:
    """A key of the content bucket and what its place means.

    `path` is where an asset is served (percent-decoded, begins with "/"), None for every other kind.
    `bundles` are the keys of the posts an asset may belong to: an `index.md` in its own folder or in one above. Where
    one is there, the asset is public only while it is.
    `reason` says why a key is refused or held back, `fix` what to do about one that is held back.
    """

    key: str
    kind: SourceKind
    draft: bool = False
    path: str | None = None
    bundles: tuple[str, ...] = ()
    reason: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Root:
    """A folder that is published: what its Markdown becomes, and where it is if `site.yaml` has no pattern."""

    prefix: str
    kind: SourceKind
    draft: bool = False
    permalink: str = DEFAULT_PERMALINK


# Files that are named by their day may have one title several times in a month.
_DAILY = "/:year/:month/:day/:slug/"
_ROOTS = (
    _Root(prefix="posts/", kind=SourceKind.POST),
    _Root(prefix="_posts/", kind=SourceKind.POST, permalink=_DAILY),
    _Root(prefix="content/posts/", kind=SourceKind.POST),
    _Root(prefix="content/post/", kind=SourceKind.POST),
    _Root(prefix="content/blog/", kind=SourceKind.POST),
    _Root(prefix="pages/", kind=SourceKind.PAGE),
    _Root(prefix="drafts/", kind=SourceKind.POST, draft=True),
    _Root(prefix="_drafts/", kind=SourceKind.POST, draft=True, permalink=_DAILY),
)
# Within another root they say the same.
_DRAFT_FOLDERS = frozenset(
    {
        *("drafts", "draft", "unpublished", "private", "trash", "trashed", "deleted", "hidden", "wip"),
        *("entwürfe", "brouillons"),
        *("borradores", "rascunhos", "bozze", "черновики", "草稿", "下書き"),
    }
)
_STATIC = "static/"
MEDIA = f"/{OWN_SEGMENT}/media/"
_WELL_KNOWN = "static/.well-known/"
_PUBLISHED_FOLDERS = "posts/, pages/, drafts/ and static/"


@lru_cache(maxsize=16384)
def classify(key: str) -> SourceKey:
    """Return what a key stands for; never raises, whatever the key."""
    if reason := _fault(key):
        return SourceKey(key=key, kind=SourceKind.REFUSED, reason=reason)
    if _is_ignored(key):
        return SourceKey(key=key, kind=SourceKind.IGNORED)
    if key == SETTINGS_KEY:
        return SourceKey(key=key, kind=SourceKind.SETTINGS)
    if key.startswith(_STATIC):
        return _static(key)
    root = root_of(key)
    if root is not None:
        return _below(root, key)
    if key.lower() in {"site.yml", "site.yaml"}:
        return _refused(key, f"Settings are read from site.yaml, not from {key}: rename it to site.yaml.")
    return _refused(key, f"Only files in {_PUBLISHED_FOLDERS} are published: move it into one of these folders.")


def asset_key(path: str) -> str | None:
    """Return the key of the asset that is served at a path, if it is one that an asset can have."""
    key = path.removeprefix(MEDIA) if path.startswith(MEDIA) else _STATIC + path.removeprefix("/")
    return key if classify(key).path == path else None


def is_beside_posts(source: SourceKey) -> bool:
    """Return whether a file lies among posts and pages rather than below static/."""
    return source.kind is SourceKind.ASSET and not source.key.startswith(_STATIC)


def composed(key: str) -> str:
    """Return a key as keys are compared, in NFC: macOS writes `é` as two characters, everybody else as one."""
    return key if key.isascii() else unicodedata.normalize("NFC", key)


def spellings(key: str) -> tuple[str, ...]:
    """Return the keys that a file of this name may have in the bucket: composed, and as macOS decomposes it."""
    return (key,) if key.isascii() else tuple(dict.fromkeys((composed(key), unicodedata.normalize("NFD", key), key)))


def is_source(key: str) -> bool:
    """Return whether a key is a source: every key but those ignored silently."""
    return classify(key).kind is not SourceKind.IGNORED


def is_markdown(key: str) -> bool:
    """Return whether a file of this name holds Markdown."""
    return is_markdown_name(key)


def root_of(key: str) -> _Root | None:
    """Return the folder of sources a key lies in, None outside of them."""
    return next((root for root in _ROOTS if key.startswith(root.prefix)), None)


def _fault(key: str) -> str:
    """Return why no file can have a key, "" when one can."""
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "The key holds half of a character (a lone surrogate): rename the file."
    if size > MAX_KEY_BYTES:
        return f"A key may have {MAX_KEY_BYTES} bytes; this one has {size}: use shorter names."
    if _CONTROL.search(key):
        return "The key holds a control character: rename the file."
    if "\\" in key:
        return 'The key holds a backslash: separate folders with "/".'
    return _segment_fault(key)


def _segment_fault(key: str) -> str:
    if key.startswith("/") or not key:
        return 'The key begins with "/" or is empty: upload it under its folder and name.'
    segments = key.removesuffix("/").split("/")
    if not {".", ".."}.isdisjoint(segments):
        return 'The key has a "." or ".." in its path: upload it under its real folder.'
    if "" in segments:
        return 'The key has an empty folder name ("//"): upload it with single slashes.'
    if any(len(segment.encode()) > MAX_SEGMENT_BYTES for segment in segments):
        return f"A file or folder name may have {MAX_SEGMENT_BYTES} bytes: use a shorter one."
    return ""


def _is_ignored(key: str) -> bool:
    if key.endswith("/"):
        return True
    segments = key.removeprefix(_WELL_KNOWN).split("/")
    if any(segment.startswith(".") for segment in segments) or _IGNORED_NAMES.fullmatch(segments[-1]):
        return True
    return len(segments) == 1 and _ROOT_NOTES.fullmatch(key) is not None


def _static(key: str) -> SourceKey:
    path = "/" + unicodedata.normalize("NFC", key.removeprefix(_STATIC))
    if fault := asset_fault(path):
        return _refused(key, f"{fault} Give the file another name or folder.")
    return SourceKey(key=key, kind=SourceKind.ASSET, path=path)


def _below(root: _Root, key: str) -> SourceKey:
    folder, slash, name = key.rpartition("/")
    if held := held_back(folder + slash, name, posts=root.kind is SourceKind.POST):
        reason, fix = held
        return SourceKey(key=key, kind=SourceKind.HELD, reason=reason, fix=fix)
    draft = root.draft or any(map(_is_of_drafts, folder.removeprefix(root.prefix.rstrip("/")).split("/")))
    if is_markdown(key):
        return SourceKey(key=key, kind=root.kind, draft=draft)
    return SourceKey(
        key=key,
        kind=SourceKind.ASSET,
        draft=draft,
        path=MEDIA + unicodedata.normalize("NFC", key),
        bundles=_bundles(root, key),
    )


def _is_of_drafts(folder: str) -> bool:
    """Return whether the name of a folder says that what lies in it is not to be published."""
    return key_form(folder) in _DRAFT_FOLDERS or withholding_mark(f"{folder}.") != ""


def _bundles(root: _Root, key: str) -> tuple[str, ...]:
    folders = key.removeprefix(root.prefix).split("/")[:-1]
    above = ("/".join(folders[: depth + 1]) for depth in range(len(folders)))
    return tuple(f"{root.prefix}{folder}/index{ending}" for folder in above for ending in _BUNDLE_ENDINGS)


def _refused(key: str, reason: str) -> SourceKey:
    return SourceKey(key=key, kind=SourceKind.REFUSED, reason=reason)
