"""Doubt holds back: whatever could mean "do not publish this" keeps a file from being published."""

import unicodedata

import pytest

from bucketpress.content.front_matter.doubts import says_draft
from bucketpress.content.post import Post
from bucketpress.content.post_reader import read_post
from bucketpress.content.problem import Severity
from bucketpress.content.source_keys import SourceKind, classify
from tests.unit.content.samples import SETTINGS, front, post, read, refusal


def is_held(found: Post | None) -> bool:
    """Tell whether readers never see a source, whatever the time."""
    return found is None or found.draft


SECRET = "title: Secret\ndraft: true"
ABOVE = [
    "",
    "\n",
    "\n\n \t\n",
    " ",
    "\t",
    "    ",
    "\ufeff\ufeff",
    "\u200b",
    "\u200b\u200d\u2060",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\r\n\r\n",
    "\r",
    "\u00ad",
    "\u200e",
    "\ufffd",
    "\u00ef\u00bb\u00bf",
    "<!-- vim: set ft=markdown -->\n",
    "<!-- one -->\n\n<!-- two\nlines -->\n",
    "<!-- beside -->",
    "[//]: # (a note)\n",
]
FENCES = [
    "---",
    "--- ",
    "---\t",
    "---\u00a0",
    "----",
    "----------------",
    "---yaml",
    "--- yaml",
    "---yml",
    "--- # meta",
    "- - -",
    "\u2014",
    "\u2014\u2014",
    "\u2013\u2013\u2013",
    "\u2013-",
    "-\u2013",
    "\u2014-",
    "\u2010\u2010\u2010",
    "\u2212\u2212\u2212",
    "\uff0d\uff0d\uff0d",
    "\ufe63\ufe63\ufe63",
    "\u2500\u2500\u2500",
]
CLOSING = [fence for fence in FENCES if "y" not in fence] + ["...", "\u2026", " ---", "\u200b---", "--- # end"]


@pytest.mark.parametrize("above", ABOVE)
def test_front_matter_is_found_below_what_nobody_sees(above: str) -> None:
    found, problems = read(f"{above}---\n{SECRET}\n---\nsecret text\n")

    assert found is not None
    assert (found.draft, found.entry.title, problems) == (True, "Secret", ())


@pytest.mark.parametrize("fence", FENCES)
def test_a_fence_is_read_as_devices_write_it(fence: str) -> None:
    found, problems = read(f"{fence}\n{SECRET}\n---\nsecret text\n")

    assert found is not None
    assert (found.draft, found.body.markdown) == (True, "secret text\n")
    assert len(problems) == (fence.strip(" \t") != "---")


@pytest.mark.parametrize("fence", CLOSING)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85"])
def test_a_closing_fence_is_too(fence: str, end: str) -> None:
    found, _ = read(f"---\n{SECRET}\n{fence}\nsecret text\n".replace("\n", end))

    assert found is not None
    assert (found.draft, found.body.markdown) == (True, "secret text\n")


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Secret\ndraft: true\nsecret text",
        "---\ntitle Secret\ndraft: true\n---\ntext",
        "---\ntitle: Secret\ndraft: true\n\nsecret text\n\n---\nmore",
        "---\ntitle: 'Secret\ndraft: true\n---\ntext",
        "--\ntitle: Secret\ndraft: true\n--\ntext",
        "***\ntitle: Secret\ndraft: true\n***\ntext",
        "===\ntitle: Secret\nstatus: odd\n===\ntext",
        "\\---\ntitle: Secret\ndraft: true\n---\ntext",
        "```yaml\ntitle: Secret\ndraft: true\n```\ntext",
        "~~~\n---\ntitle: Secret\nDraft : true\n---\n~~~\ntext",
        "# A heading\n---\ntitle: Secret\ndraft: true\n---\ntext",
        "# A heading\n\n---\ntitle: Secret\nslug: secret\n---\ntext",
        "x\n---\ntitle: Secret\ndraft: true\n---\ntext",
        "# A heading\n\ndraft: true\n\ntext",
        "Text.\n\n**Status:** draft\n",
        "Text.\n\n- published: false\n",
        "<!-- draft: true -->\n\ntext",
        "<!--\ntitle: Secret\ndraft: true\n-->\ntext",
        "<!--\n.. title: Secret\n.. status: private\n-->\ntext",
        "[//]: # (draft: true)\n\ntext",
        "#+TITLE: Secret\n#+DRAFT: true\ntext",
        "% title\n% draft: true\n",
        ":title: Secret\n:status: draft\n\ntext",
        "Draft=true\n\ntext",
        "draft = true\n\ntext",
        '"draft": true,\n\ntext',
        "{title: Secret, draft: true}\ntext",
        '{"title": "Secret", "draft": tru',
        "+++\ndraft = true\n",
        "Draft: maybe\n\ntext",
        "\uff24\uff52\uff41\uff46\uff54\uff1a true\n\ntext",
        front("title: A", "---\ntitle: Secret\ndraft: true\n---\ntext"),
        front("title: A", "\n---\ntitle: B\n---\ntext"),
        front("title: A", "<!-- draft: true -->\n\ntext"),
        front("title: A", "draft: true\n\ntext"),
        front("title: A", "+++\ndraft = true\n+++\ntext"),
        front("title: A", "**DRAFT**\n\ntext"),
        front("title: A", "> Do not publish yet!\n\ntext"),
        front("title: A", "> DRAFT - do not publish\n\ntext"),
        front("title: A", "*First draft, not for publication.*\n\ntext"),
        front("title: A", "TODO: do not publish\n\ntext"),
        front("title: A", "#ideas #status/draft\n\ntext"),
        front("title: A", "[WIP]\n\ntext"),
        front("title: A", "Work in progress...\n\ntext"),
        "<!-- draft: true -->\n" + front("title: A"),
        "---\n---\ndraft: true\n\ntext",
        "DRAFT\n\ntext",
        "**[Draft]**\n\ntext",
        "<!-- DRAFT -->\n\ntext",
        "<!-- Do not publish! -->\n" + front("title: A"),
        "#draft\n\ntext",
        "--- title: S\ndraft: true\n---\ntext",
        "> ---\n> draft: true\n> ---\ntext",
        "title: S\n\ndraft: true\n\ntext",
        "---\n- draft: true\n- title: x\n---\ntext",
        "---javascript\nmodule.exports = {draft: true}\n---\ntext",
        "---js\nreturn {draft: true}\n---\ntext",
        front("title: x\ndraft:true"),
        front("title: x\ndraft"),
        front("title: x\n<<: {draft: true}"),
    ],
)
def test_what_could_be_front_matter_and_cannot_be_read_is_never_shown(text: str) -> None:
    problem = refusal(text, "posts/2010-03-05-a.md")

    assert problem.severity is Severity.ERROR
    assert problem.line
    assert problem.fix


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nText below a rule.\n",
        "---\n\nText.\n\n---\n\nMore: with a colon.\n",
        "----\nText.\n",
        "- - -\n\nText.\n\n- - -\n",
        "\u2014\n\nText after a dash.\n",
        "***\n\nText.\n\n***\n",
        "Text.\n\n---\n\nText.\n\n---\n",
        "A heading\n---\nText.\n\n---\nNote: this is prose.\n---\n",
        "| a | b |\n|---|---|\n| draft | true |\n",
        "-- a dash and text\n",
        "\u2013 a list as some people type it\n\u2013 second\n",
        "Note: this post is prose.\n\nText.\n",
        "The draft: true or false?\n\nText.\n",
        "```yaml\nname: An example\n```\n",
        "Text.\n" + "More text.\n\n" * 20 + "---\ntitle: An example\ndraft: true\n---\n",
        "{: .class}\nText.\n",
        "{{< note >}}\nText.\n",
        "{% include x %}\nText.\n",
        "Steps:\n\n- draft\n- review\n",
        front("title: x\n#draft: true"),
        front("title: About front matter", "Write this:\n\n```\n---\ndraft: true\n---\n```\n"),
        front("title: A", "---\n\nText below a rule.\n"),
        front("title: A", "Summary: this is prose.\n\n---\n"),
    ],
)
def test_an_ordinary_post_with_rules_and_colons_is_published(text: str) -> None:
    found, problems = read(text)

    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    assert not is_held(found)


@pytest.mark.parametrize(
    "line",
    [
        "draft: true",
        "Draft: true",
        "DRAFT: TRUE",
        "dRaFt: Yes",
        "draft : true",
        "'draft': true",
        '"Draft": "True"',
        "draft: ' true '",
        "draft: on",
        "draft: 1",
        "draft: y",
        "draft: t",
        "draft: [true]",
        "draft: !true",
        "draft: \uff54\uff52\uff55\uff45",
        "\uff44\uff52\uff41\uff46\uff54: true",
        "dr\u200baft: true",
        "is-draft: true",
        "is_draft: true",
        "isDraft: true",
        "IsDraft: true",
        "is draft: true",
        "published: false",
        "Published: no",
        "publish: off",
        "Publish: 0",
        "is_published: n",
        "public: false",
        "listed: false",
        "visible: false",
        "status: draft",
        "Status: Draft",
        "status: [draft]",
        "status: '\"draft\"'",
        "status: draft.",
        "state: hidden",
        "visibility: private",
        "visibility: unlisted",
        "status: pending",
        "post_status: draft",
        "status: trash",
        "hidden: true",
        "private: yes",
        "unlisted: true",
        "hide: true",
        "unpublished: true",
        "unpublish: true",
        "drafts: true",
        "do-not-publish: true",
        "headless: true",
        "password: x",
        "Password: 0",
        "password: false",
        "build: {render: never}",
        "_build: {render: never}",
        "Build: {Render: Never}",
        "build: {render: false}",
        "build: {list: never}",
        "params: {draft: true}",
        "Params: {Draft: true}",
        "extra: {draft: true}",
        "extra: {params: {hidden: true}}",
        "permalink: false",
        "entwurf: ja\nstatus: entwurf",
        "brouillon: true",
        "draft: false\npublished: false",
        "draft: true\ndraft: false",
        "Draft: true\ndraft: false",
        "draft: false\nextra: {draft: true}",
        "members_only: true",
        "membersOnly: yes",
        "access: subscribers",
        "audience: only_paid",
        "confidential: true",
        "deleted: true",
        "enabled: false",
        "isActive: no",
        "render: false",
        "build: false",
        "not_public: true",
        "no-draft: false",
        "shouldPublish: false",
        "publish_to_web: no",
        "private_post: true",
        "publishState: private",
        "review_status: pending",
        "publié: non",
        "公開: false",
        "work-in-progress: yes",
    ],
)
def test_every_word_for_a_draft_withholds(line: str) -> None:
    found, problems = read(front(f"title: Secret\n{line}"))

    assert is_held(found), problems


@pytest.mark.parametrize(
    "line",
    [
        "draft: maybe",
        "draft: 2",
        "draft: later",
        "draft: {a: b}",
        "draft: [a, b]",
        "draft: !!bool true",
        "published: maybe",
        "hidden: sometimes",
        "status: odd",
        "status: true",
        "state: odd draft",
        "visibility: [public, odd]",
        "build: {render: odd}",
        "darft: true",
        "drfat: yes",
        "daraft: true",
        "dratf: true",
        "draf: true",
        "dr\u0430ft: true",
        "isdarft: true",
        "hiden: true",
        "privat: true",
        "unlistd: true",
        "pubished: false",
        "statut: brouillon",
        "stauts: odd",
        "draft_post: true",
        "hugo-draft: true",
        "postDraft: yes",
        "stage: draft",
        "type: Draft",
        "workflow: [draft]",
        "meta: {draft: true}",
        "data: {post: {published: false}}",
        "publishDate: never",
        "publish_date: soon",
        "embargo: until Monday",
        "post: {status: draft}",
        "cascade: {build: {render: never}}",
        "cascade: [{draft: true}]",
        "expires: soon",
    ],
)
def test_what_is_not_understood_withholds_with_an_error(line: str) -> None:
    problem = refusal(front(f"title: Secret\n{line}"), "posts/2010-03-05-a.md")

    assert problem.line == 3
    assert problem.fix


def test_a_slip_of_the_finger_is_told_what_was_meant() -> None:
    assert "Did you mean `draft`?" in refusal(front("darft: true"), "posts/2010-03-05-a.md").fix
    assert "Did you mean `published`?" in refusal(front("pubished: false"), "posts/2010-03-05-a.md").fix


@pytest.mark.parametrize(
    "line",
    [
        "draft: false",
        "Draft: No",
        "draft:",
        'draft: ""',
        "draft: null",
        "published: true",
        "published: 2010-03-05",
        "publish: yes",
        "status: published",
        "state: California",
        "state: New York",
        "status: complete",
        "access: public",
        "show: Friday",
        "ready: 5",
        "live: https://example.org",
        "Status: Publish",
        "status:",
        "visibility: public",
        "hidden: false",
        "password:",
        'password: ""',
        "build: {render: always, list: always}",
        "build: {publishResources: false}",
        "noindex: true",
        "sitemap: false",
        "craft: true",
        "drift: true",
        "draft_date: 2010-03-01",
        "drafted_by: Jane",
        "publisher: Example Press",
        "stats: true",
        "hide_title: true",
        "comments: hidden",
        "location: private",
        "drafts: false",
        "resources: [{src: a.png, hidden: true}]",
    ],
)
def test_what_says_something_else_is_published(line: str) -> None:
    found, problems = read(front(f"date: 2010-03-05\n{line}"))

    assert found is not None, problems
    assert not found.draft


def test_the_latest_of_its_dates_decides_when_a_post_goes_live() -> None:
    for key in ("publishDate", "publishdate", "publish_date", "published_at", "pubDate", "published", "Publish"):
        found = post(front(f"date: 2010-03-05\n{key}: 2099-01-01"))
        assert (str(found.entry.published)[:10], str(found.goes_live)[:10]) == ("2010-03-05", "2099-01-01")
    found = post(front("date: 2010-03-05\npublishDate: 2009-01-01"))
    assert (str(found.entry.published)[:10], str(found.goes_live)[:10]) == ("2010-03-05", "2010-03-05")
    assert str(post(front("publishDate: 2011-01-01\npublished_at: 2012-01-01")).entry.published)[:10] == "2011-01-01"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b" \r\n\t",
        b"\xef\xbb\xbf",
        "\u200b\u00a0\n".encode(),
        b"---\n---\n",
        b"---\n\n---\n \n",
        b"<!-- x -->",
    ],
)
def test_an_empty_file_is_one_that_is_still_to_be_written(data: bytes) -> None:
    found, problems = read_post(classify("posts/2010-03-05-a.md"), data, SETTINGS)

    assert found is None
    assert problems[0].message == "The file is empty."


def test_an_update_before_the_date_is_taken_as_the_date() -> None:
    entry = post(front("date: 2010-03-05\nupdated: 2009-01-01")).entry

    assert entry.updated == entry.published


def test_keys_are_known_in_any_spelling() -> None:
    entry = post(front("TITLE: T\nDate: 2010-01-02\nLast-Modified-At: 2010-02-03\nTags: [a]\nSLUG: s")).entry

    assert (entry.title, entry.path, [tag.label for tag in entry.tags]) == ("T", "/2010/01/s/", ["a"])
    assert entry.updated is not None
    assert entry.updated.month == 2


def test_a_key_in_another_normal_form_is_the_same_key() -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert is_held(read(front(unicodedata.normalize(form, "ｄｒａｆｔ: true")))[0])


@pytest.mark.parametrize(
    "key",
    [
        *("posts/Drafts/a.md", "posts/drafts /a.md", "posts/private/a.md", "posts/brouillons/a.md"),
        *("posts/a.draft.md", "posts/a [Draft].md", "posts/a.bak.md", "posts/a.old.md", "posts/_a.md"),
    ],
)
def test_a_name_that_says_draft_withholds(key: str) -> None:
    source = classify(key)

    assert source.kind is SourceKind.HELD or source.draft


@pytest.mark.parametrize(
    "key",
    [
        "posts/2010-03-05-nba-draft.md",
        "posts/private-keys.md",
        "posts/v1.0.md",
        "posts/NBA-DRAFT.md",
        "posts/copycat.md",
        "posts/copy-of-it.md",
        "posts/v1.0/index.md",
    ],
)
def test_a_name_with_such_a_word_in_it_is_a_post(key: str) -> None:
    assert (classify(key).kind, classify(key).draft) == (SourceKind.POST, False)


@pytest.mark.parametrize("line", ["expiry: 2012-01-01", "expires_at: 2012-01-01", "unpublish_on: 2012-01-01"])
def test_other_words_for_the_end_of_a_post_are_known(line: str) -> None:
    assert str(post(front(line)).expires)[:10] == "2012-01-01"


@pytest.mark.parametrize(
    "key", ["datePublished", "published_date", "post_date", "go_live_at", "visible_from", "goes_live", "hidden_until"]
)
def test_other_words_for_the_day_it_goes_live_are_known(key: str) -> None:
    assert str(post(front(f"date: 2010-03-05\n{key}: 2099-01-01")).goes_live)[:10] == "2099-01-01"


@pytest.mark.parametrize(
    "line", ["tags: ['a NOTE']", "author: A NOTE", "image: a.png\nimage_alt: x NOTE", "slug: aNOTE"]
)
def test_a_comment_in_any_value_reaches_nobody(line: str) -> None:
    found = post(front(line.replace("NOTE", "<!-- zzsecret -->")))

    assert "zzsecret" not in repr(found)


HELD_TITLES = [
    *(
        "[DRAFT] My title",
        "(draft) My title",
        "My title (draft)",
        "My title [WIP]",
        "DRAFT: My title",
        "Draft: My title",
    ),
    *(
        "WIP \u2013 title",
        "WIP - title",
        "WIP title here",
        "DRAFT My title",
        "My title - draft",
        "My title \u2014 DRAFT",
    ),
    *(
        "\u3010草稿\u3011标题",
        "草稿：标题",
        "Entwurf: Der Titel",
        "Titel (Entwurf)",
        "Brouillon : Le titre",
        "下書き：x",
    ),
    *("draft", "Untitled draft", "[Draft 2] x", "(first draft) x", "DRAFT v3 - My title", "[WIP!!] x", "TODO: write"),
    *("Work in progress: x", "[Private] x", "[do not publish] x", "Draft | x", "*DRAFT* x", "#draft x", "Draft #2: x"),
    *(
        "\uff24\uff32\uff21\uff26\uff34\uff1ax",
        "черновик: x",
        "[draft]My title",
        "x [draft, v2]",
        "[not yet published] x",
    ),
]
PUBLISHED_TITLES = [
    *("Draft of the new law", "The draft is here", "Draft horses", "How to draft a letter", "Drafts and revisions"),
    *("NBA Draft: who goes first", "The NFL Draft (2024)", "Draft beer: a history", "From draft to done", "On drafts"),
    *("A WIP limit explained", "WIP limits: why", "TODO List Next Week", "Private: a memoir", "Hidden: the film"),
    "Working with [draft] in Hugo posts",
]


@pytest.mark.parametrize("title", HELD_TITLES)
def test_a_title_that_names_itself_a_draft_withholds(title: str) -> None:
    assert read(front(f"title: '{title}'"))[0] is None
    assert says_draft(title)


@pytest.mark.parametrize("title", PUBLISHED_TITLES)
def test_a_title_that_speaks_of_drafts_does_not(title: str) -> None:
    assert not is_held(read(front(f"title: '{title}'"))[0])


@pytest.mark.parametrize(
    "line", ["title: draft", "tags: [draft]", "tags: x, WIP", "category: draft", "title: '[WIP] x'"]
)
@pytest.mark.parametrize("said", ["draft: false", "published: true", "status: published"])
def test_a_key_takes_the_doubt_away_that_a_title_or_tag_leaves(line: str, said: str) -> None:
    assert is_held(read(front(line))[0])
    assert not is_held(read(front(f"{line}\n{said}"))[0])


def test_a_heading_that_gives_the_title_counts_as_it() -> None:
    assert is_held(read("# [Draft] My title\n\nText.\n")[0])
    assert not is_held(read(front("title: T", "# [Draft] My title\n\nText."))[0])


@pytest.mark.parametrize(
    "line", ["title: T draft: true", "title: T, draft: true", "author: x, published: false", "a: b hidden: yes"]
)
def test_two_keys_in_one_line_withhold(line: str) -> None:
    assert "in a line of its own" in refusal(front(line), "posts/2010-03-05-a.md").fix


@pytest.mark.parametrize("line", ["title: 'About draft: true'", "title: How draft works", "title: 'T, draft: true'"])
def test_quoted_text_is_text(line: str) -> None:
    assert not is_held(read(front(line))[0])


@pytest.mark.parametrize(
    "text",
    [
        '{\n// note\n"title": "T", "draft": true}',
        '{\n"title": "T", /* note */ "draft": true,\n}',
        "{\n  title: 'It\\'s \"T\"',\n  draft: true,\n}",
        '{\n  # note\n "title": "T", "draft": true}',
        '// note\n{\n "title": "T", "draft": true}',
        '/* note */\n{\n "title": "T", "draft": true}',
        "---json5\n{title: 'T', draft: true,}\n---",
        "---jsonc\n{'title': 'T', // note\n'draft': true}\n---",
    ],
)
def test_json_is_read_as_people_write_it(text: str) -> None:
    found, problems = read(text + "\n\nText.\n")

    assert found is not None, problems
    assert found.draft
    assert "T" in found.entry.title
    assert found.body.markdown.strip() == "Text."


@pytest.mark.parametrize(
    "text",
    [
        "<!--\ntitle: T\ndate: 2999-01-01\n-->",
        "<!--\n---\ntitle: T\nslug: t\n---\n-->",
        "<!-- publishDate: 2999-01-01 -->",
        "<!--\n.. title: T\n.. date: 2999-01-01\n-->",
        ".. title: T\n.. date: 2999-01-01",
        ":title: T\n:date: 2999-01-01",
        "#+TITLE: T\n#+DATE: 2999-01-01\n# Heading",
        "@title: T\n@tags: x",
        "% T\n% Author\n% 2999-01-01",
        "\\---\ntitle: T\ndate: 2999-01-01\n\\---",
        '"""\ntitle: T\ndate: 2999-01-01\n"""',
    ],
)
def test_front_matter_in_other_clothes_is_never_text(text: str) -> None:
    assert refusal(text + "\n\nText.\n", "posts/2010-03-05-a.md").line in {1, 2}


@pytest.mark.parametrize(
    "text",
    [
        "<!-- vim: set ft=markdown -->",
        "<!-- Author: Jane -->",
        ":wave: Hello: world",
        "// a slash",
        "100 % sure",
        "% of it",
    ],
)
def test_a_text_that_begins_with_a_mark_is_published(text: str) -> None:
    assert not is_held(read(text + " more\nand more.\n")[0])


@pytest.mark.parametrize(
    "line",
    [
        *("settings: {private: true}", "meta: {visibility: private}", "ghost: {visibility: members}", "build: never"),
        *("meta: 'draft: true'", "phase: WIP", "note: do not publish", "privé: oui", "versteckt: ja", "隠す: はい"),
        *("sharing: private", "sichtbarkeit: privat", "approved: no", "ready_for_publication: false", "todo: true"),
    ],
)
def test_words_of_more_tools_and_languages_withhold(line: str) -> None:
    assert is_held(read(front(f"title: T\n{line}"))[0])


@pytest.mark.parametrize(
    "line",
    [
        *(
            "cover: {hidden: true}",
            "menu: {hide: true}",
            "address: {state: Bayern}",
            "sharing: twitter",
            "final: score",
        ),
        *("feed: false", "search: false", "robots: noindex", "note: drafts of the law", "sidebar: {visible: false}"),
    ],
)
def test_words_about_something_else_do_not(line: str) -> None:
    assert not is_held(read(front(f"title: T\n{line}"))[0])
