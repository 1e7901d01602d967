"""Runs SAM's transformation, in whose environment transformation.py works."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.environments import sam_environment
from tools.template_checks.transformed_template import Template
from tools.tool_error import ToolError

SCRIPT = Path(__file__).with_name("transformation.py")


def transform(paths: Sequence[Path]) -> list[Template]:
    """Return templates as the very translator that SAM CLI deploys with leaves them; quicker than one at a time."""
    command = [sam_environment().command("python"), "-P", str(SCRIPT), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = "SAM could not transform the template."
        raise ToolError(message, details=done.stderr)
    return [
        Template(document=each["template"], naming=each["naming"], calls=each["calls"])
        for each in json.loads(done.stdout)
    ]
