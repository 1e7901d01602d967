"""Which listings a post is in, and whose names its byline holds."""

from dataclasses import replace

import pytest

from bucketpress.content.problem import Severity
from bucketpress.content.slugs import SlugStyle
from tests.unit.content.samples import SETTINGS, front, post, read

ASCII = replace(SETTINGS, slugs=SlugStyle.ASCII)


def test_tags_that_differ_in_symbols_have_listings_of_their_own() -> None:
    found, problems = read(front('tags: [C, C++, "C#", .NET, net, "&", R&D, RD, A+, A*, "©"]'))

    assert found is not None
    assert problems == ()
    slugs = [tag.slug for tag in found.entry.tags]
    assert slugs[:6] == ["c", "cpp", "csharp", "dotnet", "net", "and"]
    assert len(set(slugs)) == len(slugs) == 11


@pytest.mark.parametrize("style", [SlugStyle.UNICODE, SlugStyle.ASCII])
def test_tags_and_people_that_sound_alike_stay_apart(style: SlugStyle) -> None:
    lines = "authors: [李伟, 李薇]\ntags: [时间, 事件, 实践]"

    entry = post(front(lines), settings=replace(SETTINGS, slugs=style)).entry

    assert [author.name for author in entry.authors] == ["李伟", "李薇"]
    assert len({author.slug for author in entry.authors}) == 2
    assert len({tag.slug for tag in entry.tags}) == 3


def test_a_person_has_one_page_whatever_else_a_byline_holds() -> None:
    joint = post(front("authors: [李伟, 李薇]"), settings=ASCII).entry.authors
    alone = post(front("author: 李薇"), settings=ASCII).entry.authors

    assert alone == joint[1:]


def test_people_whose_names_leave_one_slug_are_both_in_the_byline_with_a_warning() -> None:
    found, problems = read(front("authors: [José Díaz, Jose Diaz]"))

    assert found is not None
    assert [author.name for author in found.entry.authors] == ["José Díaz", "Jose Diaz"]
    assert [problem.severity for problem in problems] == [Severity.WARNING]
    assert '"José Díaz" and "Jose Diaz"' in problems[0].message


def test_a_warning_names_two_tags_that_leave_one_slug() -> None:
    found, problems = read(front("tags: [résumé, resume, Node.js, Node JS]"))

    assert found is not None
    assert [tag.label for tag in found.entry.tags] == ["résumé", "Node.js"]
    assert ['"résumé" and "resume"' in problems[0].message, '"Node.js" and "Node JS"' in problems[1].message] == [
        True
    ] * 2


def test_tags_that_differ_in_case_or_width_are_one_without_a_word() -> None:
    found, problems = read(front("tags: [Go, go, ＧＯ]"))

    assert found is not None
    assert [tag.label for tag in found.entry.tags] == ["Go"]
    assert not any(problem.severity is Severity.ERROR for problem in problems)


@pytest.mark.parametrize("text", ["one, two", "one; two", "one，two", "one、two"])
def test_a_text_of_several_tags_is_split(text: str) -> None:
    assert [tag.label for tag in post(front(f"tags: {text}")).entry.tags] == ["one", "two"]


def test_a_hash_before_a_tag_is_not_part_of_it_unless_it_is_all_there_is() -> None:
    assert [tag.slug for tag in post(front("tags: ['#voip', '#']")).entry.tags] == ["voip", "sharp"]
