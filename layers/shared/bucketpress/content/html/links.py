"""Where links and images of a source lead: other sources, assets, or outside."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin, urlsplit

from bucketpress.content.html.anchors import NOTE_IDS, Anchors, github_slug, text_id
from bucketpress.content.html.completion import MARKER, path_of
from bucketpress.content.html.html_tokens import Tag, Token
from bucketpress.content.html.sanitiser import is_safe_url
from bucketpress.content.problem import ProblemLog
from bucketpress.content.source_keys import MEDIA, SourceKind, asset_key, classify, composed, href, is_beside_posts

# The index keeps what each of them led to with the post, and an item of it has room for so many.
MAX_LINKED_SOURCES = 100
# Likewise the pictures whose size a page gives; those after them are shown without.
MAX_MEASURED_IMAGES = 100
# Likewise the files beside posts that wait for a post to name them, in number and in bytes of their keys.
MAX_FILES = 500
MAX_FILE_KEY_BYTES = 40_000
_TARGETS = {"a": "href", "img": "src", "audio": "src", "video": "src", "source": "src", "track": "src"}
_SHOWN = 80
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")
_ROOTED = re.compile(r"/(?![/\\])")
_PARTS = re.compile(r"(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFault:
    """What is wrong with a link, and what stands in its place. `kind` is what such faults have in common."""

    message: str
    fix: str
    kind: str
    target: str | None = None


# Stands for a template's value that is not known, within what a link leads to: a noncharacter, so it can only be ours.
UNKNOWN_VALUE = "\ufdd8"
_UNKNOWN_ENCODED = quote(UNKNOWN_VALUE)


class Links:
    """Rewrites the links of one source; `keys`, `places`, `images`, `files` and `problems` grow meanwhile.

    `places` maps keys to the line and column where each is first named, where these are found. `files` are the files
    beside posts that are shown or linked to, in whatever way. `page_path` is where the source itself is published,
    `site_url` where the site is. `locate` finds the line and column of a piece of its text.
    """

    def __init__(
        self, key: str, page_path: str, locate: Callable[[str], tuple[int, int] | None], site_url: str = ""
    ) -> None:
        """Begin with no link seen."""
        self.keys: dict[str, None] = {}
        self.places: dict[str, tuple[int, int]] = {}
        self.images: dict[str, None] = {}
        self.files: dict[str, None] = {}
        self.problems = ProblemLog(self._place)
        self._targets: dict[str, str | LinkFault | None] = {}
        self._key = key
        self._page_path = page_path
        self._locate = locate
        self._own = re.compile(rf"\A(?:https?:)?//{re.escape(urlsplit(site_url).netloc)}(?=/)", re.IGNORECASE)
        self._file_bytes = 0
        self._anchors = Anchors()

    def rewrite(self, tokens: Iterable[Token], anchors: Anchors) -> list[Token]:
        """Return the tokens with every relative link and image made site-absolute, links to sources by marker.

        `anchors` are those a link within the text may lead to.
        """
        self._anchors = anchors
        return [
            self._rewrite(token)
            if isinstance(token, Tag) and token.name in _TARGETS and token.attributes.get("class") != "anchor"
            else token
            for token in tokens
        ]

    def target(self, url: str) -> str | LinkFault | None:
        """Return where a URL written in the source leads, or what is wrong with it; None where it is empty."""
        if url not in self._targets:
            self._targets[url] = self._target(url)
        return self._targets[url]

    def _target(self, url: str) -> str | LinkFault | None:
        if UNKNOWN_VALUE in url or _UNKNOWN_ENCODED in url:
            return None  # A part of it is missing, and whoever left that out has said so.
        if not is_safe_url(url):
            return _unsafe(url)
        if _ABSOLUTE.match(url) and not _ROOTED.match(url):
            return url
        parts = _PARTS.fullmatch(url)
        path, query, fragment = (
            (parts["path"], parts["query"] or "", parts["fragment"] or "") if parts else (url, "", "")
        )
        if not path:
            return self._within(query, fragment)
        if path.startswith("/"):
            key = self._rooted_key(_decoded(path))
            return self._source(key, url, query, fragment) if key else url
        name = path.rpartition("/")[2]
        if name in {"", ".", ".."} or "." not in name:
            return urljoin(href(self._page_path), url)
        return self._file(url, path, query, fragment)

    def _rewrite(self, tag: Tag) -> Tag:
        attributes = dict(tag.attributes)
        for name in (_TARGETS[tag.name], "poster" if tag.name == "video" else ""):
            if name not in attributes:
                continue
            url = attributes[name].strip()
            target = self.target(url)
            if isinstance(target, LinkFault):
                self.problems.warn(target.message, target.fix, url, kind=target.kind)
                target = target.target
            if target:
                attributes[name] = target
                self.note_file(target, url)
            else:
                del attributes[name]
        if tag.name == "img":
            if key := self.show(attributes.get("src", "")):
                self._remember(key, tag.attributes.get("src", ""))
            if "src" in attributes and not attributes.get("alt", "").strip():
                self.problems.warn(
                    "A picture has no text for those who cannot see it.",
                    "Write what it shows between the square brackets: ![A phone on a desk](phone.jpg).",
                    tag.attributes.get("src", ""),
                )
        return tag if attributes == tag.attributes else replace(tag, attributes=attributes)

    def show(self, url: str) -> str | None:
        """Note that a picture of this site is shown, so that it can be looked up; return its key when it is new."""
        if len(self.images) >= MAX_MEASURED_IMAGES:
            return None
        key = self.key_of(url)
        if not key or key in self.images:
            return None
        self.images[key] = None
        return key

    def note_file(self, url: str, written: str) -> None:
        """Note that the file of this site served at a URL, `written` so in the source, is shown or linked to."""
        path = self._own.sub("", path_of(url)) if _ABSOLUTE.match(url) else ""
        key = self.key_of(path) if path.startswith(MEDIA) else None
        if key is None or key in self.files or not is_beside_posts(classify(key)):
            return
        self._file_bytes += len(key.encode())
        if len(self.files) < MAX_FILES and self._file_bytes <= MAX_FILE_KEY_BYTES:
            self.files[key] = None
        elif self._key not in classify(key).bundles:
            self.problems.warn(
                f'A post may show and link to {MAX_FILES} files; readers may not get "{_short(written)}".',
                "Put the files into the folder of an `index.md`, or below `static/`.",
                written,
                kind="files-too-many",
            )

    def key_of(self, url: str) -> str | None:
        """Return the key of the file of this site that is served at a URL, if it is one."""
        return asset_key(_decoded(path_of(url)))

    def _within(self, query: str, fragment: str) -> str | LinkFault | None:
        if query:
            return href(self._page_path) + query + fragment
        name = _decoded(fragment[1:])
        identity = self._anchors.find(name) or self._anchors.find(github_slug(name))
        if identity is None and name not in {"", "top"}:
            message = f'The link to "{_short(fragment)}" leads nowhere: no heading or anchor of this text is called so.'
            fix = "Name a heading as GitHub does: lower case, hyphens for spaces."
            return LinkFault(message=message, fix=fix, kind="anchor-missing", target=fragment)
        return "#" + quote(identity) if identity else fragment or None

    def _file(self, url: str, path: str, query: str, fragment: str) -> str | LinkFault | None:
        key = _joined(self._key, _decoded(path))
        if key is None:
            message = f'"{_short(url)}" leads out of the bucket.'
            return LinkFault(message=message, fix="Take a `../` away.", kind="link-out")
        return self._source(composed(key), url, query, fragment)

    def _rooted_key(self, path: str) -> str | None:
        """Return the key of the source that a path from the root names as a file; None where it names a page."""
        beside = "content" if self._key.startswith("content/") else ""
        for key in (composed(path[1:]), composed(f"{beside}{path}")):
            source = classify(key)
            if source.kind in {SourceKind.POST, SourceKind.PAGE} or (key.startswith("static/") and source.path):
                return key
        return None

    def _source(self, key: str, url: str, query: str, fragment: str) -> str | LinkFault | None:
        """Return where a link to a source leads, its key in NFC."""
        source = classify(key)
        if source.kind in {SourceKind.POST, SourceKind.PAGE}:
            if key not in self.keys and len(self.keys) >= MAX_LINKED_SOURCES:
                most = f"A post may link to {MAX_LINKED_SOURCES} other posts and pages"
                message = f'{most}; the link to "{_short(url)}" is one too many.'
                return LinkFault(message=message, fix="Give the whole address instead.", kind="links-too-many")
            if key not in self.keys:
                self.keys[key] = None
                self._remember(key, url)
            return MARKER + quote(key) + _section(fragment)
        if source.path is None:
            message = f"A link leads to {key}, which is never published."
            return LinkFault(message=message, fix="Link to a file that is.", kind="link-unpublished")
        return href(source.path) + query + fragment

    def _remember(self, key: str, url: str) -> None:
        if place := self._place(url):
            self.places[key] = place

    def _place(self, url: str) -> tuple[int, int] | None:
        decoded = unquote(url)
        return self._locate(url) or (self._locate(decoded) if decoded != url else None)


def _unsafe(url: str) -> LinkFault:
    if url.lower().startswith("data:"):
        message, fix = "A file inside the text (data:) is not shown.", "Put the file beside the source and name it."
        return LinkFault(message=message, fix=fix, kind="")
    message = f'A link cannot lead to "{_short(url)}".'
    return LinkFault(message=message, fix="Use https://, mailto: or a relative link.", kind="link-unsafe")


def _joined(key: str, relative: str) -> str | None:
    """Return the key a relative path leads to from a source; None when it leads above the bucket's root."""
    segments = key.split("/")[:-1]
    for segment in relative.split("/"):
        if segment == "..":
            if not segments:
                return None
            segments.pop()
        elif segment not in {"", "."}:
            segments.append(segment)
    return "/".join(segments)


def _section(fragment: str) -> str:
    """Return the fragment of another source's heading as its page will have it."""
    name = _decoded(fragment[1:])
    if not name or name.startswith(NOTE_IDS):
        return "#" + quote(name) if name else ""
    return "#" + quote(text_id(github_slug(name)))


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return text


def _short(url: str) -> str:
    return url if len(url) <= _SHOWN else url[:_SHOWN] + "…"
