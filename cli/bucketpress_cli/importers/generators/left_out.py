"""Which files of a generator's folder are not of its site at all: what its settings or an ignore file leave out."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bucketpress.content.source_keys import is_markdown
from bucketpress_cli.importers.generators.generator_settings import Settings

# Settings whose value is patterns of files, and the folder that these are within.
_PATTERNS = {
    "jekyll": (("exclude", ""),),
    "zola": (("ignored_content", "content/"),),
    "hexo": (("exclude", "source/"), ("ignore", "")),
    "pelican": (("ARTICLE_EXCLUDES", "content/"), ("IGNORE_FILES", "**/")),
    "eleventy": (("ignores.add", ""),),
}
_INDEX = re.compile(r"_?index(?:\.[\w-]+)?\.\w+")
# These let `*` stand for folders too.
_CROSSING = frozenset({"jekyll", "zola"})
_SPECIAL = re.compile(r"(\*\*/|\*\*|\*|\?)")


@dataclass(frozen=True)
class LeftOut:
    """The files that a generator leaves out; `said` are its settings."""

    folder: Path
    generator: str
    said: Settings
    names: frozenset[str]

    def __call__(self, name: str) -> bool:
        """Return whether a file is left out, by its own name or that of a folder it is in."""
        if any(each.match(name) for each in self._patterns):
            return True
        return self._is_hidden_from_jekyll(name) or self._is_part_of_a_page(name) or self._is_unknown_to_pelican(name)

    def _is_unknown_to_pelican(self, name: str) -> bool:
        """Return whether a text lies in none of the folders in which Pelican looks for articles and pages."""
        paths = self.said.get("ARTICLE_PATHS", "").split("\n") + self.said.get("PAGE_PATHS", "pages").split("\n")
        if self.generator != "pelican" or "ARTICLE_PATHS" not in self.said or not is_markdown(name):
            return False
        return not any(name.startswith(f"content/{path.strip('/')}/".replace("//", "/")) for path in paths)

    def _is_hidden_from_jekyll(self, name: str) -> bool:
        """Return whether Jekyll leaves a file out for the underscore before its name or that of its folder."""
        if self.generator != "jekyll":
            return False
        included = self.said.get("include", "").split("\n")
        parts = name.removeprefix(self.said.get("collections_dir", "").strip("/") + "/").split("/")
        hidden = [part for part in parts if part.startswith("_") and part not in {"_posts", "_drafts", *included}]
        if hidden[:1] == parts[:1] and self.said.get(f"collections.{parts[0][1:]}.output") == "True":
            hidden = hidden[1:]
        return bool(hidden)

    def _is_part_of_a_page(self, name: str) -> bool:
        """Return whether a text is part of a page of Hugo's or Zola's, whose `index.md` it lies beside or below.

        See https://gohugo.io/content-management/page-bundles/.
        """
        if self.generator not in {"hugo", "zola"} or not is_markdown(name):
            return False
        *folders, last = name.split("/")
        if _INDEX.fullmatch(last):
            folders.pop()
        above = ("/".join(folders[:depth]) for depth in range(2, len(folders) + 1))
        return any(f"{folder}/index.md" in self.names for folder in above)

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_pattern(each, crossing=self.generator in _CROSSING) for each in self._globs())

    def _globs(self) -> Iterable[str]:
        for name, within in _PATTERNS.get(self.generator, ()):
            for each in re.split(r"\n|,\s*", self.said.get(name, "")):
                if each.strip("./ "):
                    yield within + each.strip().removeprefix("./").lstrip("/")
        if self.generator == "eleventy":
            with suppress(OSError, UnicodeDecodeError):
                for line in (self.folder / ".eleventyignore").read_text("utf-8").splitlines():
                    if line.strip() and not line.startswith(("#", "!")):
                        yield line.strip().removeprefix("./").lstrip("/")


def _pattern(glob: str, *, crossing: bool) -> re.Pattern[str]:
    """Return what a pattern of files means; it means all that is in a folder too."""
    anything = ".*" if crossing else "[^/]*"
    made = {"**/": "(?:.*/)?", "**": ".*", "*": anything, "?": "[^/]"}
    parts = (made.get(part) or re.escape(part) for part in _SPECIAL.split(glob.rstrip("/")) if part)
    return re.compile(f"{''.join(parts)}(?:/.*)?\\Z", re.DOTALL)
