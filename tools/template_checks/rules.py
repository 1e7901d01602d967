"""What must hold of the transformed template and no linter knows; each rule yields a sentence for each fault.

A rule finds the resources it speaks of by their type, so that it holds for those that are added later as well.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tools.template_checks.alarm_rules import filled_too_early, metrics_left_out, unwatched_functions
from tools.template_checks.policy import as_list
from tools.template_checks.transformed_template import Resource, Template, statements, target

TIMEOUTS_HIDDEN = 6  # AWS's advice for a queue that a function reads
DEAD_LETTERS_KEPT_SECONDS = 14 * 24 * 3600  # the longest there is
EDGE_FUNCTION_BYTES = 10 * 1024


def faults(template: Template) -> tuple[str, ...]:
    """Return what every rule finds."""
    return tuple(fault for rule in RULES for fault in rule(template))


def names_without_the_stack(template: Template) -> Iterator[str]:
    """Find names that a second stack in the same account and region could not take."""
    for name, body in template.resources.items():
        for group in template.naming.get(body["Type"], []):
            values = [_at(body.get("Properties", {}), path) for path in group]
            # Without a name CloudFormation makes one of the stack's.
            if any(values) and not any(_belongs_to_the_stack(value, template.resources) for value in values):
                yield f"{name}: {', '.join(group)} does not carry the stack's name, so it exists once in an account"


def wide_grants(template: Template) -> Iterator[str]:
    """Find roles that do not name what they may do, and on what."""
    roles = template.of_type("AWS::IAM::Role")
    documents = [(name, each["PolicyDocument"]) for name, role in roles.items() for each in role.get("Policies", [])]
    documents += [(name, each["PolicyDocument"]) for name, each in template.of_type("AWS::IAM::ManagedPolicy").items()]
    for name, document in documents:
        for statement in statements(document):
            actions = [each for each in as_list(statement.get("Action", "*")) if "*" in each]
            if actions:
                yield f"{name}: {statement.get('Sid')} grants {', '.join(actions)} instead of the actions used"
            if "*" in as_list(statement.get("Resource", "*")):
                yield f"{name}: {statement.get('Sid')} grants its actions on everything"
    for name, role in roles.items():
        if role.get("ManagedPolicyArns"):
            yield f"{name}: managed policies grant more than a function uses"


def unbounded_roles(template: Template) -> Iterator[str]:
    """Find roles that the parameter PermissionsBoundary does not reach, such as those that SAM makes for an event."""
    for name, role in template.of_type("AWS::IAM::Role").items():
        if "PermissionsBoundary" not in role:
            yield f"{name}: PermissionsBoundary is missing, so whoever deploys may give it any right"


def hidden_too_briefly(template: Template) -> Iterator[str]:
    """Find queues whose messages come back while a function may still be working on them."""
    for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
        queue, function = target(mapping["EventSourceArn"]), target(mapping["FunctionName"])
        timeout = template.resources[function]["Properties"]["Timeout"]
        needed = TIMEOUTS_HIDDEN * timeout + mapping.get("MaximumBatchingWindowInSeconds", 0)
        hidden = template.resources[queue]["Properties"].get("VisibilityTimeout", 30)
        if hidden < needed:
            yield f"{queue}: VisibilityTimeout {hidden} is less than six timeouts of {function}: {needed}"


def lost_messages(template: Template) -> Iterator[str]:
    """Find queues that lose what fails again and again, or keep it no longer than what waits."""
    queues = template.of_type("AWS::SQS::Queue")
    for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
        queue = target(mapping["EventSourceArn"])
        redrive = queues[queue].get("RedrivePolicy")
        if redrive is None:
            yield f"{queue}: no dead letters: RedrivePolicy is missing"
            continue
        dead_letters = target(redrive["deadLetterTargetArn"])
        if queues[dead_letters].get("MessageRetentionPeriod") != DEAD_LETTERS_KEPT_SECONDS:
            yield f"{dead_letters}: MessageRetentionPeriod is not 14 days, the longest there is"


def open_buckets(template: Template) -> Iterator[str]:
    """Find buckets that may become public, and policies that let everybody do something."""
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    for name, bucket in template.of_type("AWS::S3::Bucket").items():
        left = [each for each in blocks if bucket.get("PublicAccessBlockConfiguration", {}).get(each) is not True]
        if left:
            yield f"{name}: public access is possible: {', '.join(left)} is not true"
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"):
        for name, policy in template.of_type(kind).items():
            for statement in statements(policy["PolicyDocument"]):
                if statement["Effect"] == "Allow" and statement["Principal"] in ("*", {"AWS": "*"}):
                    yield f"{name}: {statement.get('Sid')} allows everybody {statement['Action']}"


def unkept_logs(template: Template) -> Iterator[str]:
    """Find logs that are plain text, made by Lambda, or kept for ever."""
    groups = template.of_type("AWS::Logs::LogGroup")
    for name, function in template.of_type("AWS::Lambda::Function").items():
        logging = function.get("LoggingConfig", {})
        if target(logging.get("LogGroup")) not in groups:
            yield f"{name}: LoggingConfig names no log group of this template"
        if logging.get("LogFormat") != "JSON":
            yield f"{name}: LogFormat is not JSON, so the runtime's own lines are plain text"
    for name, group in groups.items():
        if "RetentionInDays" not in group:
            yield f"{name}: RetentionInDays is missing, so the log is kept for ever"


def unprotected_data(template: Template) -> Iterator[str]:
    """Find data that goes with the stack, or that stays after a first deployment that failed."""
    for kind in ("AWS::S3::Bucket", "AWS::DynamoDB::Table"):
        for name in template.of_type(kind):
            resource = template.resources[name]
            policies = (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
            if policies != ("RetainExceptOnCreate", "Retain"):
                yield f"{name}: DeletionPolicy and UpdateReplacePolicy are {policies}"


def long_edge_functions(template: Template) -> Iterator[str]:
    """Find functions of CloudFront that are longer than it takes."""
    for name, function in template.of_type("AWS::CloudFront::Function").items():
        size = len(function["FunctionCode"].encode())
        if size > EDGE_FUNCTION_BYTES:
            yield f"{name}: FunctionCode has {size:,} bytes; CloudFront takes {EDGE_FUNCTION_BYTES:,}"


RULES: tuple[Callable[[Template], Iterator[str]], ...] = (
    names_without_the_stack,
    wide_grants,
    unbounded_roles,
    hidden_too_briefly,
    lost_messages,
    open_buckets,
    unwatched_functions,
    metrics_left_out,
    filled_too_early,
    unkept_logs,
    unprotected_data,
    long_edge_functions,
)


def _belongs_to_the_stack(value: Any, resources: Mapping[str, Resource]) -> bool:
    """Return whether a name holds the stack's name, or is that of a resource of the stack."""
    text = json.dumps(value)
    return "${AWS::StackName}" in text or '"AWS::StackName"' in text or target(value) in resources


def _at(properties: Resource, path: str) -> Any:
    value: Any = properties
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value
