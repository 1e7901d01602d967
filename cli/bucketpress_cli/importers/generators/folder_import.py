"""Copies the folder of a site generator into a content folder and writes its settings."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from bucketpress.content.front_matter.addresses import file_name
from bucketpress.content.front_matter.permalinks import names_each_post, unknown_token
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.services.queries.suggestions import suggest_timezone
from bucketpress_cli.importers.generators.address_matches import KnownText, match_addresses
from bucketpress_cli.importers.generators.folder_layout import TEXTS, FolderLayout
from bucketpress_cli.importers.generators.folder_losses import EMPTY, SCRIPTED, TEMPLATES
from bucketpress_cli.importers.generators.generator_table import Generator
from bucketpress_cli.importers.kept_ids import with_date, with_id, with_url
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.publication import ImportedSite, Loss
from bucketpress_cli.importers.site_file import origin, site_file
from bucketpress_cli.importers.target_folder import TargetFolder

_EMAIL = re.compile(r"[^\s<>()@]+@[^\s<>()@]+")
_HEAD_BYTES = 8 * 1024


@dataclass
class FolderImport:
    """One run of an import of a generator's folder.

    `ids` are those of a feed, by the paths that posts claim; `addresses` are those of the old site, if these are known.
    """

    folder: Path
    generator: Generator
    target: TargetFolder
    report: ImportReport
    url: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    _heads: list[str] = field(default_factory=list)

    @cached_property
    def _layout(self) -> FolderLayout:
        return FolderLayout(self.folder, self.generator, self.report)

    def run(self) -> None:
        """Import everything. Raises ExportError."""
        keys = self._keys()
        for name, key in keys.items():
            if classify(key).kind is SourceKind.POST:
                with (self.folder / name).open("rb") as file:
                    self._heads.append(file.read(_HEAD_BYTES).decode("utf-8", "replace"))
        written = self._write_settings(keys)
        settings, _ = read_site_settings(written, default_url="http://localhost")
        matched = self._matched(keys, settings) if settings and self.addresses else {}
        if not any(classify(key).kind in {SourceKind.POST, SourceKind.PAGE} for key in keys.values()):
            self.report.add([EMPTY], self.generator.name)
        for name in () if self.addresses else self._layout.address_scripts:
            self.report.add([SCRIPTED], name)
        for name, key in sorted(keys.items()):
            if settings:
                data = with_id(self._addressed(name, keys, settings, matched), key, self.ids, settings)
            else:
                data = self._layout.data(name, keys)
            self.target.write(key, data)
            kind = classify(key).kind
            self.report.count({"asset": "files", "post": "posts", "page": "pages"}.get(kind, "others"))
        self.target.remember()

    def _addressed(
        self, name: str, keys: Mapping[str, str], settings: SiteSettings, matched: Mapping[str, str]
    ) -> bytes:
        """Return a file with the date that its old folder said, and the address that it had."""
        data, key = self._layout.data(name, keys), keys[name]
        dated = with_date(data, key, self._layout.date_of_folder(name), settings)
        return with_url(dated, key, matched.get(name) or self._layout.old_path(name), settings)

    def _matched(self, keys: Mapping[str, str], settings: SiteSettings) -> Mapping[str, str]:
        """Return the addresses of the old site that no rule gave to their texts, by the texts' names."""
        texts: list[KnownText] = []
        for name, key in keys.items():
            source = classify(key)
            if source.kind not in {SourceKind.POST, SourceKind.PAGE} or source.draft:
                continue
            post, _ = read_post(source, self._addressed(name, keys, settings, {}), settings)
            if post:
                entry = post.entry
                folder, _, last = name.removesuffix(Path(name).suffix).rpartition("/")
                stem = folder.rpartition("/")[2] if last == "index" else last
                words = (entry.slug, entry.title, stem, file_name(source).name)
                day = entry.published.date() if entry.published else None
                texts.append(KnownText(name=name, path=entry.path, words=words, day=day))
        return match_addresses(texts, self.addresses)

    def _keys(self) -> Mapping[str, str]:
        """Return where each file goes."""
        keys: dict[str, str] = {}
        taken: set[str] = set()
        for name in self._layout.offered:
            key = self._layout.key(name)
            if key is None:
                continue
            source = classify(key)
            if key in taken:
                lost = Loss(kind="Files that would take the place of another", what=key, fix="Give them another name.")
                self.report.add([lost], name)
            elif source.kind in {SourceKind.POST, SourceKind.PAGE, SourceKind.ASSET}:
                keys[name] = key
                taken.add(key)
            elif source.kind is SourceKind.REFUSED:
                lost = Loss(
                    kind="Files that cannot keep their address", what=source.reason, fix="Give them another name."
                )
                self.report.add([lost], name)
            elif Path(name).suffix.lower() in TEXTS:
                self.report.add([TEMPLATES], name)
        return keys

    def _write_settings(self, keys: Mapping[str, str]) -> bytes:
        said = self._layout.settings
        spoken = f"languages.{said.get('defaultContentLanguage', 'en')}."
        title, url, description, language, zone, author = (
            said.get(name) or said.get(spoken + name, "") for name in self.generator.names
        )
        author = _name_of(author or said.get("author") or said.get("params.author", ""))
        permalink = self.generator.permalink(said, self._layout.section)
        if unknown := unknown_token(permalink) or ("" if not permalink or names_each_post(permalink) else permalink):
            fix = "Import again with --verify and the old site's sitemap: the posts get their addresses from it."
            lost = Loss(kind="Posts whose address is made of what they do not say", what=unknown, fix=fix)
            for name, key in keys.items():
                source = classify(key)
                if source.kind is SourceKind.POST and not source.draft and not self._layout.old_path(name):
                    self.report.add([lost] * (not self.addresses), name)
            permalink = ""
        found = suggest_timezone(self._heads, SiteSettings(url=""))
        site = ImportedSite(
            title=title or (self.folder.resolve().name if self.generator.name == "obsidian" else ""),
            url=self.url or url,
            description=description.replace("\n", " "),
            language=language.replace("_", "-"),
            authors={author: author} if author else {},
        )
        guessed = found.line.removeprefix("timezone: ") if found else ""
        if lacking := [name for name, value in (("title", site.title), ("url", origin(site.url))) if not value]:
            fix = "Write them into site.yaml: feeds, previews of links and the sitemap need them."
            self.report.add([Loss(kind="Settings that are nowhere to be found", what=", ".join(lacking), fix=fix)])
        data, _ = site_file(site, permalink=permalink, timezone=zone if _is_zone(zone) else guessed)
        more = f"dialect: {self.generator.name}\n" + (
            f"slugs: {self.generator.slugs}\n" if self.generator.slugs else ""
        )
        self.target.write("site.yaml", data + more.encode())
        return data + more.encode()


def _name_of(author: str) -> str:
    """Return the name of an author, without the address of e-mail that feeds want beside it."""
    return _EMAIL.sub("", author).strip(" \t,;()<>\"'")


def _is_zone(name: str) -> bool:
    with suppress(KeyError, ValueError, OSError):
        return ZoneInfo(name).key == name
    return False
