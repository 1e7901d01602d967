"""Versions of pictures that a preview makes when a browser asks for them, and not before."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from bucketpress.content.pictures.encoding_fault import UnencodablePictureError
from bucketpress.content.pictures.stripper import strip
from bucketpress.content.pictures.variants import VariantShape
from bucketpress.ports import ContentStore, EncodedPictures
from bucketpress.records.site_object import AssetCopy
from bucketpress.services.build import Build
from bucketpress.site.layout import is_variants, section_of_artifact


class LazyVariants:
    """Stands for versions of pictures in a build: empty files, until `data` is asked for what belongs into one."""

    def __init__(self, made: EncodedPictures) -> None:
        """Have `made` make and keep them."""
        self._made = made

    def encode(self, data: bytes, shape: VariantShape) -> bytes:
        """Return nothing yet."""
        del data, shape
        return b""

    def encode_all(
        self, content: ContentStore, threads: int, copies: Sequence[AssetCopy], watch: Callable[[int], None]
    ) -> None:
        """Leave everything for later."""
        del content, threads, copies, watch

    def forget_others(self) -> None:
        """Keep everything: what was not asked for today may be tomorrow."""

    def data(self, copy: AssetCopy, source: bytes) -> bytes:
        """Return the bytes of a copy; where it cannot be made, the picture as it is."""
        with suppress(UnencodablePictureError):
            if copy.shape:
                return self._made.encode(source, copy.shape)
        return strip(source)


def lacking(build: Build, key: str) -> AssetCopy | None:
    """Return the copy that belongs at a key of the site, None where that is no version of a picture."""
    section = section_of_artifact(key)
    stored = build.publisher.index.settings()
    if section is None or stored is None or not is_variants(section):
        return None
    copies = build.refresher.rendering(section, stored).artifacts
    return next((copy for copy in copies if isinstance(copy, AssetCopy) and copy.key == key), None)
