"""Tags and authors of a post: which listings it is in."""

import re
from collections.abc import Iterable, Iterator

from bucketpress.content.front_matter.fields import Fields, items_of, nearest
from bucketpress.content.front_matter.syntax.tree import Mapping, Node, Scalar
from bucketpress.content.post import Author, Tag
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.slugs import label_slug

MAX_TAGS = 30
MAX_AUTHORS = 10
TAG_KEYS = ("tags", "tag", "keywords", "categories", "category")
AUTHOR_KEYS = ("authors", "author", "byline")
_EMAIL = r"[^\s<>()@]+@[^\s<>()@]+"
_NAME_AND_EMAIL = re.compile(rf"(?P<name>[^<>]*?)\s*<{_EMAIL}>")
_EMAIL_AND_NAME = re.compile(rf"{_EMAIL}(?:\s*\((?P<name>[^()]*)\))?")


def tags_of(fields: Fields, settings: SiteSettings) -> tuple[Tag, ...]:
    """Return the tags of all keys that may hold some, each once, in the order written."""
    tags: dict[str, Tag] = {}
    for node in _nodes(fields, TAG_KEYS):
        for item, text in _texts(fields, node, "tag"):
            for label in re.split("[,;\uff0c\u3001]", text) if item is node else [text]:
                _add_tag(fields, item, _without_hash(label.strip()), settings, tags)
    if len(tags) > MAX_TAGS:
        message = f"A post may have {MAX_TAGS} tags; this one has {len(tags)}."
        fields.error(next(_nodes(fields, TAG_KEYS)), message, "Keep those readers look for.")
    return tuple(tags.values())


def authors_of(fields: Fields, settings: SiteSettings) -> tuple[Author, ...]:
    """Return the authors in the order of the byline. An e-mail address is never one, and never shown."""
    found = fields.node(*AUTHOR_KEYS)
    if found is None:
        return ()
    people = _People(settings)
    authors: dict[Author, None] = {}
    named: set[str] = set()
    for item in [found[1]] if isinstance(found[1], Mapping) else items_of(found[1]):
        for name in _names(fields, item, people, alone=item is found[1]):
            named.add(name)
            # Looking for names that are like one takes time, and those after the last that may be are an error anyway.
            author = _author(fields, item, name, people) if len(authors) <= MAX_AUTHORS else None
            if author and author not in authors:
                _note_namesake(fields, item, author, authors)
                authors[author] = None
    if len(authors) > MAX_AUTHORS:
        message = f"A post may have {MAX_AUTHORS} authors; this one has {len(named)}."
        fields.error(found[1], message, "Name the others in the text.")
    return tuple(authors)


class _People:
    """The authors of a site, by key and by name."""

    def __init__(self, settings: SiteSettings) -> None:
        """Put them in order, once for all authors of a post."""
        self.profiles = settings.authors
        self.slugs = {profile.name.lower(): slug for slug, profile in settings.authors.items()}
        self._style = settings.slugs

    def slug(self, name: str) -> str:
        """Return the slug that a name leaves."""
        return label_slug(name, self._style)

    def known(self, name: str) -> Author | None:
        """Return the author of a name or key."""
        profile = self.profiles.get(self.slugs.get(name.lower(), "")) or self.profiles.get(self.slug(name))
        return Author(slug=profile.slug, name=profile.name) if profile else None

    def hint(self, name: str, slug: str) -> str:
        """Return what its author may have meant by a name."""
        like = nearest(slug, list(self.profiles)) or nearest(name, list(self.slugs))
        return f"Did you mean {self.slugs.get(like, like)}?" if like else "Add the author there."


def _note_namesake(fields: Fields, item: Node, author: Author, before: Iterable[Author]) -> None:
    """Warn of two people whose names leave one slug: both stay in the byline, but they share a page."""
    other = next((other for other in before if other.slug == author.slug), None)
    if other is not None:
        message = f'The authors "{other.name}" and "{author.name}" share the page /authors/{author.slug}/.'
        fields.warning(item, message, "Give each of them a key of their own below `authors:` in site.yaml.")


def _without_hash(label: str) -> str:
    return label.removeprefix("#") or label


def _nodes(fields: Fields, names: Iterable[str]) -> Iterator[Node]:
    return (found[1] for name in names if (found := fields.node(name)))


def _texts(fields: Fields, node: Node, what: str) -> Iterator[tuple[Node, str]]:
    for item in [node] if isinstance(node, Mapping) else items_of(node):
        if isinstance(item, Scalar):
            yield item, item.text
        else:
            fields.error(item, f"A {what} must be text.", f"Write a list of words such as `{what}s: [one, two]`.")


def _add_tag(fields: Fields, item: Node, label: str, settings: SiteSettings, tags: dict[str, Tag]) -> None:
    slug = label_slug(label, settings.slugs)
    if not slug:
        return
    profile = settings.tags.get(slug)
    tag = Tag(slug=slug, label=profile.label if profile else label)
    before = tags.setdefault(slug, tag)
    if before.label.casefold() != tag.label.casefold():
        message = f'The tags "{before.label}" and "{label}" are one: both are listed at /tags/{slug}/.'
        fields.warning(item, message, f'Take one of them away, or name it otherwise; "{before.label}" is shown.')


def _names(fields: Fields, item: Node, people: _People, *, alone: bool) -> list[str]:
    """Return the names in one entry. A single text is several authors at `;`, or at `,` where each is known."""
    if isinstance(item, Mapping):
        inner = Fields(item)
        name = inner.text("key", "slug", "name", "title")
        fields.problems += inner.problems
        if name is None and not inner.problems:
            fields.error(item, "An author needs a name.", "Write `{name: Jane Doe}`.")
        return [name] if name else []
    if not isinstance(item, Scalar):
        fields.error(item, "An author must be text or a map.", "Write `authors: [jane-doe, john-roe]`.")
        return []
    names = [name.strip() for name in item.text.split(";")] if alone else [item.text.strip()]
    commas = [name.strip() for name in item.text.split(",")]
    if alone and len(commas) > 1 and all(people.known(name) for name in commas):
        return commas
    return [name for name in names if name]


def _author(fields: Fields, item: Node, text: str, people: _People) -> Author | None:
    match = _NAME_AND_EMAIL.fullmatch(text) or _EMAIL_AND_NAME.fullmatch(text)
    name = ((match["name"] or "") if match else text).strip().strip("\"'")
    if match:
        message = "An e-mail address is never published; only the name is kept." if name else "An author needs a name."
        fields.warning(item, message, "Write the name alone.")
    slug = people.slug(name)
    if not slug:
        return None
    known = people.known(name)
    if known:
        return known
    if people.profiles:
        message = f'The author "{name}" is not among the authors of site.yaml; the name is shown as written.'
        fields.warning(item, message, people.hint(name, slug))
    if isinstance(item, Mapping):
        name = Fields(item).text("name") or name
    return Author(slug=slug, name=name)
