"""What `appearance` in `site.yaml` means: the looks of the site without a line of code."""

import re
from collections.abc import Iterator

from bucketpress.content.encoding import UNPRINTABLE
from bucketpress.content.front_matter.fields import Fields, items_of, nearest
from bucketpress.content.front_matter.syntax.tree import Mapping, Node, Scalar
from bucketpress.content.settings.colours import DARK_GROUND, LIGHT_GROUND, read_colour, readable
from bucketpress.content.settings.site_settings import Appearance, MenuItem
from bucketpress.content.source_keys import MEDIA

_KNOWN = ("accent", "logo", "favicon", "stylesheet", "footer", "social")
_COLOUR_FIX = 'Write one such as "#0a6b5d", in quotes.'
# From the site's own root: a page must make no request to anybody else.
_FILE = re.compile(r"/(?![/\\])[^\s\\<>\"?#]*\.[A-Za-z0-9]+")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\\<>\"]+", re.IGNORECASE)
_MAX_LOGO_PIXELS = 4096
_MAX_SOCIAL = 20
_MAX_FOOTER_LINES = 10


def read_appearance(outer: Fields) -> Appearance:
    """Read the map `appearance`; what is wrong or odd goes to the problems of `outer`."""
    found = outer.node("appearance")
    if found is None:
        return Appearance()
    if not isinstance(found[1], Mapping):
        outer.error(found[1], "appearance must be a map.", "Write `accent: …` and the like below `appearance:`.")
        return Appearance()
    fields = Fields(found[1])
    light, dark = _accent(fields)
    logo, width, height = _logo(fields)
    appearance = Appearance(
        accent=light,
        accent_dark=dark,
        logo=logo,
        logo_width=width,
        logo_height=height,
        favicon=_file(fields, "favicon"),
        stylesheet=_file(fields, "stylesheet"),
        footer=_lines(fields),
        social=tuple(_social(fields))[:_MAX_SOCIAL],
    )
    _note_unknown(fields)
    outer.problems += fields.problems
    return appearance


def _accent(fields: Fields) -> tuple[str, str]:
    """Return the accent colours for light and dark, changed where text in them could not be read."""
    found = fields.node("accent")
    if found is None:
        return "", ""
    if isinstance(found[1], Mapping):
        inner = Fields(found[1])
        chosen = tuple(
            _colour(inner, name, ground) for name, ground in (("light", LIGHT_GROUND), ("dark", DARK_GROUND))
        )
        fields.problems += inner.problems
        return chosen[0], chosen[1]
    light = _colour(fields, "accent", LIGHT_GROUND)
    # One colour for both: what is too dark for a dark page is lightened without a word.
    dark = read_colour(str(found[1].text).strip()) if isinstance(found[1], Scalar) else None
    return light, readable(dark, DARK_GROUND) if dark else ""


def _colour(fields: Fields, name: str, ground: str) -> str:
    found = fields.scalar(name)
    if found is None:
        return ""
    colour = read_colour(found[1].text.strip())
    if colour is None:
        fields.error(found[1], f'"{found[1].text}" is not a colour.', _COLOUR_FIX)
        return ""
    chosen = readable(colour, ground)
    if chosen != colour:
        message = f"Text in {colour} would be hard to read, so {chosen} is used."
        fields.warning(found[1], message, "Choose a colour with more contrast to the page.")
    return chosen


def _logo(fields: Fields) -> tuple[str, int, int]:
    """Return path, width and height of the logo; 0 where the author gave no size."""
    found = fields.node("logo")
    if found is None or not isinstance(found[1], Mapping):
        return _file(fields, "logo"), 0, 0
    inner = Fields(found[1])
    path = _file(inner, "path")
    if not path and not inner.problems:
        inner.error(found[1], "The logo needs a path.", "Write `logo: {path: /logo.png, width: 160, height: 40}`.")
    size = [inner.number(side, 1, _MAX_LOGO_PIXELS) or 0 for side in ("width", "height")]
    if 0 in size and max(size):
        inner.warning(found[1], "The logo has only one of width and height.", "Write both, or neither.")
        size = [0, 0]
    fields.problems += inner.problems
    return path, size[0], size[1]


def _file(fields: Fields, name: str) -> str:
    found = fields.scalar(name)
    if found is None:
        return ""
    path = found[1].text.strip()
    if _FILE.fullmatch(path) and not UNPRINTABLE.search(path):
        if path.startswith(MEDIA):
            fix = f"Put it below static/ and write its path, such as `{name}: /{name}.{_example(name)}`."
            message = f"{name} is a file beside posts, which readers get only while a public post shows it."
            fields.warning(found[1], message, fix)
        return path
    fix = f"Put the file below static/ and write its path, such as `{name}: /{name}.{_example(name)}`."
    fields.error(found[1], f'{name} must be the path of a file of this site; "{path}" is not.', fix)
    return ""


def _example(name: str) -> str:
    return "css" if name == "stylesheet" else "svg"


def _lines(fields: Fields) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in (fields.text("footer") or "").splitlines())
    return tuple(line for line in lines if line)[:_MAX_FOOTER_LINES]


def _social(fields: Fields) -> Iterator[MenuItem]:
    """Read links to elsewhere: `Mastodon: https://…`, or a list of such."""
    found = fields.node("social")
    if found is None:
        return
    for item in [found[1]] if isinstance(found[1], Mapping) else items_of(found[1]):
        yield from _links(fields, item)


def _links(fields: Fields, item: Node) -> Iterator[MenuItem]:
    fix = "Write `Mastodon: https://social.example/@blog`."
    if not isinstance(item, Mapping):
        fields.error(item, "A link of social needs a label and an address.", fix)
        return
    for key, value in item.pairs:
        address = value.text.strip() if isinstance(value, Scalar) else ""
        if _ADDRESS.fullmatch(address) and not UNPRINTABLE.search(address):
            yield MenuItem(label=key.text, path=address)
        else:
            fields.error(value, f"{key.text} must lead to an address.", fix)


def _note_unknown(fields: Fields) -> None:
    for key, _ in fields.mapping.pairs:
        if key.text not in _KNOWN:
            like = nearest(key.text, list(_KNOWN))
            fix = f"Did you mean {like}?" if like else f"There are {', '.join(_KNOWN)}."
            fields.warning(key, f"{key.text} is not part of the appearance.", fix)
