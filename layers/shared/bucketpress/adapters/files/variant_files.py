"""Versions of pictures kept in a folder by what they are made of, so that none is encoded twice."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from bucketpress.content.pictures.encoding_fault import UnencodablePictureError
from bucketpress.content.pictures.variants import VariantShape
from bucketpress.ports import ContentStore, Encode, SourceGoneError
from bucketpress.records.site_object import AssetCopy

_DIGITS = 40


class VariantFiles:
    """Encodes pictures, or finds what was encoded before: the name of a file tells the picture, shape and encoder."""

    def __init__(self, folder: Path, load: Callable[[], tuple[Encode, str]]) -> None:
        """Keep files in a folder, which is made with the first.

        `load` returns what encodes, and the name of it with its version. It is called with the first picture: most
        folders have none, and loading it takes a tenth of a second.
        """
        self._folder, self._load = folder, load
        self._used: set[str] = set()

    @cached_property
    def _encoder(self) -> tuple[Encode, str]:
        return self._load()

    def encode(self, data: bytes, shape: VariantShape) -> bytes:
        name = self._name(data, shape)
        self._used.add(name)
        with suppress(FileNotFoundError):
            return (self._folder / name).read_bytes()
        made = self._encoder[0](data, shape)
        self._keep(name, made)
        return made

    def encode_all(
        self, content: ContentStore, threads: int, copies: Sequence[AssetCopy], watch: Callable[[int], None]
    ) -> None:
        # Threads are enough: Pillow lets others run while it decodes and encodes.
        with ThreadPoolExecutor(threads) as pool:
            coming = [pool.submit(self._encode_one, content, copy) for copy in copies]
            for done, each in enumerate(as_completed(coming), start=1):
                each.result()
                watch(done)

    def forget_others(self) -> None:
        with suppress(FileNotFoundError):
            for file in self._folder.iterdir():
                if file.name not in self._used:
                    file.unlink(missing_ok=True)

    def _encode_one(self, content: ContentStore, copy: AssetCopy) -> None:
        # Whoever asks for it later is told what is wrong with it.
        with suppress(UnencodablePictureError, SourceGoneError):
            if copy.shape:
                self.encode(content.read(copy.source), copy.shape)

    def _name(self, data: bytes, shape: VariantShape) -> str:
        made_from = f"{hashlib.sha256(data).hexdigest()} {shape.width} {shape.height} {self._encoder[1]}"
        return hashlib.sha256(made_from.encode()).hexdigest()[:_DIGITS]

    def _keep(self, name: str, made: bytes) -> None:
        """Write a file in one step: a build that is stopped must leave no half of a picture."""
        self._folder.mkdir(parents=True, exist_ok=True)
        number, unfinished = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(number, "wb") as opened:
            opened.write(made)
        Path(unfinished).replace(self._folder / name)
