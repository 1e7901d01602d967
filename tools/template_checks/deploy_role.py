"""Whether the role that deploys the stack may do all that CloudFormation does for it.

CloudFormation calls the services with the rights of whoever deploys. Which calls each type of resource takes stands in
the type's schema.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from tools.template_checks.policy import Statement, allows, filled
from tools.template_checks.source import read_template
from tools.template_checks.transformed_template import Template

ROLE = "StackRole"
NAMES = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "111122223333",
    "AWS::StackName": "site-github",
    "StackName": "site",
    "Boundary": "arn:aws:iam::111122223333:policy/site-github-Boundary-X",
}
_HERE, _EVERYWHERE = "eu-west-1:111122223333", ":111122223333"
_PACKAGES = "arn:aws:s3:::aws-sam-cli-managed-default-x/site/code"
# What the resources of each type are called: by us, or by CloudFormation after the stack and the resource.
RESOURCES: Mapping[str, Sequence[str]] = {
    "AWS::ApiGatewayV2::Api": ["arn:aws:apigateway:eu-west-1::/apis"],
    "AWS::ApiGatewayV2::Stage": ["arn:aws:apigateway:eu-west-1::/apis/x/stages"],
    "AWS::CloudFront::CachePolicy": [f"arn:aws:cloudfront:{_EVERYWHERE}:cache-policy/x"],
    "AWS::CloudFront::Distribution": [f"arn:aws:cloudfront:{_EVERYWHERE}:distribution/x"],
    "AWS::CloudFront::Function": [f"arn:aws:cloudfront:{_EVERYWHERE}:function/site-eu-west-1-address"],
    "AWS::CloudFront::OriginAccessControl": [f"arn:aws:cloudfront:{_EVERYWHERE}:origin-access-control/x"],
    "AWS::CloudFront::ResponseHeadersPolicy": [f"arn:aws:cloudfront:{_EVERYWHERE}:response-headers-policy/x"],
    "AWS::CloudWatch::Alarm": [f"arn:aws:cloudwatch:{_HERE}:alarm:site-ClockAlarm-X"],
    "AWS::CloudWatch::Dashboard": [f"arn:aws:cloudwatch:{_EVERYWHERE}:dashboard/site-eu-west-1"],
    "AWS::DynamoDB::Table": [f"arn:aws:dynamodb:{_HERE}:table/site-PostTable-X"],
    "AWS::IAM::ManagedPolicy": [f"arn:aws:iam:{_EVERYWHERE}:policy/site-AuthorPolicy-X"],
    "AWS::IAM::Role": [f"arn:aws:iam:{_EVERYWHERE}:role/site-UpkeepFunctionTickRole-X"],
    "AWS::Lambda::EventInvokeConfig": [f"arn:aws:lambda:{_HERE}:function:site-UpkeepFunction-X"],
    "AWS::Lambda::EventSourceMapping": [f"arn:aws:lambda:{_HERE}:event-source-mapping:x"],
    "AWS::Lambda::Function": [
        f"arn:aws:lambda:{_HERE}:function:site-UpkeepFunction-X",
        f"arn:aws:lambda:{_HERE}:layer:site-shared:1",
        f"arn:aws:iam:{_EVERYWHERE}:role/site-UpkeepRole-X",
        _PACKAGES,
    ],
    "AWS::Lambda::LayerVersion": [f"arn:aws:lambda:{_HERE}:layer:site-shared", _PACKAGES],
    "AWS::Lambda::Permission": [f"arn:aws:lambda:{_HERE}:function:site-SearchFunction-X"],
    "AWS::Logs::LogGroup": [f"arn:aws:logs:{_HERE}:log-group:/aws/lambda/site-publish", "*"],
    "AWS::S3::Bucket": ["arn:aws:s3:::site-content-111122223333-eu-west-1"],
    "AWS::S3::BucketPolicy": ["arn:aws:s3:::site-site-111122223333-eu-west-1"],
    "AWS::SNS::Topic": [f"arn:aws:sns:{_HERE}:site-AlarmTopic-X"],
    "AWS::SQS::Queue": [f"arn:aws:sqs:{_HERE}:site-SourceQueue-X"],
    "AWS::SQS::QueuePolicy": [f"arn:aws:sqs:{_HERE}:site-SourceQueue-X"],
    "AWS::Scheduler::Schedule": [
        f"arn:aws:scheduler:{_HERE}:schedule/default/site-tick",
        f"arn:aws:iam:{_EVERYWHERE}:role/site-UpkeepFunctionTickRole-X",
    ],
}
# What a request says of itself.
CONTEXT = {"iam:PermissionsBoundary": NAMES["Boundary"], "iam:PassedToService": "lambda.amazonaws.com"}
# What the schemas name and this template never takes: a pattern of calls, of one type or of any, and why.
NOT_CALLED = {
    "kms:*": "no key of KMS encrypts anything",
    "logs:*ssociateKmsKey": "likewise",
    "ec2:*": "no function is in a network",
    "elasticfilesystem:*": "no function has a file system",
    "s3files:*": "likewise",
    "kinesis:*": "no table has a stream",
    "dynamodb:*KinesisStreamingDestination": "likewise",
    "dynamodb:*TableReplica": "there is one region",
    "dynamodb:ImportTable": "the table begins empty, or is imported by CloudFormation",
    "dynamodb:*ResourcePolicy": "roles alone say who may use the table; reading that there is no policy is allowed",
    "dynamodb:UpdateTimeToLive": "nothing expires",
    "dynamodb:UpdateContributorInsights": "they are not on",
    "dynamodb:*Item": "for the copying of tables; whoever deploys reads no posts",
    "dynamodb:Scan": "likewise",
    "dynamodb:Query": "likewise",
    "AWS::DynamoDB::Table logs:*": "for the import of tables from a bucket",
    "AWS::DynamoDB::Table s3:*": "likewise",
    "AWS::S3::Bucket iam:PassRole": "for replication",
    "AWS::SNS::Topic iam:*": "for the logging of deliveries",
    "iam:CreateServiceLinkedRole": "for replicas and scaling of tables",
    "iam:Attach*Policy": "policies stand in the roles, and the author policy is attached by hand",
    "iam:Detach*Policy": "likewise",
    "iam:*RolePermissionsBoundary": "the boundary is set when a role is made, or by somebody who may do more",
    "iam:*PolicyVersion": "the author policy is not StackRole's to change; docs/deploying.md says so",
    "apigateway:*agResource": "no action that IAM knows; tags are paths of API Gateway like any other",
    "cloudfront:*ConnectionGroup": "for distributions of many tenants",
    "cloudfront:GetVpcOrigin": "no origin is in a network",
    "cloudfront:CreateDistributionWithTags": "the template has no tags; those of CloudFormation are set afterwards",
    "cloudfront:UpdateDistributionWithStagingConfig": "there is no staging distribution",
    "logs:PutDataProtectionPolicy": "no log has one",
    "logs:DeleteDataProtectionPolicy": "likewise",
    "logs:PutIndexPolicy": "likewise",
    "logs:DeleteIndexPolicy": "likewise",
    "logs:DeleteResourcePolicy": "likewise",
    "logs:PutLogGroupDeletionProtection": "likewise",
    "logs:PutBearerTokenAuthentication": "likewise",
    "firehose:*": "logs stay in CloudWatch",
    "s3:REST.PUT.OBJECT": "likewise; no action of S3",
    "s3tables:*": "no bucket has tables of its metadata",
    "s3:*BucketMetadata*": "likewise",
    "s3:*Analytics*": "no bucket has such a configuration",
    "s3:*InventoryConfiguration": "likewise",
    "s3:*Metrics*": "likewise",
    "s3:PutAccelerateConfiguration": "likewise",
    "s3:*Replication*": "likewise",
    "s3:PutIntelligentTieringConfiguration": "likewise",
    "s3:PutObjectLockConfiguration": "likewise",
    "s3:DeleteBucketWebsite": "likewise",
    "s3:DeleteBucketCors": "likewise",
    "s3:DeleteBucketEncryption": "a bucket is always encrypted",
    "s3:DeleteBucketLifecycle": "a bucket always has its rule",
    "s3:PutObjectAcl": "for the delivery of logs into buckets",
    "s3:DeleteObject": "likewise; whoever deploys deletes no posts",
    "s3:getObject": "for descriptions of APIs that lie in a bucket; ours is in the template",
    "sns:PutDataProtectionPolicy": "the topic has none",
}


def statements(path: Path) -> list[Statement]:
    """Return the statements of the role's policies in a template, for one stack of an account."""
    policies = read_template(path)["Resources"][ROLE]["Properties"]["Policies"]
    return [filled(each, NAMES) for policy in policies for each in policy["PolicyDocument"]["Statement"]]


def calls_refused(template: Template, role: Sequence[Statement]) -> Iterator[str]:
    """Find calls that CloudFormation makes for the template's resources and that the role may not make."""
    for kind, calls in sorted(template.calls.items()):
        if kind not in RESOURCES:
            yield f"{ROLE}: say in deploy_role.py what resources of type {kind} are called"
            continue
        for call in calls:
            if not (any(allows(role, call, each, CONTEXT) for each in RESOURCES[kind]) or reasons(kind, call)):
                yield f"{ROLE}: {call} is refused, which {kind} takes"


def reasons(kind: str, call: str) -> list[str]:
    """Return the patterns that say why CloudFormation does not make a call for our resources of a type."""
    return [pattern for pattern in NOT_CALLED if fnmatchcase(call, pattern) or fnmatchcase(f"{kind} {call}", pattern)]
