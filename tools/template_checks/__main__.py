"""`make check`: print every fault of the template, and exit with 1 if there is any."""

import json
import sys
import tempfile
from pathlib import Path

from tools.locks import PROJECT_FOLDER
from tools.template_checks.deploy_role import calls_refused, statements
from tools.template_checks.linters import check, lint
from tools.template_checks.rules import faults
from tools.template_checks.transform import transform
from tools.tool_error import ToolError


def main(source: Path = PROJECT_FOLDER / "template.yaml") -> None:
    """Run our rules, cfn-lint and checkov on the template and on what SAM makes of it, and on the files of deploy/."""
    with tempfile.TemporaryDirectory(prefix="bucketpress-checks-") as name:
        folder = Path(name)
        (template,) = transform([source])
        transformed = folder / "transformed.json"
        transformed.write_text(json.dumps(template.document, indent=1), "utf-8")
        found = [
            *faults(template),
            *calls_refused(template, statements(PROJECT_FOLDER / "deploy" / "github.yaml")),
            *lint(source, folder),
            *lint(transformed, folder),
            *check(transformed, folder),
            *(fault for path in sorted((PROJECT_FOLDER / "deploy").glob("*.yaml")) for fault in lint(path, folder)),
        ]
    for sentence in found:
        sys.stdout.write(f"{sentence}\n")
    if found:
        sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except ToolError as error:
        sys.exit(f"{error}\n{error.details}")
