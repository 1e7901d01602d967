"""Print the template as CloudFormation will see it, and what its linter says; runs in SAM CLI's environment.

`sam validate --lint` looks at the template before the transformation, and so misses faults in what SAM makes of it.
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

REGION = "us-east-1"


def transformed(path: Path) -> dict[str, Any]:
    """Return the template after SAM's transformation, with its parameters' defaults."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    translator = importlib.import_module("samtranslator.translator.translator")
    parser = importlib.import_module("samtranslator.parser.parser")
    reader = importlib.import_module("samcli.yamlhelper")
    template = reader.yaml_parse(path.read_text("utf-8"))
    # As after `sam build` and `sam package`: the translator wants code that lies in S3.
    for resource in template["Resources"].values():
        for code in ("CodeUri", "ContentUri"):
            if code in resource.get("Properties", {}):
                resource["Properties"][code] = "s3://packages/code.zip"
    defaults = {name: each["Default"] for name, each in template["Parameters"].items() if "Default" in each}
    result: dict[str, Any] = translator.Translator({}, parser.Parser()).translate(template, parameter_values=defaults)
    return result


def findings(template: dict[str, Any]) -> list[str]:
    """Return what cfn-lint says of a transformed template."""
    cfnlint = importlib.import_module("cfnlint.api")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # no .cfnlintrc of anybody's
        matches = cfnlint.lint(json.dumps(template), None, [REGION])
    return [f"{each.rule.id} {'/'.join(map(str, each.path or []))}: {each.message}" for each in matches]


def main() -> None:
    """Write a JSON document with `template` and `findings` to standard output."""
    template = transformed(Path(sys.argv[1]).resolve())
    json.dump({"template": template, "findings": findings(template)}, sys.stdout)


if __name__ == "__main__":
    main()
