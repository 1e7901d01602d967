"""Colours an author may choose, made readable: contrast as WCAG 2.2 measures it."""

import re
from collections.abc import Iterable

# The grounds text stands on in the built-in theme, the least favourable of each scheme; a test compares them with it.
LIGHT_GROUND, DARK_GROUND = "#f4f1e8", "#22201d"
# WCAG 2.2, success criterion 1.4.3, for text of any size.
READABLE = 4.5
_HEX = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_STEPS = 25


def read_colour(text: str) -> str | None:
    """Return a colour as `#rrggbb`, None when the text is none. Understood are `#rgb` and `#rrggbb`."""
    if not _HEX.fullmatch(text):
        return None
    digits = text.removeprefix("#").lower()
    return "#" + (digits if len(digits) == len("rrggbb") else "".join(digit * 2 for digit in digits))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, ground: str) -> str:
    """Return the colour itself if text in it can be read on the ground, else the nearest mixture that can be.

    It is mixed with black on a light ground and with white on a dark one.
    """
    end = 0 if _luminance(ground) > _luminance("#757575") else 255
    for step in range(_STEPS + 1):
        mixed = _hex(part + (end - part) * step // _STEPS for part in _parts(colour))
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return _hex((end, end, end))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    value: float = part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's curve
    return value


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(parts: Iterable[int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in parts)
