"""One pull: a folder and a bucket compared, the plan made of it, and the plan carried out."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bucketpress.content.source_keys import is_source
from bucketpress_cli.aws_errors import errors
from bucketpress_cli.transfer.content_bucket import ContentBucket, EditedHereError, EditedThereError
from bucketpress_cli.transfer.folder_comparison import Difference, FileDifference, Known, compare
from bucketpress_cli.transfer.local_folder import LocalFolder, digest_of, read_folder
from bucketpress_cli.transfer.pull.pull_plan import PullPlan, plan_pull, unwritable_keys
from bucketpress_cli.transfer.transfer_state import STATE_FOLDER, agreed, read_state, state_file, write_state
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
    fetched: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, folder: Path, bucket: ContentBucket, *, delete: bool, theirs: Collection[str]) -> "PullSession":
        """Compare and plan; nothing is written but a folder that is not there."""
        with errors.status("comparing"):
            listing = {key: each for key, each in bucket.listing().items() if is_source(key)}
            there = {key: each.digest for key, each in listing.items()}
            folder.mkdir(parents=True, exist_ok=True)
            local = read_folder(folder, there)
            known = read_state(state_file(folder, bucket.name))
            here = {key: file.digest for key, file in local.files.items()}
            differences = compare(here, there, known, unread=local.refused.keys())
            missing = [key for key in there if key not in here]
            unwritable = unwritable_keys(missing, list(here), one_case=_has_one_case(folder))
        return cls(
            folder=folder,
            bucket=bucket,
            local=local,
            known=known,
            differences=differences,
            sizes={key: each.size for key, each in listing.items()},
            plan=plan_pull(differences, delete=delete, theirs=theirs, unwritable=unwritable),
        )

    def carry_out(self) -> Outcome:
        """Fetch and delete as planned, and write down what is known of the bucket."""
        groups: list[list[tuple[str, Transfer]]] = [
            [(key, partial(self._fetch, key)) for key in self.plan.downloads],
            [(key, self._deletion(key)) for key in self.plan.deletions],
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
        """Raise EditedHereError where a file is not as it was compared; keep what its author gives up."""
        file = self.local.files.get(key)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise EditedHereError(key)
        found = digest_of(path) if path.exists() else None
        if found != (file.digest if file and "-" not in file.digest else found if file else None):
            raise EditedHereError(key)
        if key in self.plan.kept and found:
            path.replace(path.with_name(f"{path.name}.orig"))

    def _path(self, key: str) -> Path:
        file = self.local.files.get(key)
        return self.folder / (file.name if file else key)


def _has_one_case(folder: Path) -> bool:
    """Return whether a folder takes names that differ only in case for one."""
    probe = folder / f"{STATE_FOLDER}-Case"
    try:
        probe.touch()
        return probe.with_name(probe.name.lower()).exists()
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
