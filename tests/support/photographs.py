"""Photographs as cameras and programs write them, with a secret in every place that can hold one."""

import io
import struct
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()

SECRET = b"SECRET"
SIDEWAYS = 6
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def pixels(width: int = 48, height: int = 32) -> Image.Image:
    """Draw something in which no two corners are alike."""
    image = Image.new("RGB", (width, height), "navy")
    image.paste("orange", (0, 0, width // 2, height // 3))
    image.paste("white", (width // 2, height // 2, width, height))
    return image


def exif(orientation: int = 1) -> bytes:
    """Make Exif data with a description, a position and an orientation."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = f"{SECRET.decode()} description"
    data[0x8769] = {0x927C: SECRET + b" of the maker", 0x9003: "2020:01:02 03:04:05"}
    data[0x8825] = {1: "N", 2: (48.0, 8.0, 13.0), 3: "E", 4: (11.0, 34.0, 31.0), 29: f"{SECRET.decode()} day"}
    return data.tobytes()


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"


def encoded(form: str, image: Image.Image | None = None, **options: object) -> bytes:
    """Encode an image as Pillow does."""
    out = io.BytesIO()
    (image or pixels()).save(out, form, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """Decode a picture."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def photograph(form: str, orientation: int = 1, image: Image.Image | None = None) -> bytes:
    """Make a photograph of a format with all that its writer can put into it, and something after its end."""
    if form == "GIF":
        return encoded("GIF", image, comment=SECRET) + SECRET
    data = encoded(form, image, exif=exif(orientation), icc_profile=PROFILE, **({} if form == "PNG" else {"xmp": XMP}))
    return {"JPEG": _with_segments, "PNG": _with_chunks, "WEBP": _with_webp_chunk}.get(form, bytes)(data) + SECRET


def animation(form: str) -> bytes:
    """Make an animation of three frames with metadata."""
    frames = [pixels().rotate(degrees) for degrees in (0, 90, 180)]
    extra: dict[str, object] = {"comment": SECRET} if form == "GIF" else {"exif": exif()}
    return encoded(form, frames[0], save_all=True, append_images=frames[1:], duration=50, loop=0, **extra)


def _with_segments(data: bytes) -> bytes:
    thumbnail = encoded("JPEG", pixels(8, 8), comment=SECRET)
    more = [(0xED, b"Photoshop 3.0\0" + SECRET), (0xFE, SECRET), (0xE2, b"FPXR\0" + SECRET), (0xE1, thumbnail)]
    more += [(0xE0, b"JFXX\0\x10" + thumbnail), (0xEB, b"JP" + SECRET), (0xEF, SECRET)]
    segments = b"".join(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in more)
    return data[:2] + segments + data[2:] + thumbnail


def _with_chunks(data: bytes) -> bytes:
    texts = {b"tEXt": b"a\0" + SECRET, b"zTXt": b"a\0\0" + zlib.compress(SECRET), b"iTXt": b"a\0\0\0\0\0" + SECRET}
    others = dict.fromkeys((b"tIME", b"caBX", b"iDOT", b"prVt", b"hIST", b"sPLT"), SECRET)
    chunks = b"".join(_chunk(kind, body) for kind, body in (texts | others).items())
    return data[:33] + chunks + data[33:-12] + chunks + data[-12:]


def _with_webp_chunk(data: bytes) -> bytes:
    body = data[12:] + b"JUNK" + struct.pack("<I", len(SECRET)) + SECRET
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def hostile_pictures(image: Image.Image | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes of files that lie, break off or hide something: more than fifty."""
    for form in ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"):
        whole = photograph(form, image=image)
        for share in (1, 2, 4, 7):
            yield f"{form} cut after {share} eighths", whole[: len(whole) * share // 8]
        yield f"{form} with noise", bytes(byte ^ (0x55 if place % 97 == 96 else 0) for place, byte in enumerate(whole))
        yield f"{form} before an archive", whole + b"PK\x03\x04" + bytes(1000)
        yield f"{form} of nothing but its head", whole[:16]
    yield "PNG of 65,535 by 65,535", photograph("PNG")[:16] + struct.pack(">II", 65_535, 65_535) + bytes(40)
    yield "PNG whose chunk claims four gigabytes", photograph("PNG")[:33] + b"\xff\xff\xff\xffIDAT" + bytes(100)
    yield "JPEG of nothing but marks", b"\xff\xd8" + b"\xff" * 200_000
    yield "JPEG of a hundred thousand empty segments", b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000
    yield "JPEG whose segment has no length", b"\xff\xd8\xff\xe1\0\0" + SECRET
    yield "WebP that says it is empty", b"RIFF\0\0\0\0WEBP" + photograph("WEBP")[12:]
    yield "GIF of a million sub-blocks", photograph("GIF")[:13] + b"\x21\xfe" + b"\1a" * 1_000_000
    head = struct.pack(">I", 24) + b"ftypavif\0\0\0\0avifmif1"
    yield "AVIF of boxes without a size", head + b"\0\0\0\1meta" + bytes(8)
    yield "AVIF of boxes in boxes", head + b"".join(struct.pack(">I", 800_000 - 8 * n) + b"trak" for n in range(99_999))
    yield "AVIF of a hundred thousand boxes", head + b"\0\0\0\x08free" * 100_000
    yield "AVIF with two lists", head + (b"\0\0\0\x0cmeta" + bytes(4)) * 2
