"""The theme: templates and a stylesheet, the built-in ones or, where a folder has its own, those."""

import hashlib
import re
import traceback
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)

from bucketpress.content.settings.site_settings import Appearance
from bucketpress.errors import BucketpressError
from bucketpress.site.layout import STYLESHEET
from bucketpress.site.text import clean
from bucketpress.site.theme.theme_files import ADDITIONS, BUILT_IN, COMPILED, STYLE, theme_digest

# What templates can get wrong at rendering, besides what Jinja calls an error of its own.
_FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# Comments, white space around what separates, and the last semicolon of a block; strings stay as they are.
_CSS = re.compile(
    r"""(?P<kept>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|/\*.*?\*/|\s*(?P<mark>[{}>])\s*|(?P<after>[;:,])\s+|\s+(?P<before>;)"""
    r"""|(?P<space>\s+)""",
    re.DOTALL,
)


class ThemeError(BucketpressError):
    """A template of the theme cannot be read or rendered; the message names it and the line."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Theme:
    """Templates and a stylesheet. `digest` names the content of a folder of one's own, "" for the built-in theme."""

    environment: Environment
    style: str
    digest: str = ""

    def render(self, template: str, context: Mapping[str, object]) -> bytes:
        """Render a template to UTF-8. Raises ThemeError."""
        try:
            return clean(self.environment.get_template(template).render(context)).encode()
        except _FAULTS as error:
            raise ThemeError(_explained(error, template)) from error


@cache
def _built_in() -> Theme:
    return Theme(environment=_environment(_loader(BUILT_IN)), style=minified(_text(BUILT_IN / STYLE)))


def theme(folder: Path | None = None) -> Theme:
    """Return the theme of a folder as it is now, or the built-in one.

    A template or `style.css` in the folder takes the place of the built-in one of that name, which other templates
    still reach as `default/NAME`. `additions.css` comes after either stylesheet.
    """
    if folder is None:
        return _built_in()
    built_in = _loader(BUILT_IN)
    loader = ChoiceLoader([_loader(folder), built_in, PrefixLoader({"default": built_in})])
    own = folder / STYLE if (folder / STYLE).is_file() else BUILT_IN / STYLE
    more = _text(folder / ADDITIONS) if (folder / ADDITIONS).is_file() else ""
    style = minified(f"{_text(own)}\n{more}")
    return Theme(environment=_environment(loader), style=style, digest=theme_digest(folder))


@lru_cache(maxsize=8)
def stylesheet(style: str, appearance: Appearance) -> bytes:
    """Return a theme's stylesheet in the author's colours."""
    rules = [style]
    for condition, colour in (("", appearance.accent), (" and (prefers-color-scheme:dark)", appearance.accent_dark)):
        if colour:
            rules.append(f"@media screen{condition}{{:root{{--accent:{colour}}}}}")
    return ("".join(rules) + "\n").encode()


@lru_cache(maxsize=8)
def stylesheet_key(data: bytes) -> str:
    """Return the key of a stylesheet, made from its content so that it can be cached for ever."""
    return STYLESHEET.format(digest=hashlib.sha256(data).hexdigest()[:10])


def minified(style: str) -> str:
    """Return a stylesheet without comments and layout."""

    def shorter(match: re.Match[str]) -> str:
        return match["kept"] or match["mark"] or match["after"] or match["before"] or (" " if match["space"] else "")

    return _CSS.sub(shorter, _CSS.sub(shorter, style)).replace(";}", "}").strip()


def environment_of(folder: Path) -> Environment:
    """Return the environment that reads a folder's own templates and no others."""
    return _environment(FileSystemLoader(folder))


class _Compiled(ModuleLoader):
    """Templates compiled beforehand; errors in them name the template, not the module."""

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> Template:
        template: Template = super().load(environment, name, globals)
        template.filename = name
        return template


def _loader(folder: Path) -> BaseLoader:
    return ChoiceLoader([_Compiled(folder / COMPILED), FileSystemLoader(folder)])


def _environment(loader: BaseLoader) -> Environment:
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _explained(error: Exception, wanted: str) -> str:
    """Return what is wrong with a template and where, in one line."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name or wanted}, line {error.lineno}: {error.message}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else wanted
    if isinstance(error, TemplateNotFound):
        return f"{place}: there is no template {error.message}"
    return f"{place}: {error or type(error).__name__}"
