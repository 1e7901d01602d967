"""From an upload to what a reader and a program find by searching."""

from urllib.parse import quote

import pytest

from tests.e2e.visits import api, get, upload
from tests.support.world import markdown
from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.e2e


def paths(cloud: LocalCloud, query: str) -> list[str]:
    return [item["path"] for item in api(cloud, f"/v1/search?q={quote(query)}")["items"]]


def test_every_sample_post_is_found_by_its_title(cloud: LocalCloud) -> None:
    for item in api(cloud, "/v1/posts?limit=100")["items"]:
        assert item["path"] in paths(cloud, item["title"])


def test_a_reader_finds_a_post_without_javascript(cloud: LocalCloud) -> None:
    item = api(cloud, "/v1/posts?limit=1")["items"][0]

    page = get(cloud, f"/search/?q={quote(item['title'])}")

    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f'href="{quote(item["path"])}"' in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert get(cloud, "/search?q=x").headers["location"] == "/search/?q=x"
    assert get(cloud, "/search/").status == 200


def test_what_search_reads_is_nobodys_page(cloud: LocalCloud) -> None:
    for key in ("manifest.json", "pages.segment"):
        assert get(cloud, f"/_search/{key}").status == get(cloud, f"/%5Fsearch/{key}").status == 404


def test_an_edit_is_found_and_what_it_replaced_is_not(cloud: LocalCloud) -> None:
    upload(cloud, "posts/searched.md", markdown("Searched", "2010-02-01", "An ornithopter."))
    cloud.wait_until_live()
    before = paths(cloud, "ornithopter")

    upload(cloud, "posts/searched.md", markdown("Searched", "2010-02-01", "A dirigible."))
    cloud.wait_until_live()

    assert [path.split("/")[-2] for path in before] == ["searched"]
    assert paths(cloud, "dirigible") == before
    assert paths(cloud, "ornithopter") == []
