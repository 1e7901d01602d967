"""The keys of front matter: what each is called, here and in other tools. Spellings are told alike by `key_form`."""

from bucketpress.content.front_matter.addresses import ADDRESS_KEYS, CANONICAL_KEYS
from bucketpress.content.front_matter.aliases import ALIAS_KEYS
from bucketpress.content.front_matter.syntax.key_form import key_form
from bucketpress.content.front_matter.tags_and_authors import AUTHOR_KEYS, TAG_KEYS

# The first that is there is the date readers see.
DATE_KEYS = (
    *("date", "published", "publish", "publishDate", "pubDate", "published_at", "created"),
    *("datePublished", "published_date", "post_date"),
)
# The latest of these decides when a post goes live.
GOING_LIVE_KEYS = (
    *("date", "published", "publish", "publishDate", "pubDate", "published_at", "published_on", "publish_at"),
    *("publish_on", "publish_time", "publication_date", "scheduled", "scheduled_at", "scheduled_for", "schedule"),
    *("datePublished", "published_date", "published_time", "post_date", "go_live_at", "go_live_date", "visible_from"),
    *("embargo", "embargo_date", "embargo_until", "embargoed_until", "go_live", "available_from", "not_before"),
    *("goes_live", "goes_live_at", "goes_live_on", "live_at", "live_on", "live_from", "publish_after", "publish_from"),
    *("hidden_until", "hold_until", "held_until", "draft_until", "private_until", "not_until"),
)
UPDATED_KEYS = ("updated", "lastmod", "modified", "last_modified_at", "updated_at")
EXPIRY_KEYS = (
    *("expires", "expiryDate", "unpublishDate", "expiration", "expiry", "expire", "expires_at", "expires_on"),
    *("expiration_date", "unpublish_at", "unpublish_on", "publish_until", "visible_until"),
)
TITLE_KEYS = ("title", "headline", "linkTitle")
SUMMARY_KEYS = ("summary", "description", "excerpt", "custom_excerpt")
IMAGE_KEYS = ("image", "cover", "hero", "feature_image", "thumbnail", "og_image")
MATH_KEYS = ("math", "mathjax", "katex", "use_math", "latex")
_OTHER_KEYS = ("id", "guid", "lang", "toc", "image_alt", "slug")
KNOWN_FORMS = frozenset(
    map(
        key_form,
        (
            *(*DATE_KEYS, *GOING_LIVE_KEYS, *UPDATED_KEYS, *EXPIRY_KEYS, *TITLE_KEYS, *SUMMARY_KEYS, *IMAGE_KEYS),
            *(*TAG_KEYS, *AUTHOR_KEYS, *ADDRESS_KEYS, *ALIAS_KEYS, *MATH_KEYS, *CANONICAL_KEYS, *_OTHER_KEYS),
        ),
    )
)
