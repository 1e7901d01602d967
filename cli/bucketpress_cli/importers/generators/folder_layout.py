"""Where each file of a generator's folder goes: which are posts, pages, files of the site, and what is withheld."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from bucketpress.content.front_matter.block import NOTHING
from bucketpress.content.front_matter.envelope import open_envelope
from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.source_keys import is_markdown
from bucketpress_cli.importers.address import is_file
from bucketpress_cli.importers.generators.folder_files import files_of
from bucketpress_cli.importers.generators.folder_losses import (
    HELD,
    HOME,
    LEFT_OUT,
    TEMPLATES,
    TRANSLATED,
    UNDATED,
    WITHOUT_TEXT,
)
from bucketpress_cli.importers.generators.generator_settings import (
    Settings,
    fields_of,
    read_eleventy_data,
    read_hugo_settings,
    read_settings_of,
)
from bucketpress_cli.importers.generators.generator_table import Generator
from bucketpress_cli.importers.generators.inherited_data import InheritedData
from bucketpress_cli.importers.generators.left_out import LeftOut
from bucketpress_cli.importers.generators.old_paths import OldFile, date_in_path
from bucketpress_cli.importers.generators.vault_notes import VaultNotes
from bucketpress_cli.importers.loss_report import ImportReport

# With a language after them too, but no more words: `Search-engines.md` is a text.
_OTHER_NAMES = re.compile(
    r"(?:_index|readme|licen[cs]e|contributing|changelog|code_of_conduct|404|search)(?:\.[\w-]+){1,2}", re.IGNORECASE
)
TEXTS = frozenset({".rst", ".adoc", ".org", ".textile", ".ipynb", ".html", ".njk", ".liquid", ".pug"})
_DATES = ("date", "publishDate", "pubDate", "published_at", "created")
_DATED_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?!\d).*")
# These show texts without a date in lists of posts, or beside them.
_SHOW_UNDATED = frozenset({"docusaurus", "hexo", "hugo", "zola"})
_HOME = re.compile(r"(?:posts|pages)/index\.(?:md|mdx|markdown)")
_ROOTED = re.compile(r"""(?<=["'(\s<])/[^\s"'()<>]+\.[A-Za-z0-9]{2,5}(?![^\s"')>?#])""")
_NOTHING = Fields(NOTHING)
_ADDRESS_FUNCTION = re.compile(r"""\bpermalink['"]?\s*(?:\(|:\s*(?:async\s*)?(?:function\b|\(|\w+\s*=>))""")
_LANGUAGE_FOLDER = re.compile(r"languages\.([^.]+)\.contentDir", re.IGNORECASE)


@dataclass
class FolderLayout:
    """The files of a generator's folder; what is left out is noted in the report."""

    folder: Path
    generator: Generator
    report: ImportReport
    _read: dict[str, Fields] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all files, in order."""
        return tuple(sorted(files_of(self.folder)))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.names)

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The names of the files that may be public: of a vault, only public notes and what these show."""
        if self.generator.name != "obsidian":
            left_out = LeftOut(self.folder, self.generator.name, self.settings, self._known)
            absent = frozenset(filter(left_out, self.names))
            for name in filter(is_markdown, filter(absent.__contains__, self.names)):
                self.report.add([LEFT_OUT], name)
            return tuple(name for name in self.names if name not in absent)
        for name in filter(is_markdown, self.names):
            self.report.add(self._vault.losses(name), name)
        files = (name for name in self.names if not is_markdown(name) and name in self._vault.shown)
        return (*sorted(self._vault.public), *files)

    @cached_property
    def _vault(self) -> VaultNotes:
        texts = filter(is_markdown, self.names)
        read = {name: (self.folder / name).read_bytes().decode("utf-8", "replace") for name in texts}
        return VaultNotes(folder=self.folder, texts=read, names=self.names)

    @cached_property
    def settings(self) -> Settings:
        """What the generator's settings say."""
        if self.generator.name == "hugo":
            return read_hugo_settings(self.folder, self.generator.files)
        said = read_settings_of(self.folder, self.generator.files)
        if self.generator.name == "pelican":  # With these, the public site is made.
            return {**said, **read_settings_of(self.folder, ("publishconf.py",))}
        if self.generator.name == "eleventy":
            folder = said.get("input", "").strip("./") or "src"
            return {**said, **read_eleventy_data(self.folder, f"{folder}/")}
        return said

    @cached_property
    def _base(self) -> str | None:
        """The folder whose folders are sections, None where there are none; Eleventy's is said by its settings."""
        if self.generator.name == "hugo":
            return self._languages.get(self.settings.get("defaultContentLanguage", "en"), self.generator.sections)
        if self.generator.name != "eleventy":
            return self.generator.sections
        said = self.settings.get("input", "").strip("./")
        if said and (self.folder / said).is_dir():
            return f"{said}/"
        return "src/" if any(name.startswith("src/") for name in filter(is_markdown, self.names)) else ""

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        """The folders of the languages of a site of Hugo that has several: https://gohugo.io/content-management/multilingual/."""
        found: dict[str, str] = {}
        for name, value in self.settings.items():
            if (said := _LANGUAGE_FOLDER.fullmatch(name)) and value.strip("./"):
                found[said[1]] = f"{value.strip('./')}/"
        return found

    @cached_property
    def _inherited(self) -> InheritedData:
        return InheritedData(self.folder, self.generator.name, self.settings, self.names)

    @cached_property
    def address_scripts(self) -> tuple[str, ...]:
        """The names of Eleventy's scripts in which a function makes addresses, and of texts whose pattern has one."""
        scripts = (name for name in self.names if re.search(r"(?:\.11tydata|(?:^|/)_data/\w+)\.[cm]?js$", name))
        made = (
            name for name in scripts if _ADDRESS_FUNCTION.search((self.folder / name).read_text("utf-8", "replace"))
        )
        return (*made, *filter(self._has_unknown_pattern, self.offered))

    def _has_unknown_pattern(self, name: str) -> bool:
        """Return whether a text of Eleventy has a pattern of addresses that no rule understands."""
        if self.generator.name != "eleventy" or not is_markdown(name) or not name.startswith(self._base or ""):
            return False
        own = self._fields(name).scalar("permalink")
        pattern = own[1].text if own else self._inherited_by(name).get("permalink", "")
        return "{" in pattern and not self.old_path(name)

    def _inherited_by(self, name: str) -> Settings:
        inherited = self._inherited.of(name)
        layout = self._fields(name).text("layout") or inherited.get("layout", "")
        return {**self._inherited.of_layout(layout, self._base or ""), **inherited}

    @cached_property
    def section(self) -> str:
        """The section that is the blog: the one with most posts, "" for what is in no section."""
        counts: Counter[str] = Counter()
        for name in filter(is_markdown, self.names):
            known = next((theirs for theirs, _ in self.generator.posts if name.startswith(theirs)), None)
            if known:
                counts[known.strip("/").rpartition("/")[2]] += 1
            elif self._base is not None and name.startswith(self._base) and self._is_dated(name):
                counts[_section_of(name.removeprefix(self._base))] += 1
        return max(counts, key=lambda name: (counts[name], name), default="")

    @cached_property
    def _blogs(self) -> frozenset[str]:
        """The sections in which there are posts."""
        base = self._base or ""
        inside = (name for name in filter(is_markdown, self.names) if name.startswith(base))
        return frozenset(_section_of(name.removeprefix(base)) for name in inside if self._is_dated(name))

    def _fields(self, name: str) -> Fields:
        if name not in self._read:
            self._read[name] = fields_of((self.folder / name).read_text("utf-8", "replace"))
        return self._read[name]

    def _is_dated(self, name: str) -> bool:
        """Return whether a text has a date, in its front matter or its name, or in that of its folder."""
        if any(map(_DATED_NAME.fullmatch, name.split("/"))) or self._fields(name).node(*_DATES):
            return True
        return self.generator.name == "docusaurus" and date_in_path(name) != ""

    def date_of_folder(self, name: str) -> str:
        """Return the date in the name of a text's folder, where nothing nearer says one."""
        *folders, last = name.split("/")
        own = folders.pop() if last.startswith("index.") and folders else last
        if not is_markdown(name) or _DATED_NAME.fullmatch(own) or self._fields(name).node(*_DATES):
            return ""
        found = next(filter(None, map(_DATED_NAME.fullmatch, reversed(folders))), None)
        if found is None and self.generator.name == "docusaurus":
            return date_in_path(name)
        return found[1] if found else ""

    def old_path(self, name: str) -> str:
        """Return the address that a text had, "" where the pattern of addresses says it."""
        base = self._base or ("content/" if self.generator.name == "pelican" else "")
        if not is_markdown(name) or not name.startswith(base):
            return ""
        inherited = self._inherited_by(name)
        file = OldFile(name=name.removeprefix(base), fields=self._fields(name), said=self.settings, inherited=inherited)
        return self.generator.old_path(file)

    def data(self, name: str, keys: Mapping[str, str]) -> bytes:
        """Return what is written of a file: itself, but for a vault's notes, whose links lead to `keys`."""
        if self.generator.name == "obsidian" and is_markdown(name):
            return self._vault.rewritten(name, keys).encode()
        return (self.folder / name).read_bytes()

    def key(self, name: str) -> str | None:
        """Return the key of a file, None for one that is not of the site."""
        key = self._key(name)
        if key and _HOME.fullmatch(key):
            self.report.add([HOME], name)
            return None
        if key and key.startswith("pages/") and is_markdown(name) and self._is_without_text(name):
            self.report.add([WITHOUT_TEXT], name)
            return None
        return key

    @cached_property
    def _other_languages(self) -> frozenset[str]:
        """The names of the other languages of a site, as its settings spell them."""
        found = {each.split(".")[1].lower() for each in self.settings if re.match(r"languages\.[^.]+\.", each)}
        said = self.settings.get("defaultContentLanguage") or self.settings.get("default_language") or "en"
        return frozenset(found - {said.lower()})

    def _is_translation(self, name: str) -> bool:
        """Return whether a name ends in one of the other languages: `about.cz.md`."""
        language = name.rpartition("/")[2].rpartition(".")[0].rpartition(".")[2]
        return self.generator.name in {"hugo", "zola"} and language.lower() in self._other_languages

    def _is_without_text(self, name: str) -> bool:
        opened = open_envelope((self.folder / name).read_text("utf-8", "replace"))
        return not opened.problems and not opened.body.strip()

    def _key(self, name: str) -> str | None:
        if self.generator.name == "obsidian":
            return self._vault.key(name)
        last = name.rpartition("/")[2]
        if _OTHER_NAMES.fullmatch(last) and is_markdown(last) and not self._is_of_docs(name):
            return None
        other = next((each for each in self._languages.values() if each != self._base and name.startswith(each)), "")
        if is_markdown(name) and (other or self._is_translation(name)):
            self.report.add([TRANSLATED], name)
            return f"drafts/{name.removeprefix('content/')}"
        key = self._open_key(name)
        is_text = is_markdown(name)
        if key is None or not (is_text or is_file(name)) or key.startswith("static/"):
            return key
        if not self._inherited.withholds(name, self._fields(name) if is_text else _NOTHING):
            return key
        if is_text:
            self.report.add([HELD], name)
        return f"drafts/{name.removeprefix(self._base or '')}"

    def _is_of_docs(self, name: str) -> bool:
        """Return whether a file is of a handbook, where a page may be about searching and a read-me is its folder's."""
        return self.generator.name == "docusaurus" and name.startswith("docs/") and not name.startswith("docs/_")

    @cached_property
    def _static(self) -> tuple[tuple[str, str], ...]:
        """The folders that are copied as they are, each with its folder here; Eleventy's settings name more."""
        passed = self.settings.get("addPassthroughCopy", "").split("\n")
        folders = (each.removeprefix("./").strip("/") for each in passed)
        copied = ((f"{each}/", f"static/{each.removeprefix(self._base or '')}/") for each in folders if each)
        return (*self.generator.static, *(each for each in copied if not self._holds_texts(each[0])))

    def _holds_texts(self, folder: str) -> bool:
        """Return whether a folder that is copied has texts, which are pages all the same, and what they show."""
        return any(name.startswith(folder) and is_markdown(name) for name in self.names)

    def _open_key(self, name: str) -> str | None:
        """Return the key of a file that nothing around it withholds."""
        if key := _jekyll_key(name) if self.generator.name == "jekyll" else "":
            return key
        for theirs, ours in self._static:
            if name.startswith(theirs):
                return ours + name.removeprefix(theirs)
        if self._is_named_from_the_root(name):
            return f"static/{name.removeprefix(self._base or '')}"
        for theirs, ours in self.generator.posts:
            if name.startswith(theirs):
                return self._known_key(name, ours + name.removeprefix(theirs))
        return self._key_in_sections(name)

    def _key_in_sections(self, name: str) -> str | None:
        if self._base is None or not name.startswith(self._base):
            return self._page_key(name)
        rest = name.removeprefix(self._base)
        if self.generator.name == "eleventy" and any(part.startswith("_") for part in rest.split("/")):
            return None
        if _section_of(rest) in self._blogs and self._is_of_a_post(name):
            return "posts/" + rest.removeprefix(f"{self.section}/" if self.section else "")
        return self._page_key(name)

    def _is_named_from_the_root(self, name: str) -> bool:
        """Return whether texts name a file among them by its address on the old site, which was that of its folder."""
        base = self._base
        if base is None or not name.startswith(base) or is_markdown(name) or not is_file(name):
            return False
        if f"/{name.removeprefix(base)}".casefold() not in self._named_files:
            return False
        folders = name.split("/")[:-1]
        return not any(f"{'/'.join(folders[:depth])}/index.md" in self._known for depth in range(2, len(folders) + 1))

    @cached_property
    def _named_files(self) -> frozenset[str]:
        """The addresses of files, from the root of the site, that texts name."""
        texts = ((self.folder / name).read_text("utf-8", "replace") for name in self.names if is_markdown(name))
        return frozenset(unquote(found).casefold() for text in texts for found in _ROOTED.findall(text))

    def _known_key(self, name: str, key: str) -> str:
        """Return the key of a file in a folder of posts: what has no date becomes a page where generators show it."""
        shows_all = self._shows_undated and not key.startswith(("pages/", "_drafts/"))
        if not shows_all or not is_markdown(name) or self._is_dated(name):
            return key
        self.report.add([UNDATED], name)
        if self.generator.name in {"hexo", "pelican"}:
            return f"pages/{key.partition('/')[2]}"
        return f"pages/{name.removeprefix(self._base or '')}"

    @property
    def _shows_undated(self) -> bool:
        return self.generator.name in _SHOW_UNDATED or "DEFAULT_DATE" in self.settings

    def _is_of_a_post(self, name: str) -> bool:
        """Return whether a file in a section with posts is one of them, or belongs to one."""
        if is_markdown(name):
            if not self._is_dated(name):
                self.report.add([UNDATED], name)
            return self._is_dated(name)
        folder = name.rpartition("/")[0]
        index = next(
            (f"{folder}/{each}" for each in ("index.md", "index.mdx") if f"{folder}/{each}" in self._known), ""
        )
        return "/" in name.removeprefix(self._base or "") and (not index or self._is_dated(index))

    def _page_key(self, name: str) -> str | None:
        base = self._base if self.generator.name in {"eleventy", "hugo"} else self.generator.pages
        if base is None or not name.startswith(base):
            return None
        rest = name.removeprefix(base)
        if rest == "index.html":
            self.report.add([HOME], name)
        elif is_markdown(rest) or (is_file(rest) and self._has_page(name)):
            return f"pages/{rest}"
        elif is_file(rest):
            return f"static/{rest}"
        elif Path(rest).suffix.lower() in TEXTS and not rest.startswith("_"):
            self.report.add([TEMPLATES], name)
        return None

    def _has_page(self, name: str) -> bool:
        """Return whether a file lies beside the page it belongs to."""
        folder = name.rpartition("/")[0]
        return bool(folder) and f"{folder}/index.md" in self._known


def _jekyll_key(name: str) -> str:
    """Return where a text of Jekyll's goes that is below a folder with an underscore: nested posts, collections."""
    for folder in ("_posts/", "_drafts/"):
        above, found, rest = name.rpartition(f"/{folder}")
        if found:
            return f"{folder}{above}/{rest}"
    return f"pages/{name[1:]}" if name.startswith("_") and not name.startswith(("_posts/", "_drafts/")) else ""


def _section_of(rest: str) -> str:
    """Return the section of a file, "" for one in none."""
    return rest.partition("/")[0] if "/" in rest else ""
