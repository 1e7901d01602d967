"""What every command says that asks AWS and gets no for an answer, and which command to run next."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.support.desk import write
from tests.support.terminal import Terminal
from tests.support.world import SITE_YAML, markdown

NO_STACK = ("--stack", "no-such-stack")
# Arguments by command, with the exit code. {good} and {wrong} are content folders, {file} is a file.
CASES: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "push": (
        (2, ("{good}", *NO_STACK)),
        (1, ("{wrong}", "--stack", "blog")),
    ),
    "pull": (
        (2, ("{good}", *NO_STACK)),
        (2, ("{file}", "--stack", "blog")),
    ),
    "open": (
        (2, ("posts/none.md", "--stack", "blog")),
        (2, NO_STACK),
    ),
    "history": (
        (2, ("posts/none.md", "--stack", "blog")),
        (2, ("posts/a.md", *NO_STACK)),
    ),
    "diff": (
        (2, ("posts/none.md", "--stack", "blog")),
        (2, ("posts/a.md", *NO_STACK)),
    ),
    "restore": (
        (2, ("posts/a.md", "--at", "soon", "--stack", "blog")),
        (2, ("posts/none.md", "--stack", "blog")),
        (2, ("posts/a.md", *NO_STACK)),
    ),
    "status": (
        (1, ("posts/none.md", "--stack", "blog")),
        (2, NO_STACK),
    ),
    "log": ((2, ("posts/none.md", *NO_STACK)),),
    "redrive": ((2, NO_STACK),),
    "audit": ((2, NO_STACK),),
    "rebuild": ((2, NO_STACK),),
    "purge": (
        (2, ("/a/*/b", "--stack", "blog")),
        (2, ("--all", *NO_STACK)),
    ),
    "recover": ((2, NO_STACK),),
}


def test_an_error_ends_with_the_command_to_run_next(terminal: Terminal, tmp_path: Path) -> None:
    write(tmp_path / "good", {"site.yaml": SITE_YAML, "posts/a.md": markdown("A")})
    write(tmp_path / "wrong", {"site.yaml": SITE_YAML, "posts/b.md": markdown("B", "03/04/2010")})
    write(tmp_path, {"file": b"x"})
    places = {name: str(tmp_path / name) for name in ("good", "wrong", "file")}

    wrong = {}
    for name, cases in CASES.items():
        for code, arguments in cases:
            result = terminal.run(name, *(argument.format(**places) for argument in arguments))
            last = (result.stderr.splitlines() or [""])[-1]
            explained = result.exception is None or isinstance(result.exception, SystemExit)
            if not explained or result.exit_code != code or not re.match(r"Next: (?:bucketpress|aws) \S", last):
                wrong[name, arguments] = result.exit_code, result.output

    assert wrong == {}
