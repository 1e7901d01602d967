"""The links of a vault's note, rewritten to lead where the import puts the files that they mean."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bucketpress.content.dialects.obsidian import is_file, is_shown
from bucketpress.content.markdown.line_map import rewrite_prose
from bucketpress_cli.importers.generators.vault_files import VaultFiles

_LINK = re.compile(
    r"(?P<embed>!?)\[\[(?P<target>[^\[\]|\n]{1,300}?)(?P<label>\\?\|[^\[\]\n]{0,300})?\]\]"
    r"|(?P<text>!?\[(?:[^\[\]\n]|\[[^\[\]\n]*\]){0,300}\]\()"
    r"(?:<(?P<bracketed>[^<>\n]{1,300})>|(?P<address>[^()\s<>]{1,500}))(?P<title>\s[^()\n]{0,300})?\)"
)
# A property is a link only between quotation marks; brackets without these are lists.
_PROPERTY = re.compile(
    r"""(?P<quote>["'])!?\[\[(?P<target>[^\[\]|"'\n]{1,300})(?:\|(?P<label>[^\[\]"'\n]{0,300}))?\]\](?P=quote)"""
)
_IMAGES = re.compile(r"\s*['\"]?(?:image|cover|banner|hero|thumbnail|feature_image|og_image)['\"]?\s*:", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_HEAD = re.compile(r"---[ \t]*\r?\n.*?^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class VaultLinks:
    """The links of the notes of a vault."""

    files: VaultFiles

    def named(self, text: str, source: str) -> Iterator[str]:
        """Yield the files that a note shows or links to, in its text or its front matter."""
        found: list[str] = []

        def see(match: re.Match[str]) -> tuple[str, int]:
            if name := self._meant(match, source):
                found.append(name)
            return match[0], match.end()

        rewrite_prose(text, _LINK, see)
        yield from found
        for match in _PROPERTY.finditer(_head_of(text)):
            if name := self.files.find(match["target"].partition("#")[0], source):
                yield name

    def rewritten(self, text: str, source: str, keys: Mapping[str, str]) -> str:
        """Return the text of a note whose links lead to the keys of the files that they mean."""
        head = _head_of(text)
        body = rewrite_prose(text[len(head) :], _LINK, self._rewriting(source, keys))[0]
        lines = head.splitlines(keepends=True)
        return "".join(self._property_line(line, source, keys) for line in lines) + body

    def _meant(self, match: re.Match[str], source: str) -> str | None:
        if match["target"]:
            return self.files.find(match["target"].partition("#")[0], source)
        url = match["bracketed"] or match["address"]
        if _ELSEWHERE.match(url):
            return None
        return self.files.find_address(url.partition("#")[0].partition("?")[0], source)

    def _rewriting(self, source: str, keys: Mapping[str, str]) -> Callable[[re.Match[str]], tuple[str, int] | None]:
        def rewrite(match: re.Match[str]) -> tuple[str, int] | None:
            name = self._meant(match, source)
            key = keys.get(name) if name else None
            if key is None:
                return match[0], match.end()
            written = _linked(match, key) if match["target"] else _addressed(match, key, keys[source])
            return written, match.end()

        return rewrite

    def _property_line(self, line: str, source: str, keys: Mapping[str, str]) -> str:
        """Return a line of front matter in which a link to a picture is its path, any other what it shows."""

        def replaced(match: re.Match[str]) -> str:
            target = match["target"].partition("#")[0].strip()
            name = self.files.find(target, source)
            key = keys.get(name) if name else None
            if _IMAGES.match(line) and key:
                return match["quote"] + _relative(key, keys[source]) + match["quote"]
            return match["quote"] + (match["label"] or posixpath.basename(target)) + match["quote"]

        return _PROPERTY.sub(replaced, line)


def _head_of(text: str) -> str:
    found = _HEAD.match(text)
    return found[0] if found else ""


def _linked(match: re.Match[str], key: str) -> str:
    """Return a link between double brackets by the whole key, which Obsidian understands in the new folder too."""
    target, mark, part = match["target"].partition("#")
    label = match["label"] or ""
    if not label and not (match["embed"] and is_shown(key)):
        shown = target.strip() + (f" > {part.replace('#', ' > ')}" if part and not part.startswith("^") else "")
        label = f"|{shown}"
    # A drawing is shown by the picture that was made of it.
    path = key if is_file(key) or "." in posixpath.basename(key).removesuffix(".md") else key.removesuffix(".md")
    return f"{match['embed']}[[{path}{mark}{part}{label}]]"


def _addressed(match: re.Match[str], key: str, source_key: str) -> str:
    url = match["bracketed"] or match["address"]
    _, mark, part = url.partition("#")
    written = quote(_relative(key, source_key), safe="/-._~!*,;:=@$+&'")
    return f"{match['text']}{written}{mark}{part if match['address'] else quote(part)}{match['title'] or ''})"


def _relative(key: str, source_key: str) -> str:
    return posixpath.relpath(key, posixpath.dirname(source_key) or ".")
