"""The authors and tags of `site.yaml`: what is said of each besides its name."""

from collections.abc import Callable
from typing import TypeVar

from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.syntax.tree import Mapping, Scalar
from bucketpress.content.settings.menu import LINK
from bucketpress.content.settings.site_settings import AuthorProfile, TagProfile
from bucketpress.content.slugs import label_slug

Profile = TypeVar("Profile", AuthorProfile, TagProfile)


def read_profiles(
    fields: Fields, name: str, slugs: str, make: Callable[[str, Scalar, Fields], Profile]
) -> dict[str, Profile]:
    """Return the profiles below a key by slug; `make` makes one of its slug, its key and its fields."""
    found = fields.node(name)
    if found is None:
        return {}
    if not isinstance(found[1], Mapping):
        fields.error(found[1], f"{name} must be a map.", f"Write each of the {name} as `key: name` below `{name}:`.")
        return {}
    profiles: dict[str, Profile] = {}
    for key, value in found[1].pairs:
        slug = label_slug(key.text, slugs)
        if not slug or slug in profiles:
            fault = "is the same as one before it" if slug else "has no letter or digit"
            fields.error(key, f"The key {key.text} {fault}.", "Give it another key.")
        elif isinstance(value, Mapping):
            inner = Fields(value)
            profiles[slug] = make(slug, key, inner)
            fields.problems += inner.problems
        elif isinstance(value, Scalar):
            pairs = () if value.absent else ((Scalar(text="name", plain=True, line=0, column=0), value),)
            profiles[slug] = make(slug, key, Fields(Mapping(pairs=pairs, line=value.line, column=value.column)))
        else:
            fields.error(value, f"{key.text} must have a name or a map, not a list.", f"Write `{key.text}: A name`.")
    return profiles


def author_profile(slug: str, key: Scalar, fields: Fields) -> AuthorProfile:
    """Return what is said of an author."""
    url = fields.scalar("url")
    if url and not LINK.fullmatch(url[1].text.strip()):
        fields.error(url[1], f'"{url[1].text}" is not an address.', "Write one that begins with https://.")
    return AuthorProfile(
        slug=slug,
        name=fields.text("name") or key.text,
        bio=fields.text("bio") or "",
        url=url[1].text.strip() if url else "",
    )


def tag_profile(slug: str, key: Scalar, fields: Fields) -> TagProfile:
    """Return what is said of a tag."""
    label = fields.text("label", "name") or key.text
    return TagProfile(slug=slug, label=label, description=fields.text("description") or "")
