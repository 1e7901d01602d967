"""The site's icon where the author gave none: its first letter on its colour, inside the page itself."""

from functools import lru_cache
from urllib.parse import quote

from bucketpress.site.text import clean

ACCENT = "#9c1c20"
_SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' fill='{colour}'/>"
    "<text x='16' y='23' text-anchor='middle' font-family='serif' font-weight='700' font-size='21' fill='#fff'>{letter}"
    "</text></svg>"
)
# What a URL may hold as it is, and need not be escaped in an attribute.
_SAFE = "/:;,=() "


# It is the same on every page.
@lru_cache(maxsize=8)
def initial_icon(title: str, colour: str) -> str:
    """Return the icon as a data URL."""
    letter = next((character for character in clean(title) if character.isalnum()), "•").upper()[:1]
    return "data:image/svg+xml," + quote(_SVG.format(colour=colour or ACCENT, letter=letter), safe=_SAFE).replace(
        " ", "%20"
    )
