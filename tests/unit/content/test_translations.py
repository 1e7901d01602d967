"""A file in another language than the site's is held back; one in the site's own is a post like any other."""

import pytest

from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify
from bucketpress.content.translations import split_language

TEXT = b"---\ntitle: A\ndate: 2010-03-05\n---\nText.\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("index.de", ("index", "de")),
        ("a-post.pt-br", ("a-post", "pt-br")),
        ("a-post.zh_Hans", ("a-post", "zh_Hans")),
        ("a.b.fr", ("a.b", "fr")),
        ("a-post", ("a-post", None)),
        ("socket.io", ("socket.io", None)),
        ("asp.net", ("asp.net", None)),
        ("node.js", ("node.js", None)),
        ("release-1.0", ("release-1.0", None)),
        (".de", (".de", None)),
    ],
)
def test_only_a_language_people_publish_in_is_taken_off_a_name(name: str, expected: tuple[str, str | None]) -> None:
    assert split_language(name) == expected


@pytest.mark.parametrize("key", ["posts/a.de.md", "posts/a/index.de.md", "_posts/2010-03-05-a.de-AT.markdown"])
def test_a_translation_is_held_back_and_says_into_what(key: str) -> None:
    post, problems = read_post(classify(key), TEXT, SiteSettings(url="https://a.example", language="en"))

    assert post is None
    assert "translation" in problems[0].message


@pytest.mark.parametrize("key", ["posts/a.de.md", "posts/a/index.de.md"])
def test_a_file_in_the_language_of_the_site_has_its_address_without_the_language(key: str) -> None:
    post, problems = read_post(classify(key), TEXT, SiteSettings(url="https://a.example", language="de-AT"))

    assert (post.entry.path if post else "", problems) == ("/2010/03/a/", ())
