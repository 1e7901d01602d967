"""Links and pictures that name sources: from the root, and in whichever spelling macOS or others have uploaded them."""

import unicodedata

import pytest

from tests.support.pictures import png
from tests.support.world import SITE_YAML, World, clean_build, markdown


@pytest.fixture
def world() -> World:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    return world


def page(world: World, key: str = "2010/03/a/index.html") -> str:
    world.settle()
    assert world.live() == clean_build(world)
    return world.page(key)


def problems(world: World, key: str = "posts/a.md") -> list[str]:
    receipt = world.record(key).receipt
    return [problem.message for problem in receipt.problems] if receipt else []


def test_a_link_from_the_root_to_a_source_leads_to_its_page(world: World) -> None:
    text = "[b](/posts/2010-02-14-b.md#part) [about](/pages/about.md) ![x](/static/img/x.png) [y](/static/y.pdf?v=1)"
    world.upload("posts/a.md", markdown("A", text=text))
    world.upload("posts/2010-02-14-b.md", markdown("B", "2010-02-14", text="## Part"))
    world.upload("pages/about.md", b"# About\n")
    world.upload("static/img/x.png", png(3, 2))
    world.upload("static/y.pdf", b"%PDF")

    html = page(world)

    assert all(f'href="{path}"' in html for path in ("/2010/02/b/#part", "/about/", "/y.pdf?v=1"))
    assert '<img src="/img/x.png" alt="x" loading="eager" decoding="async" width="3" height="2">' in html or (
        'src="/img/x.png"' in html and 'width="3" height="2"' in html
    )
    assert problems(world) == []


def test_a_link_from_the_root_to_a_page_or_a_file_of_the_site_stays(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="[t](/tags/) [f](/feed.xml) [m](/x.md)"))

    html = page(world)

    assert all(f'href="{target}"' in html for target in ("/tags/", "/feed.xml", "/x.md"))


def test_a_link_from_the_root_to_a_source_that_is_not_there_is_told(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="[b](/posts/b.md)"))

    assert "/posts/b.md" not in page(world)
    assert ["posts/b.md leads nowhere" in message for message in problems(world)] == [True]


def test_a_post_below_content_is_found_from_the_root_of_the_content(world: World) -> None:
    world.upload("content/posts/a.md", markdown("A", text="[b](/posts/b.md)"))
    world.upload("content/posts/b.md", markdown("B", "2010-02-14"))

    assert 'href="/2010/02/b/"' in page(world)


@pytest.mark.parametrize("uploaded", ["NFC", "NFD"])
@pytest.mark.parametrize("written", ["NFC", "NFD"])
@pytest.mark.parametrize("first", ["linking", "linked"])
def test_names_are_compared_composed(world: World, uploaded: str, written: str, first: str) -> None:
    name = "Été" + "が"
    there, named = unicodedata.normalize(uploaded, name), unicodedata.normalize(written, name)  # type: ignore[arg-type]
    linking = {
        "posts/a.md": markdown("A", text=f"[the other]({named}.md) ![sea]({named}.png) ![s](/static/{named}.gif)")
    }
    linked = {
        f"posts/{there}.md": markdown("B", "2010-02-14"),
        f"posts/{there}.png": png(3, 2),
        f"static/{there}.gif": b"GIF89a\x05\x00\x04\x00",
    }
    for key, data in (linking | linked if first == "linking" else linked | linking).items():
        world.upload(key, data)
        world.settle()

    html = page(world)

    assert 'href="/2010/02/ete%E3%81%8C/"' in html
    assert 'width="3" height="2"' in html
    assert 'width="5" height="4"' in html
    assert problems(world) == []


def test_two_files_whose_names_differ_only_in_composition_are_one_address(world: World) -> None:
    for form in ("NFC", "NFD"):
        world.upload(f"posts/{unicodedata.normalize(form, 'é')}.md", markdown(form))  # type: ignore[arg-type]
    world.upload("posts/a.md", markdown("A", text="[é](é.md)"))

    assert 'href="/2010/03/e/"' in page(world)
    states = sorted(world.record(f"posts/{unicodedata.normalize(form, 'é')}.md").state.value for form in ("NFC", "NFD"))  # type: ignore[arg-type]
    assert states == ["published", "shadowed"]


def test_a_file_that_takes_the_place_of_its_other_spelling_is_found(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="[é](é.md)"))
    world.upload("posts/é.md", markdown("NFC"))
    world.settle()
    world.delete("posts/é.md")
    world.upload(f"posts/{unicodedata.normalize('NFD', 'é')}.md", markdown("NFD", slug="other"))

    assert 'href="/2010/03/other/"' in page(world)


@pytest.mark.parametrize(("uploaded", "written"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_picture_that_only_a_draft_shows_is_withheld_however_its_name_is_composed(
    world: World, uploaded: str, written: str
) -> None:
    name = unicodedata.normalize(uploaded, "é")  # type: ignore[arg-type]
    shown = f"![x]({unicodedata.normalize(written, 'é')}.png)"  # type: ignore[arg-type]
    world.upload(f"posts/{name}.png", png(3, 2))
    world.upload("posts/a.md", markdown("A", text=shown, draft="true"))
    world.settle()

    assert world.record(f"posts/{name}.png").published_path is None

    world.upload("posts/a.md", markdown("A", text=shown))

    assert 'width="3" height="2"' in page(world)
    assert world.record(f"posts/{name}.png").published_path is not None
