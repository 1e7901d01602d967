"""Translations: Markdown files whose name ends in a language, such as `index.de.md`. A site has one language."""

import re

from bucketpress.content.problem import Problem, error

# The languages people publish in. Names such as `socket.io.md` must not be taken for a translation, so the list is not
# all of ISO 639-1.
_LANGUAGE_CODES = (
    "ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr gl he hi hr hu hy id it ja ka kk km ko lt lv mk mn ms nb"
    " nl nn pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur uz vi zh"
)
_LANGUAGES = frozenset(_LANGUAGE_CODES.split())
_SUFFIX = re.compile(
    r"(?P<name>.+)\.(?P<language>[a-z]{2}(?:[-_](?:[a-z]{2}|[a-z]{4}|419))?)", re.IGNORECASE | re.DOTALL
)


def split_language(name: str) -> tuple[str, str | None]:
    """Return a file's name without the language it ends in, and that language; None when it ends in none."""
    match = _SUFFIX.fullmatch(name)
    if match is None or _primary(match["language"]) not in _LANGUAGES:
        return name, None
    return match["name"], match["language"]


def translation_problem(language: str | None, site_language: str) -> Problem | None:
    """Return the problem of a source that is written in another language than the site's, None where it is not."""
    if language is None or _primary(language) == _primary(site_language):
        return None
    return error(
        f"The name ends in the language {language}, and the site's language is {site_language}: this is a translation.",
        f"Write `language: {language}` in the site.yaml of a site of its own, or give the file another name.",
    )


def _primary(language: str) -> str:
    return re.split("[-_]", language, maxsplit=1)[0].lower()
