"""The commands of `bucketpress` by name: what the list of them says, and where each is.

To add a command, write a function with a docstring, which is the command's own help, and a row here.
"""

from dataclasses import dataclass

AUTHORS, OPERATORS, OTHERS = "For authors", "For operators", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: the function it calls in a module of this package, and its line in the list of all commands."""

    name: str
    panel: str
    module: str
    function: str
    summary: str


def _command(panel: str, name: str, module: str, summary: str, *, function: str | None = None) -> Command:
    return Command(name=name, panel=panel, module=module, function=function or name, summary=summary)


COMMANDS = {
    command.name: command
    for command in (
        _command(AUTHORS, "init", "starter.init_command", "Make a content folder that builds at once."),
        _command(AUTHORS, "new", "starter.new_command", "Begin a post, a draft or a page."),
        _command(AUTHORS, "build", "author_commands", "Build the site of a content folder."),
        _command(
            AUTHORS,
            "check",
            "author_commands",
            "Show what is understood of a content folder, and what is wrong with it.",
        ),
        _command(AUTHORS, "preview", "preview", "Serve a content folder on this machine, updated as you write."),
        _command(AUTHORS, "push", "transfer.push.push_command", "Bring the content bucket to what a folder holds."),
        _command(
            AUTHORS, "pull", "transfer.pull.pull_command", "Bring what is newer in the content bucket to a folder."
        ),
        _command(AUTHORS, "open", "live.open_command", "Open a page in a browser.", function="open_page"),
        _command(AUTHORS, "history", "versions.history_commands", "List the versions of a file in the bucket."),
        _command(AUTHORS, "diff", "versions.history_commands", "Show how two versions of a file differ."),
        _command(AUTHORS, "restore", "versions.restore_command", "Bring back what a file, or the bucket, was."),
        _command(
            AUTHORS,
            "import",
            "importers.import_command",
            "Make a content folder of what another system exports.",
            function="import_publication",
        ),
        _command(
            AUTHORS,
            "export",
            "importers.export_command",
            "Write the whole publication as one archive.",
            function="export_publication",
        ),
        _command(AUTHORS, "verify", "old_site.verify_command", "Say which old addresses and feed ids a folder keeps."),
        _command(OPERATORS, "status", "operator_commands", "Show the state of every source, or the receipt of one."),
        _command(OPERATORS, "log", "live.log_command", "Show what was logged when a source was published."),
        _command(OPERATORS, "redrive", "live.redrive_command", "Try again what has failed for good."),
        _command(OPERATORS, "audit", "operator_commands", "Compare buckets and index now, and fix the differences."),
        _command(OPERATORS, "rebuild", "operator_commands", "Read every source and render every page again."),
        _command(OPERATORS, "purge", "live.purge_command", "Have CloudFront forget pages and files at once."),
        _command(OPERATORS, "recover", "operator_commands", "Bring an index older than the site up to date."),
        _command(OTHERS, "version", "version_command", "Print the version."),
    )
}
