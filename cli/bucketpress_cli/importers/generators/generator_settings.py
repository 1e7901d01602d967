"""Reads what folders of site generators say: settings, each in a language of its own, as plain values by dotted names.

And front matter, as everywhere else.
"""

import ast
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

import yaml

from bucketpress.content.front_matter.envelope import open_envelope
from bucketpress.content.front_matter.fields import Fields

Settings = Mapping[str, str]
_DATA = ("metadata", "site", "meta")
_JS = ("json", "js", "cjs", "mjs", "yaml", "yml")
_MAX_BYTES = 512 * 1024
_MOST_VALUES = 10_000
_SCRIPT_VALUE = re.compile(
    r"""^\s*(?:const\s+)?['"]?(\w+)['"]?\s*[:=]\s*(['"`])((?:(?!\2).)*)\2\s*[,;]?\s*(?://.*)?$""", re.MULTILINE
)
_SCRIPT_FLAG = re.compile(r"""^\s*['"]?(\w+)['"]?\s*:\s*(true|false)\s*,?\s*(?://.*)?$""", re.MULTILINE)
_PASSED_THROUGH = re.compile(r"""addPassthroughCopy\(\s*\{?\s*['"]([^'"]+)['"]""")
_IGNORED = re.compile(r"""\bignores\.add\(\s*['"]([^'"]+)['"]""")
_ROUTE = re.compile(
    r"""\b(blog|docs)(?:['"]\s*,|\s*:)\s*(?:/\*.*?\*/\s*)?\{[^{}]*?\brouteBasePath\s*:\s*['"]([^'"]*)['"]""", re.DOTALL
)


def read_settings_of(folder: Path, names: tuple[str, ...]) -> Settings:
    """Return what the first of some files that is there says; what cannot be read says nothing."""
    file = next((folder / name for name in names if (folder / name).is_file()), None)
    if file is None or file.stat().st_size > _MAX_BYTES:
        return {}
    text = file.read_text("utf-8-sig", "replace")
    read = _READERS.get(file.suffix, _script)
    with suppress(ValueError, yaml.YAMLError, SyntaxError, RecursionError):
        return read(text)
    return {}


class AnyCase(Mapping[str, str]):
    """Settings whose names are the same in any case, as Hugo's are."""

    def __init__(self, settings: Settings) -> None:
        """Take settings as they were read."""
        self._settings = {name.lower(): value for name, value in settings.items()}

    def __getitem__(self, name: str) -> str:
        """Return the value of a name. Raises KeyError."""
        return self._settings[name.lower()]

    def __iter__(self) -> Iterator[str]:
        """Yield the names, in lower case."""
        return iter(self._settings)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._settings)


def read_hugo_settings(folder: Path, names: tuple[str, ...]) -> Settings:
    """Return Hugo's settings, whose parts may each have a file: https://gohugo.io/configuration/introduction/."""
    found: dict[str, str] = {}
    for file in sorted((folder / "config" / "_default").glob("*.*")):
        if file.stem not in {"hugo", "config"} and file.suffix in _READERS:
            part, _, language = file.stem.partition(".")
            start = f"languages.{language}.{part}" if language else part
            found |= {f"{start}.{name}": value for name, value in read_settings_of(file.parent, (file.name,)).items()}
    return AnyCase({**found, **read_settings_of(folder, names)})


def read_eleventy_data(folder: Path, base: str) -> Settings:
    """Return what a site of Eleventy says about itself in its data, by the names that most have for it."""
    names = (
        f"{within}_data/{name}.{ending}" for within in dict.fromkeys((base, "")) for name in _DATA for ending in _JS
    )
    said = read_settings_of(folder, tuple(names))
    return {name: said[name] for name in ("title", "url", "description", "language", "author.name") if name in said}


def fields_of(text: str) -> Fields:
    """Return the front matter of a text."""
    return Fields(open_envelope(text).fields)


def flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values within a value by dotted names, lists of texts as lines, others by number."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}".strip("."))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value):
            yield from flat(item, f"{name}.{number}".strip("."))
    elif isinstance(value, list):
        yield name, "\n".join(str(item) for item in value if isinstance(item, str | int))
    elif value is not None:
        yield name, str(value)


def _yaml(text: str) -> Settings:
    return dict(islice(flat(yaml.safe_load(text)), _MOST_VALUES))  # Aliases may stand for more than memory holds.


def _toml(text: str) -> Settings:
    return dict(flat(tomllib.loads(text)))


def _json(text: str) -> Settings:
    return dict(flat(json.loads(text)))


def _python(text: str) -> Settings:
    """Return the literals that a module assigns; nothing of it is run."""
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            with suppress(ValueError):
                found.update(flat(ast.literal_eval(node.value), node.targets[0].id))
    return found


def _script(text: str) -> Settings:
    """Return the texts that a script gives to names; nothing of it is run."""
    found: dict[str, str] = {}
    for match in _SCRIPT_VALUE.finditer(text):
        found.setdefault(match[1], match[3])
    for match in _SCRIPT_FLAG.finditer(text):
        found.setdefault(match[1], match[2])
    for match in _ROUTE.finditer(text):
        found.setdefault(f"{match[1]}.routeBasePath", match[2])
    found["addPassthroughCopy"] = "\n".join(_PASSED_THROUGH.findall(text))
    found["ignores.add"] = "\n".join(_IGNORED.findall(text))
    return found


_READERS = {".yml": _yaml, ".yaml": _yaml, ".toml": _toml, ".json": _json, ".py": _python}
