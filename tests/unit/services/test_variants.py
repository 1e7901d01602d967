"""Pages offer smaller versions of a picture once they are there; what is withdrawn takes them with it."""

import io
import re
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageStat

from bucketpress.content.pictures.encoder import encode_picture
from bucketpress.content.pictures.encoding_fault import UnencodablePictureError
from bucketpress.content.pictures.variants import VariantShape
from bucketpress.records.record import Record
from bucketpress.services.build import Build
from bucketpress.services.queries.status import Status
from bucketpress.site.layout import section_of_artifact
from tests.support.photographs import SECRET, SIDEWAYS, encoded, exif, hostile_pictures, opened, pixels
from tests.support.world import World, audit_of, clean_world, markdown

PAGE = "2010/03/x/index.html"
PICTURE = "posts/x/p.jpg"
VARIANTS = "_bucketpress/variants/_bucketpress/media/posts/x/p.jpg/"
SITE = "https://example.com"
SMALL = VariantShape(width=480)
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
    return World(encode=encode_picture)


def clean(world: World) -> dict[str, bytes]:
    return clean_world(world.content, world.now, encode=encode_picture).live()


def clean_build_of(world: World) -> tuple[Record, ...]:
    """Return the records of a clean build, with their receipts."""
    fresh = World(world.content, world.now, encode=encode_picture)
    built = Build(
        content=fresh.content,
        publisher=fresh.publisher,
        refresher=fresh.refresher,
        sources=fresh.sources,
        pages=fresh.pages,
        site=fresh.site,
    ).run()
    return built.records


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


def problems_of(world: World, key: str = PICTURE) -> list[str]:
    """Return what the author is told of a picture by `bucketpress status`, which asks for a receipt."""
    receipt = Status(index=world.index, content=world.content, depths={}).of_source(key).record.receipt
    return [problem.message for problem in receipt.problems] if receipt else []


def test_the_author_is_told_why_there_are_no_smaller_versions(world: World) -> None:
    world.upload(PICTURE, wide(1200)[:3000])
    world.upload("posts/x/index.md", POST)
    world.settle()

    (told,) = problems_of(world)
    troubled = Status(index=world.index, content=world.content, depths={}).of_site().troubled
    rebuilt = clean_build_of(world)
    assert "breaks off" in told
    assert [record.key for record in troubled] == [PICTURE]
    assert [p.message for record in rebuilt if record.receipt for p in record.receipt.problems] == [told]


def test_nothing_is_told_any_more_once_the_picture_is_whole(world: World) -> None:
    world.upload("posts/x/index.md", POST)
    world.upload(PICTURE, wide(1200)[:3000])
    world.settle()
    world.upload(PICTURE, wide(1000))
    world.settle()

    assert problems_of(world) == []
    assert widths_in(world) == [480, 960, 1000]


@pytest.mark.parametrize(
    ("name", "picture", "told"),
    [
        ("p.jpg", wide(1200)[:30], "How large the picture is"),
        ("p.png", b"\x89PNG\r\n\x1a\n" + bytes(16), "How large the picture is"),
        ("p.png", b"version https://git-lfs.github.com/spec/v1\n", "named like a picture"),
        ("p.jpg", wide(1200)[:3000], "breaks off"),
        ("p.png", wide(600, "PNG")[:60] + bytes(range(256)) * 4, "damaged"),
        ("p.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes([0, 0, 255, 255] * 2) + bytes(20), "50 megapixels"),
    ],
)
def test_each_broken_picture_is_told_once_and_shown_as_it_is(
    world: World, name: str, picture: bytes, told: str
) -> None:
    world.upload(f"posts/x/{name}", picture)
    world.upload("posts/x/index.md", markdown(text=f"![A bridge]({name})"))
    world.settle()

    (found,) = problems_of(world, f"posts/x/{name}")
    assert told in found
    assert f'src="/_bucketpress/media/posts/x/{name}"' in world.page(PAGE)
    assert widths_in(world) == []


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_a_page_gives_a_turned_picture_the_room_that_readers_see_it_in(world: World, form: str) -> None:
    name = f"p.{'heic' if form == 'HEIF' else form.lower()}"
    world.upload(f"posts/x/{name}", wide(300, form, exif=exif(SIDEWAYS)))
    world.upload("posts/x/index.md", markdown(text=f"![A bridge]({name})"))
    world.settle()

    shown = re.search(r"<img[^>]*>", world.page(PAGE))
    offers = form in {"WEBP", "AVIF", "HEIF"}
    assert shown
    assert 'width="150" height="300"' in shown[0]
    assert ("srcset" in shown[0]) == offers, "what not every browser turns, or shows, has a version however small"
    assert widths_in(world) == ([150] if offers else [])
    assert world.live() == clean(world)


def test_each_hostile_picture_is_survived_and_its_author_is_told_something(world: World) -> None:
    hostile = dict(hostile_pictures(pixels(640, 320)))
    keys = {name: f"posts/x/{number:02d}.{name.partition(' ')[0].lower()}" for number, name in enumerate(hostile)}
    for name, key in keys.items():
        world.upload(key, hostile[name])
    world.upload("posts/x/index.md", markdown(text="\n".join(f"![Picture]({key[8:]})" for key in keys.values())))
    world.settle()

    told = {name: problems_of(world, key) for name, key in keys.items()}
    fixes = [
        problem.fix
        for record in Status(index=world.index, content=world.content, depths={}).of_site().troubled
        for problem in (record.receipt.problems if record.receipt else ())
    ]
    assert len(told) >= 50
    assert [name for name, problems in told.items() if not problems] == []
    assert all(fixes)
    assert [name for name, problems in told.items() if len(problems) > 3] == []
    assert all("no part of the picture" in str(told[name]) for name in told if "archive" in name)


def test_what_stood_out_is_told_of_the_present_version_only(world: World) -> None:
    world.upload("posts/x/index.md", POST)
    world.upload(PICTURE, wide(300) + b"PK\x03\x04" + bytes(100))
    world.settle()
    (told,) = problems_of(world)

    world.upload(PICTURE, wide(300))
    world.settle()

    assert "no part of the picture" in told
    assert problems_of(world) == []


def test_what_stood_out_is_told_also_where_the_run_that_copied_it_has_died(world: World) -> None:
    """The bytes that readers get are the same before and after, so nothing but the index tells the versions apart."""
    world.upload("posts/x/index.md", POST)
    world.upload(PICTURE, wide(300))
    world.settle()
    section = f"asset:/_bucketpress/media/{PICTURE}"
    before = world.index.section(section)

    world.upload(PICTURE, wide(300) + b"PK\x03\x04" + bytes(100))
    world.settle()
    after = world.index.section(section)
    world.index.commit_section(replace(before, revision=after.revision + 1))
    world.refresher.refresh(section)

    assert before.artifacts == after.artifacts
    assert len(problems_of(world)) == 1


def test_other_sites_are_shown_a_cover(world: World) -> None:
    world.upload(PICTURE, encoded("JPEG", pixels(1400, 1000)))
    world.upload("posts/x/index.md", POST)
    world.settle()

    page = world.page(PAGE)
    (url,) = set(re.findall(r'<meta property="og:image" content="([^"]+)"', page))
    cover = opened(world.site.data(url.removeprefix(f"{SITE}/")))
    assert (cover.format, cover.size) == ("JPEG", (1200, 630))
    assert '<meta property="og:image:width" content="1200">' in page
    assert f'"image":{{"@type":"ImageObject","url":"{url}","width":1200,"height":630}}' in page
    assert f'"image": "{url}"' in world.page("feed.json")
    assert world.live() == clean(world)


def test_each_version_is_called_what_it_is(world: World) -> None:
    world.upload(PICTURE, encoded("JPEG", pixels(1400, 1000)))
    world.upload("posts/x/index.md", POST)
    world.settle()

    types = {key: world.site.objects[key].content_type for key in variants_of(world)}
    assert types == {key: f"image/{str(opened(world.site.data(key)).format).lower()}" for key in variants_of(world)}
    assert set(types.values()) == {"image/webp", "image/jpeg"}


def test_other_sites_are_shown_a_small_picture_as_it_is(world: World) -> None:
    world.upload(PICTURE, wide(1000))
    world.upload("posts/x/index.md", POST)
    world.settle()

    assert f'<meta property="og:image" content="{SITE}/_bucketpress/media/posts/x/p.jpg">' in world.page(PAGE)


def test_cards_and_feeds_offer_them_too(world: World) -> None:
    world.upload(PICTURE, wide(1200))
    world.upload("posts/x/index.md", POST)
    world.settle()

    assert 'srcset="/_bucketpress/variants/' in world.page("index.html")
    assert 'srcset=\\"https://example.com/_bucketpress/variants/' in world.page("feed.json")


def test_variants_are_upright_and_say_nothing() -> None:
    photo = wide(1200, exif=exif(SIDEWAYS))

    made = encode_picture(photo, SMALL)

    assert opened(made).size == (480, 960)
    assert not opened(made).getexif()
    assert SECRET not in made
    assert opened(made).convert("RGB").getpixel((470, 10))[0] > 200, "the corner that was top left is top right"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16", "CMYK"])
def test_every_kind_of_pixels_is_encoded(mode: str) -> None:
    image = pixels(800, 400)
    form = "JPEG" if mode == "CMYK" else "PNG"
    source = image.convert("L").convert("I").point(lambda value: value * 257) if mode == "I;16" else image.convert(mode)

    data = encoded(form, source.convert("I;16") if mode == "I;16" else source)

    made = opened(encode_picture(data, SMALL)).convert("L")

    wanted = image.convert("L").resize((480, 240))
    assert ImageStat.Stat(ImageChops.difference(made, wanted)).mean[0] < 24


def test_fifty_megapixels_are_not_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(out, "PNG")

    with pytest.raises(UnencodablePictureError):
        encode_picture(out.getvalue(), SMALL)
