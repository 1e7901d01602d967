"""The languages the site can speak: one module for each, and how to find the one for a language tag."""

from collections.abc import Mapping
from types import MappingProxyType

from bucketpress.site.languages.chinese import CHINESE
from bucketpress.site.languages.english import ENGLISH
from bucketpress.site.languages.german import GERMAN
from bucketpress.site.languages.messages import Messages

CATALOGUES: Mapping[str, Messages] = MappingProxyType({"de": GERMAN, "en": ENGLISH, "zh": CHINESE})
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "syr", "ug", "ur", "yi"})


def messages_for(language: str) -> Messages:
    """Return the catalogue for a language tag (BCP 47), English if there is none yet."""
    return CATALOGUES.get(_primary(language), ENGLISH)


def direction(language: str) -> str:
    """Return the direction in which a language is written: `rtl` or `ltr`."""
    return "rtl" if _primary(language) in _RIGHT_TO_LEFT else "ltr"


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
