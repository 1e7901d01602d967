"""An object in the site bucket as stores see it, and a copy that has still to be made."""

from dataclasses import dataclass

from bucketpress.cache_lifetimes import CHANGING
from bucketpress.content.pictures.stripper import VERSION
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
class AssetCopy:
    """An artifact that is a copy of one version of an object in the content bucket.

    `stripped` says that it is a picture, of which readers get the pixels and nothing else.
    """

    key: str
    source: SourceVersion
    content_type: str
    cache_control: str = CHANGING
    stripped: bool = False

    @property
    def made_from(self) -> str:
        """What the copy is made from: the ETag of its source, and the stripper where one is used."""
        return f"{self.source.etag}+stripped-{VERSION}" if self.stripped else self.source.etag


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
