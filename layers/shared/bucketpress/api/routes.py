"""Every address of the API, with all that is said of it. The function and the OpenAPI document are made from this."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bucketpress.api.call import Call
from bucketpress.api.endpoints import changes, directories, documentation, posts, site_description
from bucketpress.api.http import CSS, FEED, HTML, JSON, Representation
from bucketpress.api.parameters import Parameter, choice, cursor, moment, names, number, text
from bucketpress.api.post_json import BODIES, FIELDS
from bucketpress.content.paths import MAX_PATH_BYTES
from bucketpress.site.search.query import MAX_QUERY_CHARACTERS

MAX_ITEMS = 100
MAX_RESULTS = 50
LAST_YEAR, LAST_MONTH = 9999, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address and what the OpenAPI document says of it; `<slug>` in its path stands for a post's slug.

    `name` is the operation's id. `schemas` maps each media type it answers with, the default first, to a schema of the
    OpenAPI document or to a plain JSON type. `one_post` addresses can find a single post, so they can also answer 308,
    404 and 410. `reads_index` is false for what can be answered without reading anything. A `required` parameter must
    be given.
    """

    path: str
    name: str
    summary: str
    description: str
    schemas: Mapping[str, str]
    parameters: tuple[Parameter, ...] = ()
    required: frozenset[str] = frozenset()
    one_post: bool = False
    reads_index: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Address):
    """An address that the listing API answers."""

    operation: Callable[[Call], Representation]

    def slug_in(self, path: str) -> str | None:
        """Return the slug in a path of this route, "" where it has none; None for another path."""
        match = re.fullmatch(re.escape(self.path).replace("<slug>", "(?P<slug>[^/]+)"), path, re.DOTALL)
        return match.groupdict().get("slug", "") if match else None


def _limit(default: int) -> Parameter:
    description = f"How many items a page has at most; {default} unless given. A page may have fewer."
    return number("limit", (1, MAX_ITEMS), description, 5, default)


FIELD_CHOICE = names("fields", FIELDS, "Which members items have, separated by commas; all unless given.", "title,url")
INCLUDE = names(
    "include",
    BODIES,
    "The body in these forms, separated by commas: `html` (sanitised, URLs absolute), `markdown` (without front "
    "matter), `text` (the words alone).",
    "markdown,text",
)
SELECTION = (
    text("tag", "Posts with this tag, by its slug.", "voip"),
    text("author", "Posts by this author, by their slug.", "jane-doe"),
    number("year", (1, LAST_YEAR), "Posts of this year, by their own date as the archive shows it.", 2010),
    number("month", (1, LAST_MONTH), "Posts of this month of `year`.", 3),
    moment("from", "Posts of this day, by their own date, or moment, and later.", "2010-03-01", days=True),
    moment("to", "Posts of this day, by their own date, or moment, and earlier.", "2010-12-31", days=True),
    choice("order", ("newest", "oldest"), "Which comes first."),
)
ONE = (
    text("path", "The one post at this path, as `path` gives it.", "/2010/03/china-in-voip-u-turn/", MAX_PATH_BYTES),
    text("id", "The one post with this id, as `id` gives it.", "urn:uuid:9a4c7a6e-3b1f-5c08-a9c4-0c9a1ce3e7f0"),
)

ROUTES = (
    Route(
        path="/v1/posts",
        name="listPosts",
        summary="List posts",
        description="Of one listing (all, a tag or an author), in a stretch of time; or one by path or id.",
        schemas={JSON: "PostPage", FEED: "Feed"},
        operation=posts.list_posts,
        parameters=(*SELECTION, *ONE, _limit(posts.DEFAULT_LIMIT), cursor(), FIELD_CHOICE, INCLUDE),
        one_post=True,
    ),
    Route(
        path="/v1/posts/<slug>",
        name="getPost",
        summary="Get a post",
        description="By its slug, with HTML and Markdown. Of several posts with one slug the newest.",
        schemas={JSON: "Post"},
        operation=posts.get_post,
        parameters=(FIELD_CHOICE, INCLUDE),
        one_post=True,
    ),
    Route(
        path="/v1/tags",
        name="listTags",
        summary="List tags",
        description="By slug, with how many posts each has.",
        schemas={JSON: "TagPage"},
        operation=directories.list_tags,
        parameters=(_limit(directories.DEFAULT_LIMIT), cursor()),
    ),
    Route(
        path="/v1/authors",
        name="listAuthors",
        summary="List authors",
        description="By slug, with how many posts each has.",
        schemas={JSON: "AuthorPage"},
        operation=directories.list_authors,
        parameters=(_limit(directories.DEFAULT_LIMIT), cursor()),
    ),
    Route(
        path="/v1/archive",
        name="getArchive",
        summary="Get the archive",
        description="Years and months, with how many posts each has.",
        schemas={JSON: "Archive"},
        operation=directories.get_archive,
    ),
    Route(
        path="/v1/site",
        name="getSite",
        summary="Get the site",
        description="Title, address, language, feeds.",
        schemas={JSON: "Site"},
        operation=site_description.get_site,
    ),
    Route(
        path="/v1/changes",
        name="listChanges",
        summary="List changes",
        description=(
            "The last change of each post, for keeping a copy. A cursor skips no change; the last minutes come again."
        ),
        schemas={JSON: "ChangePage"},
        operation=changes.list_changes,
        parameters=(
            moment("since", "Where to begin: a moment whose changes are known.", "2011-01-10T12:00:00Z", days=False),
            _limit(changes.DEFAULT_LIMIT),
            cursor(),
        ),
    ),
    Route(
        path="/v1/openapi.json",
        name="getOpenApi",
        summary="Get this document",
        description="OpenAPI 3.1.",
        schemas={JSON: "object"},
        operation=documentation.get_openapi,
        reads_index=False,
    ),
    Route(
        path="/v1/docs",
        name="getDocumentation",
        summary="Get the documentation",
        description="A page for people.",
        schemas={HTML: "string"},
        operation=documentation.get_documentation,
        reads_index=False,
    ),
    Route(
        path="/v1/docs.css",
        name="getStylesheet",
        summary="Get the documentation's stylesheet",
        description="CSS.",
        schemas={CSS: "string"},
        operation=documentation.get_stylesheet,
        reads_index=False,
    ),
)

SEARCH = Address(
    path="/v1/search",
    name="search",
    summary="Search",
    description=(
        "Posts and pages with all words of `q`, the best first. Quotation marks keep words together, a minus sign "
        "before a word leaves out what has it. Where nothing has every word, `relaxed` says what was found instead."
    ),
    schemas={JSON: "SearchPage"},
    parameters=(
        text("q", "What to look for.", "voip -china", MAX_QUERY_CHARACTERS),
        *(each for each in SELECTION if each.name in {"tag", "author", "from", "to"}),
        number("limit", (1, MAX_RESULTS), "How many items a page has at most; 10 unless given.", 5, 10),
        cursor(),
    ),
    required=frozenset({"q"}),
)
# Everything that the OpenAPI document describes; the search function answers the last.
ADDRESSES: tuple[Address, ...] = (*ROUTES, SEARCH)
