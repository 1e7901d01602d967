"""The theme's files: the Jinja environment, the stylesheet and the names they are known by."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bucketpress.site.text import clean

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Only the white space that cannot matter: around braces and after semicolons, never inside a selector or a value.
_LAYOUT = re.compile(r"\s*([{};])\s*")
_FOLDER = Path(__file__).parent / "theme"


def render(template: str, context: Mapping[str, object]) -> bytes:
    """Render a template of the theme to UTF-8. Raises jinja2.TemplateError, which names the template and the line."""
    return clean(_environment().get_template(template).render(context)).encode()


@cache
def stylesheet() -> bytes:
    """Return the theme's stylesheet, without comments and indentation."""
    text = _COMMENT.sub("", (_FOLDER / "style.css").read_text(encoding="utf-8"))
    return (_LAYOUT.sub(lambda match: match[1], text).strip() + "\n").encode()


@cache
def stylesheet_key() -> str:
    """Name the stylesheet by its content, so that it can be cached for ever."""
    return f"assets/style.{hashlib.sha256(stylesheet()).hexdigest()[:10]}.css"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def site_keys() -> tuple[str, str, str]:
    """Name the artifacts that belong to no post: the 404 page, robots.txt and the stylesheet."""
    return "404.html", "robots.txt", stylesheet_key()
