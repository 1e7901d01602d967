"""Copies the folder of a site generator into a content folder and writes its settings."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from bucketpress.content.front_matter.envelope import open_envelope
from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.permalinks import names_each_post, unknown_token
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify, is_markdown
from bucketpress.services.queries.suggestions import suggest_timezone
from bucketpress_cli.importers.address import is_file
from bucketpress_cli.importers.generators.generator_settings import Settings, read_settings_of
from bucketpress_cli.importers.generators.generator_table import Generator
from bucketpress_cli.importers.kept_ids import with_id
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.publication import ImportedSite, Loss
from bucketpress_cli.importers.site_file import site_file
from bucketpress_cli.importers.target_folder import TargetFolder

_HEAD_BYTES = 8 * 1024
_OTHER_FOLDERS = frozenset({"node_modules", "vendor", "_site", "public", "resources", "dist", "build", "__pycache__"})
_OTHER_NAMES = re.compile(
    r"(?:_index|readme|licen[cs]e|contributing|changelog|code_of_conduct|404|search)\b.*", re.IGNORECASE
)
_TEXTS = frozenset({".rst", ".adoc", ".org", ".textile", ".ipynb", ".html", ".njk", ".liquid", ".pug"})
_PUBLISHED = ("publish", "dg-publish", "share", "published", "public")
_SHOWN = re.compile(r"!\[\[([^\[\]|#\n]+)|!?\[[^\]\n]*\]\(<?([^()\s<>]+)")
_TEMPLATES = Loss(
    kind="Texts that are no Markdown",
    what="",
    fix="They need their generator. Write them as Markdown (pandoc reads most of them) or keep them below static/.",
)
_PRIVATE = Loss(
    kind="Notes that do not say that they are public",
    what="",
    fix="Write `publish: true` into those that readers may see, and import again.",
)
_HOME = Loss(
    kind="Home pages", what="", fix="Bucketpress makes the home page; write what it said into a page of its own."
)


@dataclass
class FolderImport:
    """One run of an import of a generator's folder; `ids` are those of a feed, by the paths that posts claim."""

    folder: Path
    generator: Generator
    target: TargetFolder
    report: ImportReport
    url: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    _heads: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Import everything. Raises ExportError."""
        keys = self._keys()
        for name, key in keys.items():
            if classify(key).kind is SourceKind.POST:
                with (self.folder / name).open("rb") as file:
                    self._heads.append(file.read(_HEAD_BYTES).decode("utf-8", "replace"))
        written = self._write_settings()
        settings, _ = read_site_settings(written, default_url="http://localhost")
        for name, key in sorted(keys.items()):
            data = (self.folder / name).read_bytes()
            self.target.write(key, with_id(data, key, self.ids, settings) if settings else data)
            kind = classify(key).kind
            self.report.count({"asset": "files", "post": "posts", "page": "pages"}.get(kind, "others"))
        self.target.remember()

    def _keys(self) -> Mapping[str, str]:
        """Return where each file goes."""
        keys: dict[str, str] = {}
        for name in self._public_notes() if self.generator.name == "obsidian" else self._names:
            key = self._key(name)
            if key is None:
                continue
            source = classify(key)
            if source.kind in {SourceKind.POST, SourceKind.PAGE, SourceKind.ASSET}:
                keys[name] = key
            elif source.kind is SourceKind.REFUSED:
                lost = Loss(
                    kind="Files that cannot keep their address", what=source.reason, fix="Give them another name."
                )
                self.report.add([lost], name)
            elif Path(name).suffix.lower() in _TEXTS:
                self.report.add([_TEMPLATES], name)
        return keys

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(_files(self.folder)))

    @cached_property
    def _settings(self) -> Settings:
        return read_settings_of(self.folder, self.generator.files)

    @cached_property
    def _section(self) -> str:
        """The section that is the blog: the one with most Markdown."""
        counts: Counter[str] = Counter()
        base = self.generator.sections
        for name in filter(is_markdown, self._names):
            known = next((theirs for theirs, _ in self.generator.posts if name.startswith(theirs)), None)
            rest = name.removeprefix(base or "")
            if known:
                counts[known.strip("/").rpartition("/")[2]] += 1
            elif base is not None and name.startswith(base) and "/" in rest and not rest.startswith("pages/"):
                counts[rest.partition("/")[0]] += 1
        return max(counts, key=lambda name: (counts[name], name), default="")

    def _key(self, name: str) -> str | None:
        """Return the key of a file, None for one that is not of the site."""
        if self.generator.name == "obsidian":
            return self._note_key(name)
        last = name.rpartition("/")[2]
        if _OTHER_NAMES.fullmatch(last) and is_markdown(last):
            return None
        passed = self._settings.get("addPassthroughCopy", "").split("\n")
        static = (
            *self.generator.static,
            *((f"{each.strip('/')}/", f"static/{each.strip('/')}/") for each in passed if each),
        )
        for theirs, ours in (*static, *self.generator.posts):
            if name.startswith(theirs):
                return ours + name.removeprefix(theirs)
        base = self.generator.sections
        if base is not None and self._section and name.startswith(f"{base}{self._section}/"):
            return "posts/" + name.removeprefix(f"{base}{self._section}/")
        return self._page_key(name)

    def _page_key(self, name: str) -> str | None:
        base = self.generator.pages
        if base is None or not name.startswith(base):
            return None
        rest = name.removeprefix(base)
        if rest in {"index.md", "index.markdown", "index.html"}:
            self.report.add([_HOME], name)
        elif is_markdown(rest) or (is_file(rest) and self._has_page(name)):
            return f"pages/{rest}"
        elif is_file(rest):
            return f"static/{rest}"
        elif Path(rest).suffix.lower() in _TEXTS and not rest.startswith("_"):
            self.report.add([_TEMPLATES], name)
        return None

    def _has_page(self, name: str) -> bool:
        """Return whether a file lies beside the page it belongs to."""
        folder = name.rpartition("/")[0]
        return bool(folder) and f"{folder}/index.md" in self._names

    def _public_notes(self) -> Iterator[str]:
        """Yield the notes that say they are public, and what these show: a vault is its owner's."""
        shown: set[str] = set()
        for name in filter(is_markdown, self._names):
            text = (self.folder / name).read_text("utf-8", "replace")
            if _is_public(text):
                yield name
                shown |= _shown_in(text)
            else:
                self.report.add([_PRIVATE], name)
        yield from (name for name in self._names if is_file(name) and name.rpartition("/")[2] in shown)

    def _note_key(self, name: str) -> str:
        if not is_markdown(name):
            return f"{'posts' if name.rpartition('/')[2] in self._shown_by_posts else 'pages'}/{name}"
        fields = Fields(open_envelope((self.folder / name).read_text("utf-8", "replace")).fields)
        return f"posts/{name}" if fields.node("date", "created", "published") else f"pages/{name}"

    @cached_property
    def _shown_by_posts(self) -> frozenset[str]:
        """The names of the files that notes with a date show; those of others lie beside these, among the pages."""
        texts = {name: (self.folder / name).read_text("utf-8", "replace") for name in self._names if is_markdown(name)}
        posts = (text for name, text in texts.items() if _is_public(text) and self._note_key(name).startswith("posts/"))
        return frozenset(shown for text in posts for shown in _shown_in(text))

    def _write_settings(self) -> bytes:
        said = self._settings
        title, url, description, language, zone, author = (said.get(name, "") for name in self.generator.names)
        author = author or said.get("author", "")
        permalink = self.generator.permalink(said, self._section)
        if unknown := unknown_token(permalink) or ("" if not permalink or names_each_post(permalink) else permalink):
            fix = "Run check with --old-addresses and the old site's sitemap: it suggests a pattern."
            self.report.add([Loss(kind="Patterns of addresses that mean nothing here", what=unknown, fix=fix)])
            permalink = ""
        found = suggest_timezone(self._heads, SiteSettings(url=""))
        site = ImportedSite(
            title=title,
            url=self.url or url,
            description=description.replace("\n", " "),
            language=language.replace("_", "-"),
            authors={author: author} if author else {},
        )
        guessed = found.line.removeprefix("timezone: ") if found else ""
        data, _ = site_file(site, permalink=permalink, timezone=zone if _is_zone(zone) else guessed)
        more = f"dialect: {self.generator.name}\n" + (
            f"slugs: {self.generator.slugs}\n" if self.generator.slugs else ""
        )
        self.target.write("site.yaml", data + more.encode())
        return data + more.encode()


def _shown_in(text: str) -> set[str]:
    """Return the names of the files that a note shows or links to, without their folders."""
    return {(found[1] or found[2]).rpartition("/")[2] for found in _SHOWN.finditer(text)}


def _is_public(text: str) -> bool:
    """Return whether a note says that it is to be published; no other ever is."""
    fields = Fields(open_envelope(text).fields)
    return any(fields.flag(name) is True for name in _PUBLISHED)


def _is_zone(name: str) -> bool:
    with suppress(KeyError, ValueError, OSError):
        return ZoneInfo(name).key == name
    return False


def _files(folder: Path) -> Iterator[str]:
    """Yield the files of a folder by their names in it, but for hidden ones, links, and what generators make."""
    for file in sorted(folder.iterdir()):
        if file.is_symlink() or file.name.startswith("."):
            continue
        if file.is_file():
            yield file.name
        elif file.is_dir() and file.name not in _OTHER_FOLDERS:
            yield from (f"{file.name}/{name}" for name in _below(file))


def _below(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and not file.is_symlink() and not any(part.startswith(".") for part in inside.parts):
            yield inside.as_posix()
