"""Compiles a folder's templates to Python modules, so that a function that wakes up need not read Jinja.

    python -m bucketpress.site.theme.compiler FOLDER

Called by the layers' makefiles. Raises what Jinja raises for a template it cannot read, so a broken theme is not built.
"""

import sys
from pathlib import Path

from bucketpress.site.theme.theme import environment_of
from bucketpress.site.theme.theme_files import COMPILED


def compile_templates(folder: Path) -> None:
    """Write a module for each template of a folder to the folder below it where `theme` looks for them."""
    environment_of(folder).compile_templates(folder / COMPILED, extensions=["j2"], zip=None, ignore_errors=False)


if __name__ == "__main__":
    compile_templates(Path(sys.argv[1]))
