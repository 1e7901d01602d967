"""One pull: a folder and a bucket compared, the plan made of it, and the plan carried out.

Whatever a pull replaces or removes is kept in the folder, where nothing is content: the bucket may have been made
again, and then nobody else has it.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from bucketpress.content.source_keys import is_source
from bucketpress_cli.aws_errors import errors
from bucketpress_cli.transfer.content_bucket import ContentBucket, EditedHereError, EditedThereError
from bucketpress_cli.transfer.folder_comparison import (
    Difference,
    FileDifference,
    Known,
    compare,
    is_another_bucket,
)
from bucketpress_cli.transfer.local_folder import LocalFolder, digest_of, read_folder
from bucketpress_cli.transfer.pull.pull_plan import PullPlan, plan_pull
from bucketpress_cli.transfer.target_bucket import named_keys
from bucketpress_cli.transfer.transfer_state import (
    KEPT_FOLDER,
    STATE_FOLDER,
    agreed,
    read_state,
    state_file,
    write_state,
)
from bucketpress_cli.transfer.transfers import Outcome, Transfer, transfer_all


@dataclass(frozen=True, slots=True, kw_only=True)
class PullSession:
    """A folder and a bucket, what differs between them, and the plan that was made of it."""

    folder: Path
    bucket: ContentBucket
    local: LocalFolder
    known: Known
    differences: tuple[FileDifference, ...]
    sizes: dict[str, int]
    plan: PullPlan
    kept: Path
    fetched: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(
        cls, folder: Path, bucket: ContentBucket, *, delete: bool, theirs: Iterable[str], then: str
    ) -> "PullSession":
        """Compare and plan; nothing is written. Ends the command, and names `then`, where `theirs` are none there."""
        with errors.status("comparing"):
            listing = {key: each for key, each in bucket.listing().items() if is_source(key)}
            there = {key: each.digest for key, each in listing.items()}
            local = read_folder(folder, there)
            known = read_state(state_file(folder, bucket.name))
            here = {key: file.digest for key, file in local.files.items()}
            differences = compare(here, there, known, unread=local.refused.keys())
            unread = {key: str(why) for key in there if (why := local.why_unread(key))}
            one_case = _has_one_case(folder)
        wanted = named_keys(theirs, {*there, *known.seen}, place="bucket", then=then)
        return cls(
            folder=folder,
            bucket=bucket,
            local=local,
            known=known,
            differences=differences,
            sizes={key: each.size for key, each in listing.items()},
            plan=plan_pull(
                differences, delete=delete, theirs=wanted, names=local.names, unread=unread, one_case=one_case
            ),
            kept=_unused(folder / STATE_FOLDER / KEPT_FOLDER / f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"),
        )

    @property
    def is_of_another_bucket(self) -> bool:
        """Whether the folder has files, and nothing is left in the bucket of what it saw there."""
        return bool(self.local.files) and is_another_bucket(self.sizes, self.known)

    def carry_out(self) -> Outcome:
        """Delete and fetch as planned, and write down what is known of the bucket."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # A file that has become a folder goes before what lies in that.
        groups: list[list[tuple[str, Transfer]]] = [
            [(key, self._deletion(key)) for key in self.plan.deletions],
            [(key, partial(self._fetch, key)) for key in self.plan.downloads],
        ]
        outcome = transfer_all(groups, sum(self.sizes[key] for key in self.plan.downloads), errors)
        same = {each.key: each.here for each in self.differences if each.difference is Difference.SAME and each.here}
        gone = [key for key in outcome.done if key in self.plan.deletions]
        known = agreed(self.known, same | self.fetched, gone)
        if known != self.known:
            write_state(state_file(self.folder, self.bucket.name), known)
        return outcome

    def _fetch(self, key: str, progress: Callable[[int], None]) -> None:
        """Fetch an object beside its place, and put it there if the file is still as it was compared."""
        path = self._path(key)
        part = self.folder / STATE_FOLDER / f"{hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()}.part"
        part.parent.mkdir(parents=True, exist_ok=True)
        digest = self.bucket.download(key, part, progress)
        if digest is None:
            part.unlink(missing_ok=True)
            raise EditedThereError(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._make_way(key, path)
            part.replace(path)
        except (FileExistsError, NotADirectoryError) as error:
            raise EditedHereError(key) from error
        finally:
            part.unlink(missing_ok=True)
        self.fetched[key] = digest

    def _deletion(self, key: str) -> Transfer:
        def delete(_progress: Callable[[int], None]) -> None:
            path = self._path(key)
            self._make_way(key, path)
            path.unlink(missing_ok=True)

        return delete

    def _make_way(self, key: str, path: Path) -> None:
        """Keep what is replaced or removed. Raises EditedHereError where it is not as it was compared."""
        file = self.local.files.get(key)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise EditedHereError(key)
        if path.is_dir():
            _remove_empty(path)
        if path.is_dir():
            raise EditedHereError(key)
        found = digest_of(path) if path.exists() else None
        if found != (file.digest if file and "-" not in file.digest else found if file else None):
            raise EditedHereError(key)
        if file and found:
            _copy(path, self.kept / file.name)

    def _path(self, key: str) -> Path:
        file = self.local.files.get(key)
        return self.folder / (file.name if file else key)


def _unused(path: Path) -> Path:
    """Return a path that is not there yet: this one, or one like it."""
    return next(
        each for number in range(1_000_000) if not (each := path.with_name(f"{path.name}{number or ''}")).exists()
    )


def _copy(path: Path, copy: Path) -> None:
    """Keep a file under another name as well; at no moment is it under none."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path.resolve(), copy)
    except OSError:
        shutil.copyfile(path, copy)


def _remove_empty(folder: Path) -> None:
    """Remove a folder in which there are only folders, of which none holds a file."""
    for path, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):
            Path(path).rmdir()


def _has_one_case(folder: Path) -> bool:
    """Return whether a folder, or the one it will be made in, takes names that differ only in case for one."""
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), folder)
    probe = there / f"{STATE_FOLDER}-Case"
    try:
        probe.touch()
        return probe.with_name(probe.name.lower()).exists()
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
