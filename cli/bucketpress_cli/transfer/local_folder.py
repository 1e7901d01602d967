"""The files of a content folder as they would stand in the bucket: the keys they get and the digests they have."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bucketpress import bootstrap
from bucketpress.content.problem import Problem, error, warning
from bucketpress.content.source_keys import SourceKey, SourceKind, classify, composed, spellings
from bucketpress_cli.transfer.folder_comparison import with_folders

BLOCK_BYTES = 1024 * 1024
MEBIBYTE = 1024 * 1024
# What common tools make parts of: the AWS CLI and rclone, S3's console, s3cmd, Cyberduck.
PART_SIZES = (8 * MEBIBYTE, 5 * MEBIBYTE, 16 * MEBIBYTE, 15 * MEBIBYTE, 10 * MEBIBYTE, 64 * MEBIBYTE)
UPLOADED = frozenset({SourceKind.POST, SourceKind.PAGE, SourceKind.ASSET, SourceKind.SETTINGS})


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file to be in the bucket: its key there, its name here, its size and the MD5 of its bytes."""

    key: str
    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFolder:
    """The files of a folder by key, and why the others stay here, also by key: refused is what has an error.

    `names` are those of all files, also of what is silently ignored.
    """

    files: Mapping[str, LocalFile]
    refused: Mapping[str, Problem]
    names: Collection[str]

    def why_unread(self, key: str) -> Problem | None:
        """Return why the file of a key, or a folder that it lies in, stays here unread; None where it does not."""
        return next((self.refused[name] for name in with_folders(key) if name in self.refused), None)


def read_folder(folder: Path, there: Mapping[str, str]) -> LocalFolder:
    """Read every file that can be a source; `there` are the digests in the bucket by key.

    A folder that is not there has none. What is silently ignored when a site is built is ignored here. A file changed
    while it is read is found by its digest: what is sent is compared with it again.
    """
    if not folder.exists():
        return LocalFolder(files={}, refused={}, names=())
    listing = bootstrap.listing_of(folder)
    files: dict[str, LocalFile] = {}
    refused = {composed(name): problem for name, problem in listing.left_out.items()}
    for name in listing.keys:
        source = classify(name)
        if source.kind is SourceKind.IGNORED:
            continue
        key = key_in_bucket(name, there)
        problem = _refusal(source, taken=key in files)
        if problem is None:
            file = _read(folder, name, key, there.get(key, ""))
            if file is not None:
                files[key] = file
        elif key not in files:
            refused[key] = problem
    return LocalFolder(files=files, refused=refused, names={*listing.keys, *listing.left_out})


def key_in_bucket(name: str, there: Mapping[str, str]) -> str:
    """Return the key of a file: as the bucket spells it already, else in NFC, however this machine spells names."""
    return next((key for key in spellings(name) if key in there), composed(name))


def _refusal(source: SourceKey, *, taken: bool) -> Problem | None:
    if source.kind is SourceKind.HELD:
        return warning(source.reason, source.fix)
    if source.kind not in UPLOADED:
        return error(source.reason, source.fix)
    if taken:
        return error("Two files have this name, spelled with different characters.", "Delete or rename one of them.")
    return None


def _read(folder: Path, name: str, key: str, there: str) -> LocalFile | None:
    """Read a file; return None for one that has just been deleted."""
    try:
        size = (folder / name).stat().st_size
        digest = digest_against(folder / name, size, there)
    except FileNotFoundError:
        return None
    return LocalFile(key=key, name=name, size=size, digest=digest)


def digest_against(path: Path, size: int, there: str) -> str:
    """Return the digest of a file as an object of the digest `there` would have it, "" for none. Raises OSError."""
    digest = digest_of(path)
    return there if "-" in there and there != digest and _is_in_parts(path, size, there) else digest


def digest_of(path: Path) -> str:
    """Return the MD5 of a file, which is the ETag of an object put in one part. Raises OSError."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _is_in_parts(path: Path, size: int, there: str) -> bool:
    """Return whether an object that another tool put in parts holds the bytes of a file."""
    parts = int(there.rpartition("-")[2] or 0)
    likely = [part for part in PART_SIZES if parts == max(1, -(-size // part))]
    return any(digest_in_parts(path, part) == there for part in likely)


def digest_in_parts(path: Path, part_bytes: int) -> str:
    """Return the ETag of an object put in parts: the MD5 of their MD5s, and how many they are. Raises OSError."""
    digests = [hashlib.md5(part, usedforsecurity=False).digest() for part in _parts(path, part_bytes)]
    return f"{hashlib.md5(b''.join(digests), usedforsecurity=False).hexdigest()}-{len(digests)}"


def _parts(path: Path, part_bytes: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(part_bytes):
            yield part
