"""From an upload with a stock S3 client to what readers and integrators get over HTTP."""

import json
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import feedparser
import pytest
import yaml

from tests.e2e.visits import api, build, differences, get, listing, remove, upload
from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "packnet-blog"
NINTH = ROOT / "samples" / "next-post.md"
QUOTES = {"\u2019": "'", "&#39;": "'", "&rsquo;": "'", "&amp;": "&", "\u201c": '"', "\u201d": '"'}
FEEDS = ("feed.xml", "atom.xml", "feed.json")


def test_every_sample_post_is_a_page_and_an_item_of_the_api(cloud: LocalCloud) -> None:
    items = api(cloud, "/v1/posts?limit=100")["items"]
    pages = {item["path"]: get(cloud, item["path"]) for item in items}

    assert len(items) >= len(list((SAMPLE / "posts").rglob("*.md"))) >= 8
    assert {page.status for page in pages.values()} == {200}
    assert all(escaped(item["title"]) in escaped(pages[item["path"]].text) for item in items)
    assert [item["published"] for item in items] == sorted((item["published"] for item in items), reverse=True)


def test_one_post_of_the_api_is_the_one_of_the_listing(cloud: LocalCloud) -> None:
    first = api(cloud, "/v1/posts?limit=1")["items"][0]

    found = api(cloud, f"/v1/posts/{first['slug']}")

    assert {name: found[name] for name in first} == first


def test_the_listing_can_be_walked_page_by_page(cloud: LocalCloud) -> None:
    everything = [item["slug"] for item in api(cloud, "/v1/posts?limit=100")["items"]]
    walked: list[str] = []
    query = "?limit=3"
    while query:
        page = api(cloud, f"/v1/posts{query}")
        walked += [item["slug"] for item in page["items"]]
        query = f"?limit=3&cursor={page['next_cursor']}" if page["next_cursor"] else ""

    assert walked == everything


def test_the_three_feeds_hold_the_same_entries_in_the_same_order(cloud: LocalCloud) -> None:
    rss, atom = (feedparser.parse(get(cloud, f"/{name}").text) for name in FEEDS[:2])
    from_json = json.loads(get(cloud, "/feed.json").text)["items"]

    assert not rss.bozo, rss.get("bozo_exception")
    assert not atom.bozo, atom.get("bozo_exception")
    assert len(from_json) >= 8
    assert [each.id for each in rss.entries] == [each.id for each in atom.entries] == [each["id"] for each in from_json]


def test_the_first_story_is_told(cloud: LocalCloud) -> None:
    (story,) = (item for item in api(cloud, "/v1/posts?tag=china")["items"] if "quarrel" in item["slug"])

    page = get(cloud, story["path"]).text

    assert "Wen Ku" in page
    assert "<blockquote" in page


def test_an_address_behaves_as_behind_cloudfront(cloud: LocalCloud) -> None:
    home = get(cloud, "/")
    missing = get(cloud, "/no/such/page/")

    assert home.headers["content-type"] == "text/html; charset=utf-8"
    assert home.headers["content-security-policy"].startswith("default-src 'none'")
    assert home.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in home.headers if name.lower().startswith("x-amz-")]
    assert get(cloud, "/", {"if-none-match": home.headers["etag"]}).status == 304
    assert (get(cloud, "/tags").status, get(cloud, "/tags").headers["location"]) == (301, "/tags/")
    assert missing.status == 404
    assert missing.text == get(cloud, "/404.html").text


def test_the_apis_own_404_is_a_problem_document(cloud: LocalCloud) -> None:
    missing = get(cloud, "/v1/posts/no-such-post")

    assert missing.status == 404
    assert missing.headers["content-type"] == "application/problem+json"


def test_every_address_of_the_api_is_served(cloud: LocalCloud) -> None:
    served = {
        path: get(cloud, path, {"accept-encoding": "gzip"})
        for path in (
            "/v1/posts",
            "/v1/tags",
            "/v1/authors",
            "/v1/archive",
            "/v1/site",
            "/v1/changes",
            "/v1/openapi.json",
            "/v1/docs",
            "/v1/docs.css",
        )
    }

    assert {path: page.status for path, page in served.items()} == dict.fromkeys(served, 200)
    assert served["/v1/docs"].headers["content-type"] == "text/html; charset=utf-8"
    assert served["/v1/openapi.json"].headers["content-encoding"] == "gzip"
    for path, page in served.items():
        again = get(cloud, path, {"if-none-match": page.headers["etag"], "accept-encoding": "gzip"})
        assert (again.status, again.text) == (304, ""), path


def test_a_listing_is_a_feed_for_those_who_ask_for_one(cloud: LocalCloud) -> None:
    feed = get(cloud, "/v1/posts", {"accept": "application/feed+json"})

    assert feed.headers["content-type"] == "application/feed+json"
    assert [each["id"] for each in json.loads(feed.text)["items"]] == [
        each["id"] for each in json.loads(get(cloud, "/feed.json").text)["items"]
    ]


def test_the_api_refuses_what_it_does_not_do_in_its_own_words(cloud: LocalCloud) -> None:
    cursor = api(cloud, "/v1/posts?limit=1")["next_cursor"]
    wrong = {
        "/v1/posts?limit=101": 400,
        "/v1/posts?page=2": 400,
        f"/v1/posts?limit=1&cursor={cursor[:-2]}xx": 400,
        f"/v1/posts?limit=1&tag=voip&cursor={cursor}": 400,
        "/v1/posts?tag=voip&author=helen-marsh": 422,
        "/v1/nothing": 404,
    }
    written = get(cloud, "/v1/posts", method="POST")
    preflight = get(
        cloud, "/v1/posts", {"origin": "https://x.example", "access-control-request-method": "GET"}, method="OPTIONS"
    )

    pages = {address: get(cloud, address) for address in wrong}
    assert {address: page.status for address, page in pages.items()} == wrong
    assert {page.headers["content-type"] for page in (*pages.values(), written)} == {"application/problem+json"}
    assert (written.status, written.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert preflight.status in {200, 204}
    assert preflight.headers["access-control-allow-origin"] == "*"


def test_the_sitemap_is_well_formed_and_leads_to_pages(cloud: LocalCloud) -> None:
    index = ET.fromstring(get(cloud, "/sitemap.xml").text)

    assert [each.tag.rpartition("}")[2] for each in index][:1] == ["sitemap"]


def test_a_ninth_post_appears_wherever_it_belongs(cloud: LocalCloud) -> None:
    matter = yaml.safe_load(NINTH.read_text("utf-8").split("---")[1])
    title, tag = matter["title"], matter["tags"][0]

    upload(cloud, "posts/next-post.md", NINTH.read_bytes())

    (item,) = (each for each in api(cloud, "/v1/posts?limit=100")["items"] if each["title"] == title)
    for path in (item["path"], "/", f"/tags/{tag}/"):
        assert title in get(cloud, path).text, path
    for feed in FEEDS:
        assert title in get(cloud, f"/{feed}").text, feed
        assert title in get(cloud, f"/tags/{tag}/{feed}").text, feed
    assert title in [each["title"] for each in api(cloud, f"/v1/posts?tag={tag}")["items"]]


def test_the_site_is_what_a_clean_build_gives_byte_for_byte(cloud: LocalCloud, tmp_path: Path) -> None:
    built = build(cloud, tmp_path)

    assert len(built) > 100
    assert differences(cloud, built) == []


def test_uploading_the_same_file_again_writes_nothing_to_the_site(cloud: LocalCloud) -> None:
    before = listing(cloud, cloud.outputs["SiteBucketName"])

    for file in sorted((SAMPLE / "posts").glob("*.md"))[:2]:
        upload(cloud, f"posts/{file.name}", file.read_bytes())

    assert listing(cloud, cloud.outputs["SiteBucketName"]) == before


def test_an_unreadable_upload_harms_nothing(cloud: LocalCloud) -> None:
    before = listing(cloud, cloud.outputs["SiteBucketName"])

    upload(cloud, "posts/broken+ %📞.md", b"---\ntitle: [\n---\n\xff\xfe")

    assert listing(cloud, cloud.outputs["SiteBucketName"]) == before
    remove(cloud, "posts/broken+ %📞.md")


def test_a_removed_post_is_gone_everywhere_and_says_so(cloud: LocalCloud) -> None:
    text = b"---\ntitle: Here for a moment\ndate: 2011-02-01\ntags: [company]\n---\nNot for long.\n"
    upload(cloud, "posts/a b+c.md", text)
    (item,) = (each for each in api(cloud, "/v1/posts?tag=company")["items"] if each["title"] == "Here for a moment")
    assert get(cloud, item["path"]).status == 200

    remove(cloud, "posts/a b+c.md")

    gone = get(cloud, item["path"])
    assert gone.status == 410
    assert gone.text
    assert get(cloud, f"/v1/posts/{item['slug']}").status == 410
    assert get(cloud, f"/v1/posts?path={quote(item['path'])}").status == 410
    changes = api(cloud, "/v1/changes?limit=100")["items"]
    assert [each["change"] for each in changes if each["id"] == item["id"]] == ["removed"]
    for path in ("/", "/tags/company/", "/feed.xml", "/sitemap.xml"):
        assert "Here for a moment" not in get(cloud, path).text


def test_a_renamed_post_is_found_by_its_old_names(cloud: LocalCloud) -> None:
    text = b"---\ntitle: To be renamed\ndate: 2011-02-02\nslug: %b\n---\nText.\n"
    upload(cloud, "posts/renamed.md", text % b"old-name")
    upload(cloud, "posts/renamed.md", text % b"new-name")

    by_slug, by_path = get(cloud, "/v1/posts/old-name"), get(cloud, "/v1/posts?path=/2011/02/old-name/&fields=slug")

    assert (by_slug.status, by_slug.headers["location"]) == (308, "/v1/posts/new-name")
    assert by_path.status == 308
    assert api(cloud, by_path.headers["location"])["items"] == [{"slug": "new-name"}]
    remove(cloud, "posts/renamed.md")


def test_nothing_ends_among_the_dead_letters(cloud: LocalCloud) -> None:
    cloud.wait_until_quiet()

    assert cloud.dead_letters() == 0


def test_a_functions_role_holds_no_more_than_its_row(cloud: LocalCloud) -> None:
    """Show that roles are enforced at all: the API's own role may not write."""
    role = next(
        each["RoleName"] for each in cloud.client("iam").list_roles()["Roles"] if "ListingApiRole" in each["RoleName"]
    )
    arn = f"arn:aws:iam::000000000000:role/{role}"
    actions = ["dynamodb:Query", "dynamodb:PutItem", "s3:GetObject"]

    answer = cloud.client("iam").simulate_principal_policy(
        PolicySourceArn=arn,
        ActionNames=actions,
        ResourceArns=[f"arn:aws:dynamodb:us-east-1:000000000000:table/{cloud.outputs['TableName']}"],
    )

    decisions = {each["EvalActionName"]: each["EvalDecision"] for each in answer["EvaluationResults"]}
    assert decisions["dynamodb:Query"] == "allowed"
    assert {decisions[name] for name in actions[1:]} == {"implicitDeny"}


def escaped(text: str) -> str:
    """Bring typographic and plain quotes, and their escapes, to one form."""
    for given, plain in QUOTES.items():
        text = text.replace(given, plain)
    return text
