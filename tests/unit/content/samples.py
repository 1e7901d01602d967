"""Short ways to read a source in a test."""

from bucketpress.content.post import Post
from bucketpress.content.post_reader import read_post
from bucketpress.content.problem import Problem, Severity
from bucketpress.content.settings.site_settings import AuthorProfile, SiteSettings, TagProfile
from bucketpress.content.source_keys import classify

SETTINGS = SiteSettings(url="https://blog.example", timezone="Europe/London")
WITH_PEOPLE = SiteSettings(
    url="https://blog.example",
    authors={
        "priya-nair": AuthorProfile(slug="priya-nair", name="Priya Nair"),
        "tomasz-wilk": AuthorProfile(slug="tomasz-wilk", name="Tomasz Wilk"),
    },
    tags={"voip": TagProfile(slug="voip", label="VoIP")},
)
TEXT_ONLY = SiteSettings(url="https://blog.example", raw_html=False)
RAW = SiteSettings(url="https://blog.example", raw_html=True, embed_hosts=("player.example",))


def read(
    text: str | bytes, key: str = "posts/2010-03-05-a-post.md", settings: SiteSettings = SETTINGS
) -> tuple[Post | None, tuple[Problem, ...]]:
    return read_post(classify(key), text.encode() if isinstance(text, str) else text, settings)


def post(text: str, key: str = "posts/2010-03-05-a-post.md", settings: SiteSettings = SETTINGS) -> Post:
    """Read a source that must be fine."""
    found, problems = read(text, key, settings)
    assert found is not None, [str(problem) for problem in problems]
    return found


def html(text: str, settings: SiteSettings = SETTINGS, key: str = "posts/2010-03-05-a-post.md") -> str:
    """Return the body of a source that must be fine."""
    return post(text, key, settings).body.html


def refusal(text: str | bytes, key: str = "posts/a-post.md", settings: SiteSettings = SETTINGS) -> Problem:
    """Return the first error of a source that must be refused."""
    found, problems = read(text, key, settings)
    assert found is None
    return next(problem for problem in problems if problem.severity is Severity.ERROR)


def front(lines: str, body: str = "Text.") -> str:
    """Return a file with front matter."""
    return f"---\n{lines}\n---\n{body}\n"
