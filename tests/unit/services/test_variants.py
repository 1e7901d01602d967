"""Pages offer smaller versions of a picture once they are there; what is withdrawn takes them with it."""

import io
import re

import pytest
from PIL import Image, ImageChops, ImageStat

from bucketpress.content.pictures.iso_boxes import UnreadablePictureError
from bucketpress.content.pictures.webp_encoder import webp_of
from bucketpress.site.layout import section_of_artifact
from tests.support.photographs import SECRET, SIDEWAYS, encoded, exif, opened, pixels
from tests.support.world import World, audit_of, clean_world, markdown

PAGE = "2010/03/x/index.html"
PICTURE = "posts/x/p.jpg"
VARIANTS = "_bucketpress/variants/_bucketpress/media/posts/x/p.jpg/"
POST = markdown(text="![A bridge](p.jpg)", image="p.jpg")


def wide(width: int, form: str = "JPEG", **options: object) -> bytes:
    return encoded(form, pixels(width, width // 2), **options)


def widths_in(world: World) -> list[int]:
    """Return the widths that the page of the post offers, each of which is there and as wide as it says."""
    srcset = re.search(r'<img[^>]* srcset="([^"]*)"', world.page(PAGE))
    found = []
    for candidate in srcset[1].split(", ") if srcset else []:
        url, width = candidate.split(" ")
        data = world.site.data(url.removeprefix("/"))
        assert (opened(data).format, f"{opened(data).width}w") == ("WEBP", width)
        found.append(opened(data).width)
    return found


def variants_of(world: World) -> set[str]:
    return {key for key in world.live() if key.startswith(VARIANTS)}


@pytest.fixture
def world() -> World:
    return World(encode=webp_of)


def clean(world: World) -> dict[str, bytes]:
    return clean_world(world.content, world.now, encode=webp_of).live()


@pytest.mark.parametrize("picture_first", [True, False])
def test_a_page_offers_the_smaller_versions_whichever_came_first(world: World, *, picture_first: bool) -> None:
    uploads = [(PICTURE, wide(1200)), ("posts/x/index.md", POST)]
    for key, data in uploads if picture_first else reversed(uploads):
        world.upload(key, data)
        world.settle()

    assert widths_in(world) == [480, 960, 1200]
    assert world.live() == clean(world)
    assert all(section_of_artifact(key) == f"variants:/_bucketpress/media/{PICTURE}" for key in variants_of(world))


def test_the_text_is_live_before_the_smaller_versions(world: World) -> None:
    world.upload(PICTURE, wide(1200))
    world.upload("posts/x/index.md", POST)
    late: list[str] = []
    while (key := world.sources.take()) or (section := world.pages.take()):
        if key:
            world.publisher.publish(key)
        elif section.startswith("variants:"):
            late.append(section)
        else:
            world.refresher.refresh(section)

    assert 'src="/_bucketpress/media/posts/x/p.jpg"' in world.page(PAGE)
    assert widths_in(world) == []
    world.pages.send(late)
    world.settle()
    assert widths_in(world) == [480, 960, 1200]


@pytest.mark.parametrize(("width", "widths"), [(300, []), (480, []), (700, [480, 700]), (2400, [480, 960, 1600])])
def test_no_version_is_larger_than_the_picture(world: World, width: int, widths: list[int]) -> None:
    world.upload(PICTURE, wide(width))
    world.upload("posts/x/index.md", POST)
    world.settle()

    assert widths_in(world) == widths


def test_withdrawing_the_post_withdraws_every_version(world: World) -> None:
    world.upload(PICTURE, wide(1200))
    world.upload("posts/x/index.md", POST)
    world.settle()
    were = variants_of(world)

    world.delete("posts/x/index.md")
    world.settle()
    world.upload("posts/x/index.md", markdown(draft="true"))
    world.settle()

    assert len(were) == 3
    assert {world.status(key) for key in were} == {410}
    assert variants_of(world) == set()


def test_versions_of_a_replaced_picture_lead_to_the_present_one(world: World) -> None:
    world.upload(PICTURE, wide(1200))
    world.upload("posts/x/index.md", POST)
    world.settle()
    were = variants_of(world)

    world.upload(PICTURE, wide(1000))
    world.settle()

    stored = {world.site.head(key) for key in were}
    assert {each.redirect_to for each in stored if each} == {"/_bucketpress/media/posts/x/p.jpg"}
    assert widths_in(world) == [480, 960, 1000]
    assert world.live() == clean(world)


def test_a_picture_put_back_is_offered_again(world: World) -> None:
    world.upload("posts/x/index.md", POST)
    for data in (wide(1200), wide(1000), wide(1200)):
        world.upload(PICTURE, data)
        world.settle()
    world.delete(PICTURE)
    world.settle()
    assert widths_in(world) == []
    world.upload(PICTURE, wide(1200))
    world.settle()

    assert widths_in(world) == [480, 960, 1200]
    assert world.live() == clean(world)


def test_a_lost_message_is_made_good_by_the_audit(world: World) -> None:
    world.upload(PICTURE, wide(1200))
    world.upload("posts/x/index.md", POST)
    world.settle()
    lost = min(variants_of(world))
    world.site.lose(lost)

    audit_of(world).go_on(world.index.settings().generation("test"), world.now)  # type: ignore[union-attr]
    world.settle()

    assert lost in variants_of(world)
    assert world.live() == clean(world)


@pytest.mark.parametrize(
    "picture",
    [
        wide(1200)[:300] + b"noise" * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        encoded("WEBP", pixels(800, 40), save_all=True, append_images=[pixels(800, 40).rotate(180)]),
    ],
)
def test_a_picture_that_cannot_be_encoded_is_shown_as_it_is(world: World, picture: bytes) -> None:
    world.upload(PICTURE, picture)
    world.upload("posts/x/index.md", POST)
    world.settle()

    assert widths_in(world) == []
    assert variants_of(world) == set()
    assert world.live() == clean(world)


def test_cards_and_feeds_offer_them_too(world: World) -> None:
    world.upload(PICTURE, wide(1200))
    world.upload("posts/x/index.md", POST)
    world.settle()

    assert 'srcset="/_bucketpress/variants/' in world.page("index.html")
    assert 'srcset=\\"https://example.com/_bucketpress/variants/' in world.page("feed.json")


def test_variants_are_upright_and_say_nothing() -> None:
    photo = wide(1200, exif=exif(SIDEWAYS))

    made = webp_of(photo, 480)

    assert opened(made).size == (480, 960)
    assert not opened(made).getexif()
    assert SECRET not in made
    assert opened(made).convert("RGB").getpixel((470, 10))[0] > 200, "the corner that was top left is top right"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16", "CMYK"])
def test_every_kind_of_pixels_is_encoded(mode: str) -> None:
    image = pixels(800, 400)
    form = "JPEG" if mode == "CMYK" else "PNG"
    source = image.convert("L").convert("I").point(lambda value: value * 257) if mode == "I;16" else image.convert(mode)

    made = opened(webp_of(encoded(form, source.convert("I;16") if mode == "I;16" else source), 480)).convert("L")

    wanted = image.convert("L").resize((480, 240))
    assert ImageStat.Stat(ImageChops.difference(made, wanted)).mean[0] < 24


def test_fifty_megapixels_are_not_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(out, "PNG")

    with pytest.raises(UnreadablePictureError):
        webp_of(out.getvalue(), 480)
