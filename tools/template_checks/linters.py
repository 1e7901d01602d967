"""What cfn-lint and checkov say of a template; what is not heeded is named here with its reason."""

import json
import os
import subprocess
from pathlib import Path

from tools.environments import checkov_environment, linters_environment
from tools.tool_error import ToolError

REGIONS = ("us-east-1", "eu-central-1")

# Rules of cfn-lint and of cfn-lint-serverless.
NOT_LINTED = {
    "ES6000": "asks a queue of dead letters for dead letters as well; lost_messages in rules.py asks the other queues",
    "ES1001": "asks the mapping of a queue for a destination of failures, which only streams have",
    "WS1000": "wants traces, which nothing here reads",
    "WS1004": "looks for log groups by the functions' names; unkept_logs in rules.py follows LoggingConfig",
}
# Rules of checkov.
NOT_CHECKED = {
    "CKV_AWS_18": "access logs hold readers' addresses, which nobody here needs, and cost more than the site",
    "CKV_AWS_86": "likewise, for CloudFront",
    "CKV_AWS_21": "the site bucket is made from the content bucket, which is versioned",
    "CKV_AWS_26": "CloudWatch may not use the AWS-managed key, and an alarm holds no secret",
    "CKV_AWS_27": "SSE-SQS is on, without a key of KMS; test_template.py holds it",
    "CKV_AWS_68": "a firewall costs more than the site, which takes no input but the parameters of a read-only API",
    "CKV_AWS_115": "a new account may have ten concurrent executions, all of which have to stay unreserved",
    "CKV_AWS_116": "the queues have dead letters; a failed tick of the clock is followed by the next within a minute",
    "CKV_AWS_117": "the functions reach only AWS's own services, each through its role",
    "CKV_AWS_119": "encrypted by DynamoDB; a key of one's own would cost more than the table, and hides what is public",
    "CKV_AWS_158": "encrypted by CloudWatch; likewise",
    "CKV_AWS_173": "encrypted by Lambda; the one secret signs cursors, and those who may read it may read the posts",
    "CKV_AWS_174": "TLS 1.2 is set where there is a certificate; without one CloudFront allows no choice",
}


def lint(template: Path, folder: Path) -> tuple[str, ...]:
    """Return what cfn-lint finds in a template, run in an empty folder where nobody's configuration lies."""
    arguments = ["--template", str(template), "--regions", *REGIONS, "--format", "parseable"]
    arguments += ["--append-rules", "cfn_lint_serverless.rules", "--ignore-checks", *NOT_LINTED]
    done = _run([linters_environment().command("cfn-lint"), *arguments], folder)
    found = tuple(line for line in done.stdout.splitlines() if line.startswith(str(template)))
    if done.returncode != 0 and not found:
        message = "cfn-lint could not read the template."
        raise ToolError(message, details=done.stdout + done.stderr)
    return found


def check(template: Path, folder: Path) -> tuple[str, ...]:
    """Return what checkov finds in a template after SAM's transformation."""
    arguments = ["--file", str(template), "--framework", "cloudformation", "--skip-download", "--output", "json"]
    arguments += ["--compact", "--quiet", "--skip-check", ",".join(NOT_CHECKED)]
    done = _run([checkov_environment().command("checkov"), *arguments], folder)
    try:
        report = json.loads(done.stdout)
        failed = report["results"]["failed_checks"] if report["summary"]["passed"] else None
    except (ValueError, KeyError):
        failed = None
    if failed is None:
        message = "checkov could not read the template."
        raise ToolError(message, details=done.stdout + done.stderr)
    return tuple(f"{each['check_id']} {each['resource']}: {each['check_name']}" for each in failed)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    # No home: neither tool may find settings or keys of whoever runs it.
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "AWS_DEFAULT_REGION": REGIONS[0]}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
