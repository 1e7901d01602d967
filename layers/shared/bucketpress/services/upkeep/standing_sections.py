"""The sections that stand whatever is published."""

from bucketpress.ports import PostIndex
from bucketpress.site.impact import site_sections
from bucketpress.site.layout import SITE_WIDE


def standing_sections(index: PostIndex) -> frozenset[str]:
    """Return the sections there are by the settings as the index holds them."""
    stored = index.settings()
    return site_sections(stored.settings) if stored else frozenset(SITE_WIDE)
