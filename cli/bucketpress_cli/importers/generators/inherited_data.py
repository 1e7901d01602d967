"""What files of a folder inherit: values that a generator's folder or settings give to all in it, such as a state."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.state import Says, state_of
from bucketpress.content.front_matter.syntax.tree import plain_value
from bucketpress_cli.importers.generators.generator_settings import Settings, fields_of, flat, read_settings_of

_SECTION_FILES = ("_index.md", "_index.markdown")
_DATA_FILES = (".json", ".11tydata.json", ".11tydata.js", ".11tydata.cjs", ".11tydata.mjs")
_MOST_DEFAULTS = 200
_PAGES_ONLY = frozenset({"", "page"})
_OF_KIND = {"posts": "_posts/", "drafts": "_drafts/"}  # Jekyll has these within any folder.
_Rule = tuple[str, Settings]


@dataclass(frozen=True)
class InheritedData:
    """What the files of a generator's folder inherit; `said` are its settings."""

    folder: Path
    generator: str
    said: Settings
    names: tuple[str, ...] = field(default=())

    def of(self, name: str) -> Settings:
        """Return what a file inherits, from the settings first and from its nearest folder last."""
        found: dict[str, str] = {}
        for prefix, values in self._rules:
            if name.startswith(prefix) or (prefix in _OF_KIND.values() and f"/{prefix}" in name):
                found.update(values)
        return found

    def of_layout(self, layout: str, base: str) -> Settings:
        """Return the pattern of addresses that a layout of Eleventy says; `base` is the folder of the site's texts."""
        if self.generator != "eleventy" or not layout:
            return {}
        folders = {self.said.get("layouts") or "_includes", self.said.get("includes") or "_includes"}
        places = (f"{above}{folder.strip('./')}/{layout}" for folder in folders for above in {base, ""})
        written = (f"{place}{ending}" for place in places for ending in ("", ".njk", ".html", ".liquid", ".md"))
        for name in written:
            if ".." not in name and (self.folder / name).is_file():
                pattern = fields_of((self.folder / name).read_text("utf-8", "replace")).text("permalink")
                return {"permalink": pattern} if pattern else {}
        return {}

    def withholds(self, name: str, fields: Fields) -> bool:
        """Return whether a file is not to be published by what it inherits and does not say itself."""
        return any(
            state_of(key, text) in {Says.HOLD, Says.UNCLEAR}
            for key, text in self.of(name).items()
            if fields.value(key) is None
        )

    @cached_property
    def _rules(self) -> tuple[_Rule, ...]:
        found = {
            "eleventy": self._folder_data,
            "hugo": self._cascades,
            "zola": self._draft_sections,
            "jekyll": self._defaults,
            "pelican": self._pelican_defaults,
        }.get(self.generator)
        return tuple(sorted(found(), key=lambda rule: len(rule[0]))) if found else ()

    def _folder_data(self) -> Iterator[_Rule]:
        """Yield the directory data files of Eleventy: https://www.11ty.dev/docs/data-template-dir/."""
        for name in self.names:
            folder, _, last = name.rpartition("/")
            own = folder.rpartition("/")[2]
            if own and last in {f"{own}{ending}" for ending in _DATA_FILES}:
                yield f"{folder}/", read_settings_of(self.folder, (name,))

    def _cascades(self) -> Iterator[_Rule]:
        """Yield what sections of Hugo pass on: https://gohugo.io/content-management/front-matter/#cascade."""
        for prefix, fields in self._sections():
            cascade = fields.value("cascade")
            read = plain_value(cascade) if cascade else None
            for values in read if isinstance(read, list) else [read]:
                if isinstance(values, dict) and _is_for_pages(values):
                    yield prefix, dict(flat(values))

    def _draft_sections(self) -> Iterator[_Rule]:
        """Yield the sections of Zola that are drafts, and with them all that is in them."""
        for prefix, fields in self._sections():
            if (said := fields.scalar("draft")) is not None:
                yield prefix, {"draft": said[1].text}

    def _sections(self) -> Iterator[tuple[str, Fields]]:
        for name in self.names:
            folder, slash, last = name.rpartition("/")
            if last in _SECTION_FILES:
                yield folder + slash, fields_of((self.folder / name).read_text("utf-8", "replace"))

    def _defaults(self) -> Iterator[_Rule]:
        """Yield Jekyll's defaults: https://jekyllrb.com/docs/configuration/front-matter-defaults/."""
        for number in range(_MOST_DEFAULTS):
            start = f"defaults.{number}."
            given = {key.removeprefix(start): value for key, value in self.said.items() if key.startswith(start)}
            if not given:
                return
            path = re.split(r"[*?\[]", given.get("scope.path", ""))[0].lstrip("./")
            kind = given.get("scope.type", "")
            values = {key.removeprefix("values."): value for key, value in given.items() if key.startswith("values.")}
            if kind != "pages" or path:  # What all pages have in common is their looks.
                yield path or (f"_{kind}/" if kind else ""), values

    def _pelican_defaults(self) -> Iterator[_Rule]:
        if status := self.said.get("DEFAULT_METADATA.status"):
            yield "", {"status": status}


def _is_for_pages(values: Mapping[str, object]) -> bool:
    """Return whether a cascade is for pages: one for others of its kind changes none; any other target is in doubt."""
    target = values.get("target") or values.get("_target")
    kind = target.get("kind", "") if isinstance(target, dict) else ""
    return kind in _PAGES_ONLY
