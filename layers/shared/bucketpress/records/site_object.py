"""An object in the site bucket as stores see it, and a copy that has still to be made."""

from collections.abc import Callable
from dataclasses import dataclass

from bucketpress.cache_lifetimes import CHANGING
from bucketpress.content.pictures import stripper, variants
from bucketpress.content.pictures.picture_findings import PictureFindings
from bucketpress.content.pictures.variants import VariantShape
from bucketpress.records.source_version import SourceVersion
from bucketpress.site.artifact import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArtifact:
    """An object in the site bucket, without its data.

    `source_etag` is that of the asset it was copied from, and says which stripper made it if one did.
    """

    key: str
    etag: str
    content_type: str
    cache_control: str = ""
    redirect_to: str | None = None
    status: int | None = None
    source_etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadObject:
    """An object in the site bucket as its reader gets it. `data` is None where the reader has these bytes already."""

    etag: str
    data: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCopy:
    """A copy that was made: its ETag, and what stood out in the picture it was stripped from, None for any other."""

    etag: str
    findings: PictureFindings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetCopy:
    """An artifact that is a copy of one version of an object in the content bucket.

    `stripped` says that it is a picture, of which readers get the pixels and nothing else. With a `shape` it is a
    version of the picture in it.
    """

    key: str
    source: SourceVersion
    content_type: str
    cache_control: str = CHANGING
    stripped: bool = False
    shape: VariantShape | None = None

    @property
    def made_from(self) -> str:
        """What the copy is made from: the ETag of its source, and the stripper or the encoder where one is used."""
        if self.shape:
            return f"{self.source.etag}+variant-{variants.VERSION}"
        return f"{self.source.etag}+stripped-{stripper.VERSION}" if self.stripped else self.source.etag


def copied(
    copy: AssetCopy, data: bytes, encode: Callable[[bytes, VariantShape], bytes] | None
) -> tuple[bytes, PictureFindings | None]:
    """Return the bytes of a copy, made of those of its source, and what stood out in a picture that was stripped.

    Raises UnreadablePictureError, UnencodablePictureError. `encode` makes a smaller version of a picture; without it
    there are none.
    """
    if copy.shape:
        if encode is None:
            message = f"{copy.key} has to be encoded elsewhere"
            raise ValueError(message)
        return encode(data, copy.shape), None
    if not copy.stripped:
        return data, None
    picture = stripper.stripped_picture(data)
    return picture.data, PictureFindings(etag=copy.source.etag, findings=picture.findings)


def stored_artifact(artifact: Artifact) -> StoredArtifact:
    """Return what a store knows of an artifact once it is written."""
    return StoredArtifact(
        key=artifact.key,
        etag=artifact.etag,
        content_type=artifact.content_type,
        cache_control=artifact.cache_control,
        redirect_to=artifact.redirect_to,
        status=artifact.status,
    )


def stored_copy(copy: AssetCopy, etag: str) -> StoredArtifact:
    """Return what a store knows of a copy once it is made; `etag` is that of its bytes."""
    return StoredArtifact(
        key=copy.key,
        etag=etag,
        content_type=copy.content_type,
        cache_control=copy.cache_control,
        source_etag=copy.made_from,
    )
