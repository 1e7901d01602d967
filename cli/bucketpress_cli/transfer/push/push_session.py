"""One push: a folder and a bucket compared, the plan made of it, and the plan carried out."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bucketpress.content.source_keys import SETTINGS_KEY, is_source, spellings
from bucketpress.records.record import Record
from bucketpress.services.queries.folder_report import FileReport
from bucketpress_cli.aws_errors import errors
from bucketpress_cli.failure import command_line, fail
from bucketpress_cli.transfer.content_bucket import ContentBucket, EditedHereError, RemoteObject
from bucketpress_cli.transfer.differing_lines import Compared, compared_file
from bucketpress_cli.transfer.folder_comparison import (
    Difference,
    FileDifference,
    Known,
    compare,
    is_another_bucket,
)
from bucketpress_cli.transfer.local_folder import LocalFolder, read_folder
from bucketpress_cli.transfer.push.push_plan import Choices, Intent, PushPlan, intent_of, plan_push
from bucketpress_cli.transfer.push.source_states import is_text, records_before, reports_after
from bucketpress_cli.transfer.target_bucket import Target, named_keys, read_many
from bucketpress_cli.transfer.transfer_state import agreed, intending, read_state, state_file, write_state
from bucketpress_cli.transfer.transfers import Outcome, Transfer, transfer_all


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSession:
    """A folder and a bucket, what differs between them, and the plan that was made of it."""

    folder: Path
    bucket: ContentBucket
    local: LocalFolder
    known: Known
    there: Mapping[str, RemoteObject]
    differences: tuple[FileDifference, ...]
    plan: PushPlan

    @classmethod
    def begin(cls, folder: Path, bucket: ContentBucket, choices: Choices, target: Target) -> "PushSession":
        """Compare and plan; nothing is written.

        Ends the command where the settings cannot be read, or the folder is hardly that of the site.
        """
        with errors.status("comparing"):
            listing = bucket.listing()
            local = read_folder(folder, {key: each.digest for key, each in listing.items()})
            there = {key: each for key, each in listing.items() if key in local.files or is_source(key)}
            known = read_state(state_file(folder, bucket.name))
        had = {*local.files, *local.refused, *known.seen, *known.sent}
        look = target.command("push", folder, "--dry-run")
        choices = replace(choices, mine=named_keys(choices.mine, had, place="folder", then=look))
        _refuse_without_settings(folder, local, there, choices, target)
        with errors.status("comparing"):
            here = {key: file.digest for key, file in local.files.items()}
            digests = {key: each.digest for key, each in there.items()}
            differences = compare(here, digests, known, unread=local.refused.keys())
            intent = intent_of(differences, choices)
            before, after = _readings(folder, bucket, local, intent)
        settings = after.get(SETTINGS_KEY)
        if settings is not None and settings.is_wrong:
            fail(f"site.yaml: {settings.problems[0]}", then=command_line("check", folder))
        return cls(
            folder=folder,
            bucket=bucket,
            local=local,
            known=known,
            there=there,
            differences=differences,
            plan=plan_push(intent, before=before, after=after, refused=local.refused),
        )

    def carry_out(self, *, wait: bool = False) -> Outcome:
        """Write and delete as planned; what is known of the bucket is written down before and after.

        With `wait` that includes the texts whose receipts are awaited.
        """
        files, state = self.local.files, state_file(self.folder, self.bucket.name)
        uploads = {write.key: files[write.key].digest for write in self.plan.writes}
        known = self._known_by_now()
        if wait:
            texts = {key: digest for key, digest in uploads.items() if is_text(key)}
            known = replace(known, awaited={**known.awaited, **texts})
        if known != self.known or uploads:
            write_state(state, intending(known, uploads))
        if not uploads and not self.plan.deletions:
            return Outcome()
        groups: list[list[tuple[str, Transfer]]] = [
            [(write.key, partial(self.bucket.put, self.folder, files[write.key], write.expected)) for write in group]
            for group in self.plan.groups
        ]
        # What is renamed must be there under its new name before the old one goes.
        deletions = [(each.key, self._deletion(each.key, each.expected)) for each in self.plan.deletions]
        outcome = transfer_all(groups, sum(files[key].size for key in uploads), errors, last=deletions)
        written = {key: uploads[key] for key in outcome.done if key in uploads}
        deleted = [key for key in outcome.done if key not in uploads]
        write_state(state, agreed(intending(known, uploads), written, deleted))
        return outcome

    def awaited(self, outcome: Outcome) -> dict[str, str]:
        """Return the digests of the texts that are in the bucket and whose receipts are awaited, by key.

        Those of an earlier push are among them that was stopped while it waited.
        """
        awaited = read_state(state_file(self.folder, self.bucket.name)).awaited
        now = {each.key: each.there for each in self.differences}
        now |= {key: self.local.files[key].digest for key in outcome.done if key in self.local.files}
        return {key: digest for key, digest in awaited.items() if now.get(key) == digest}

    def await_no_more_than(self, awaited: Mapping[str, str]) -> None:
        """Write down which receipts are still awaited."""
        state = state_file(self.folder, self.bucket.name)
        write_state(state, replace(read_state(state), awaited=awaited))

    @property
    def is_to_another_bucket(self) -> bool:
        """Whether the folder has files, and nothing is left in the bucket of what it saw there."""
        return bool(self.local.files) and is_another_bucket(self.there, self.known)

    def here_to_compare(self, key: str) -> Compared:
        """Return a file of the folder to be compared, an empty one where there is none."""
        file = self.local.files.get(key)
        return compared_file("folder", self.folder / file.name) if file else Compared(name="folder")

    def there_to_compare(self, key: str) -> Compared:
        """Return an object of the bucket to be compared, an empty one where there is none."""
        found = self.there.get(key)
        if found is None:
            return Compared(name="bucket")
        return Compared(name="bucket", size=found.size, digest=found.digest, read=lambda: self.bucket.read(key) or b"")

    def _known_by_now(self) -> Known:
        """Return what the comparison shows: the files that are equal, and those that neither side has any more."""
        same = (each for each in self.differences if each.difference is Difference.SAME)
        present = {each.key for each in self.differences} | self.local.refused.keys()
        gone = {*self.known.seen, *self.known.sent} - present
        return agreed(self.known, {each.key: each.here for each in same if each.here}, gone)

    def _deletion(self, key: str, expected: str) -> Transfer:
        def delete(_progress: Callable[[int], None]) -> None:
            if any((self.folder / name).exists() for name in spellings(key)):
                raise EditedHereError(key)
            self.bucket.delete(key, expected)

        return delete


def _refuse_without_settings(
    folder: Path, local: LocalFolder, there: Collection[str], choices: Choices, target: Target
) -> None:
    """End the command where a folder would win that has no settings, though the bucket has: it is hardly the site's."""
    is_here = SETTINGS_KEY in local.files or local.why_unread(SETTINGS_KEY)
    if (choices.delete or choices.overwrite) and SETTINGS_KEY in there and not is_here:
        hint = "Name the folder of the site; or bring its settings here, which are never deleted."
        then = target.command("pull", folder, "--theirs", SETTINGS_KEY)
        fail(f"{folder} has no site.yaml, and the bucket has one: nothing was changed.", hint, then=then)


def _readings(
    folder: Path, bucket: ContentBucket, local: LocalFolder, intent: Intent
) -> tuple[Mapping[str, Record], Mapping[str, FileReport]]:
    """Return records of the texts concerned as the bucket has them, and what a check finds where a file is written."""
    old = [write.key for write in intent.writes if write.expected and is_text(write.key)]
    touched = [*old, *(deletion.key for deletion in intent.deletions if is_text(deletion.key))]
    before = records_before(folder, local, touched, partial(read_many, bucket)) if touched else {}
    return before, reports_after(folder) if intent.writes else {}
