"""HEIC and AVIF (ISO/IEC 23008-12; AV1 Image File Format): what decoding needs, and zeros in the place of the rest.

A file is a list of items, pictures among Exif, XMP and thumbnails, and one place that says which bytes are whose. What
is not a picture that is needed is overwritten where it is, so that no item has to move.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bucketpress.content.pictures.iso_boxes import Box, Fields, UnreadablePictureError, blank, boxes, zero
from bucketpress.content.pictures.picture_findings import MAX_PROFILE_BYTES, PictureFinding, StrippedPicture, follows

_TOP = frozenset({b"ftyp", b"meta", b"mdat", b"moov"})
# What cameras put beside a picture: free space, what programs keep for themselves, a film.
_COMMON = frozenset({b"free", b"skip", b"wide", b"uuid", b"mpvd", b"sefd", b"etyp", b"pdin"})
_META = frozenset({b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp", b"iref", b"idat", b"dinf", b"grpl"})
_PIXELS = frozenset(
    {b"av01", b"hvc1", b"hev1", b"lhv1", b"avc1", b"vvc1", b"j2k1", b"unci", b"grid", b"iovl", b"iden", b"tmap"}
)
_PROPERTIES = frozenset(
    {
        *(b"ispe", b"pixi", b"colr", b"pasp", b"clap", b"irot", b"imir", b"auxC", b"lsel", b"a1op", b"a1lx"),
        *(b"av1C", b"hvcC", b"lhvC", b"avcC", b"vvcC", b"j2kH", b"uncC", b"cmpd", b"iscl", b"rloc", b"rref"),
        *(b"clli", b"mdcv", b"amve", b"cclv", b"ndwt", b"reve", b"tols", b"oinf"),
    }
)
_FILM = frozenset({b"mvhd", b"trak", b"tkhd", b"edts", b"elst", b"tref", b"mdia", b"mdhd", b"hdlr", b"minf", b"vmhd"})
_FILM_TABLES = frozenset({b"stbl", b"dinf", b"nmhd", b"sgpd", b"sbgp"})
_FILM_FOLDERS = frozenset({b"trak", b"mdia", b"minf", b"edts"})
_FILM_DATES = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_FILM_PIXELS = frozenset({b"pict", b"auxv", b"vide"})
_ITEM_HEAD_VERSIONS = {2: 2, 3: 4}  # how many bytes the number of an item has
_IN_FILE, _IN_META = 0, 1
_FREE_ITEM = b"free"
_PROFILE = b"colr"
_NAME_OF_HANDLER = 24
_MAX_EXTENTS, _MAX_DEPTH = 20_000, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One item: its type, where that stands in the file, and where what is said of it ends."""

    kind: bytes
    place: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extent:
    """A stretch of the file that belongs to an item."""

    item: int
    start: int
    end: int
    is_whole: bool = True


def stripped_heif(data: bytes) -> StrippedPicture:
    """Return a HEIC or AVIF with the same pixels. Raises UnreadablePictureError where it is not understood."""
    out = bytearray(data)
    top = list(boxes(data, 0, len(data)))
    metas = [box for box in top if box.kind == b"meta"]
    films = [box for box in top if box.kind == b"moov"]
    if len(metas) != 1 or len(films) > 1:
        raise UnreadablePictureError
    findings = _strip_meta(out, top, metas[0], is_film=bool(films))
    for film in films:
        _strip_film(out, film)
    for box in top:
        if box.kind not in _TOP:
            blank(out, box)
    end = max(box.end for box in top)
    if follows(data, end) or any(box.kind not in _TOP | _COMMON for box in top):
        findings |= {PictureFinding.FOREIGN_DATA}
    return StrippedPicture(data=bytes(out[:end]), findings=findings)


def _strip_meta(out: bytearray, top: Iterable[Box], meta: Box, *, is_film: bool) -> frozenset[PictureFinding]:
    """Overwrite every item that is no picture, and what belongs to no item at all; return what stood out."""
    inner: dict[bytes, Box] = {}
    for box in boxes(out, meta.body + 4, meta.end):
        if box.kind not in _META:
            blank(out, box)
        elif inner.setdefault(box.kind, box) is not box:
            raise UnreadablePictureError
    if not inner.keys() >= {b"pitm", b"iinf", b"iloc"}:
        raise UnreadablePictureError
    items = _items(out, inner[b"iinf"])
    thumbnails = _thumbnails(out, inner[b"iref"]) if b"iref" in inner else set()
    kept = {number for number, item in items.items() if item.kind in _PIXELS} - thumbnails
    if _primary(out, inner[b"pitm"]) not in kept:
        raise UnreadablePictureError
    extents = _extents(out, inner[b"iloc"], inner.get(b"idat"), kept)
    stores = [*(box for box in top if box.kind == b"mdat"), *(box for box in inner.values() if box.kind == b"idat")]
    needed = _joined((extent.start, extent.end) for extent in extents if extent.item in kept)
    if is_film:
        # The tables of a film say which bytes are its frames: only what is known not to be pixels goes.
        for start, end in _joined((extent.start, extent.end) for extent in extents if extent.item not in kept):
            zero(out, start, end)
    else:
        for store in stores:
            _zero_between(out, store, needed)
    _strip_names(out, items, kept, inner.get(b"hdlr"))
    has_large_profile = b"iprp" in inner and _strip_properties(out, inner[b"iprp"])
    is_whole = all(extent.is_whole for extent in extents if extent.item in kept)
    found = {PictureFinding.LARGE_PROFILE: has_large_profile, PictureFinding.DAMAGED: not is_whole}
    return frozenset(finding for finding, is_so in found.items() if is_so)


def _strip_names(out: bytearray, items: Mapping[int, _Item], kept: set[int], handler: Box | None) -> None:
    """Overwrite the names of items and of programs."""
    for number, item in items.items():
        if number not in kept:
            out[item.place : item.place + 4] = _FREE_ITEM
        zero(out, item.place + 4, item.end)
    if handler:
        zero(out, handler.body + _NAME_OF_HANDLER, handler.end)


def _strip_properties(out: bytearray, properties: Box) -> bool:
    """Overwrite the properties that are not needed; return whether a colour profile too large to keep was one."""
    found = False
    for container in boxes(out, properties.body, properties.end):
        if container.kind == b"ipco":
            for each in boxes(out, container.body, container.end):
                is_large = each.kind == _PROFILE and each.end - each.body > MAX_PROFILE_BYTES
                found = found or is_large
                if is_large or each.kind not in _PROPERTIES:
                    blank(out, each)
        elif container.kind != b"ipma":
            blank(out, container)
    return found


def _zero_between(out: bytearray, store: Box, needed: Iterable[tuple[int, int]]) -> None:
    """Overwrite what lies in a box and in none of the stretches, which are in order."""
    place = store.body
    for start, end in needed:
        if end > store.body and start < store.end:
            zero(out, place, max(min(start, store.end), place))
            place = max(place, end)
    zero(out, min(place, store.end), store.end)


def _items(data: bytearray, iinf: Box) -> dict[int, _Item]:
    version = _version(data, iinf)
    found: dict[int, _Item] = {}
    for box in boxes(data, iinf.body + 4 + (4 if version else 2), iinf.end):
        size = _ITEM_HEAD_VERSIONS.get(_version(data, box)) if box.kind == b"infe" else None
        if size is None:
            raise UnreadablePictureError
        fields = Fields(data, box.body + 4, box.end)
        number = fields.number(size)
        fields.number(2)
        kind = fields.number(4).to_bytes(4, "big")
        if number in found:
            raise UnreadablePictureError
        found[number] = _Item(kind=kind, place=fields.place - 4, end=box.end)
    return found


def _primary(data: bytearray, pitm: Box) -> int:
    return Fields(data, pitm.body + 4, pitm.end).number(4 if _version(data, pitm) else 2)


def _thumbnails(data: bytearray, iref: Box) -> set[int]:
    """Return the items that are smaller versions of others."""
    size = 4 if _version(data, iref) else 2
    references = boxes(data, iref.body + 4, iref.end)
    return {Fields(data, box.body, box.end).number(size) for box in references if box.kind == b"thmb"}


def _extents(data: bytearray, iloc: Box, idat: Box | None, kept: set[int]) -> list[_Extent]:
    """Return which bytes of the file belong to which item."""
    version = _version(data, iloc)
    fields = Fields(data, iloc.body + 4, iloc.end)
    sizes = fields.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    number_size = 4 if version > 1 else 2
    found: list[_Extent] = []
    for _ in range(fields.number(number_size)):
        item = fields.number(number_size)
        method = fields.number(2) & 15 if version else _IN_FILE
        elsewhere = fields.number(2)
        base = fields.number(base_size)
        if method == _IN_META and idat:
            base += idat.body
        elif item in kept and (method != _IN_FILE or elsewhere):
            raise UnreadablePictureError
        for _ in range(fields.number(2)):
            fields.number(index_size if version else 0)
            start = base + fields.number(offset_size)
            length = fields.number(length_size)
            end = min(start + length, len(data)) if length else len(data)
            found.append(_Extent(item=item, start=start, end=end, is_whole=start + length <= len(data)))
            if len(found) > _MAX_EXTENTS:
                raise UnreadablePictureError
    return found


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same bytes as stretches that do not overlap, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _version(data: bytearray, box: Box) -> int:
    return Fields(data, box.body, box.end).number(1)


def _strip_film(out: bytearray, folder: Box, depth: int = 0) -> None:
    """Overwrite the dates and everything but the frames of a sequence of pictures."""
    if depth > _MAX_DEPTH:
        raise UnreadablePictureError
    for box in boxes(out, folder.body, folder.end):
        if box.kind in _FILM_DATES:
            zero(out, box.body + 4, box.body + (20 if _version(out, box) else 12))
        elif box.kind == b"hdlr":
            if bytes(out[box.body + 8 : box.body + 12]) not in _FILM_PIXELS:
                raise UnreadablePictureError
            zero(out, box.body + _NAME_OF_HANDLER, box.end)
        elif box.kind in _FILM_FOLDERS:
            _strip_film(out, box, depth + 1)
        elif box.kind not in _FILM | _FILM_TABLES:
            blank(out, box)
