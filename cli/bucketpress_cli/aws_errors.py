"""What can go wrong between a terminal and AWS, explained so that a person knows what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from rich.console import Console

from bucketpress.ports import NoSuchStackError, TransientError
from bucketpress_cli.failure import fail, this_command

WITHOUT_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)
SIGNED_OUT = (SSOError, TokenRetrievalError)
UNREACHABLE = (BotoConnectionError, HTTPClientError)
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403"})
NOT_VALID = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
    | {"SignatureDoesNotMatch", "InvalidAccessKeyId", "InvalidSignatureException"}
)
# Other services give the same code for a log, a function or a queue that is not there.
OF_TABLES = frozenset(
    {"GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}
    | {"BatchWriteItem", "TransactGetItems", "DescribeTable"}
)
_WHO = "aws sts get-caller-identity"

errors = Console(stderr=True, highlight=False)


def code_of(error: ClientError) -> str:
    """Return the code of an error of AWS; of an answer without a body its HTTP status, such as `404`."""
    return error.response["Error"]["Code"]


@contextmanager
def explained() -> Iterator[None]:
    """End the command with a sentence, a command and exit code 2 where AWS, or the way to it, says no."""
    try:
        yield
    except NoSuchStackError as error:
        named = this_command("--stack", error.others[0]) if error.others else "aws cloudformation list-stacks"
        fail(
            f"There is no Bucketpress stack named {error.stack} in this account and region.", _others(error), then=named
        )
    except WITHOUT_CREDENTIALS:
        hint = "AWS_PROFILE, or AWS_ACCESS_KEY_ID with its secret, may name them as well."
        fail("No AWS credentials were found.", hint, then="aws configure")
    except SIGNED_OUT:
        fail("You are not signed in to AWS any more.", then="aws sso login")
    except ProfileNotFound as error:
        fail(f"{error}.", "Correct AWS_PROFILE.", then="aws configure list-profiles")
    except NoRegionError:
        hint = "It is the one the stack is in, such as eu-west-1; AWS_DEFAULT_REGION may name it as well."
        fail("No AWS region is set.", hint, then="aws configure set region REGION")
    except UNREACHABLE as error:
        hint = f"{error} Is AWS_ENDPOINT_URL set to a local cloud that has ended?"
        fail("AWS cannot be reached.", hint, then=this_command())
    except ClientError as error:
        _explain(error)
    except BotoCoreError as error:
        fail(f"AWS cannot be asked: {error}", then=_WHO)
    except TransientError as error:
        fail(f"AWS is too busy: {error}.", "Wait a little.", then=this_command())


def _others(error: NoSuchStackError) -> str:
    if error.others:
        return f"There is {', '.join(error.others)}: name it with --stack."
    return "Name the stack with --stack, and the region with AWS_DEFAULT_REGION."


def _explain(error: ClientError) -> None:
    code, said = code_of(error), error.response["Error"].get("Message", "")
    if code in DENIED:
        hint = f"{said}\ndocs/operating.md lists the permissions that this command needs.".lstrip()
        fail(f"You may not do this: AWS refused {error.operation_name}.", hint, then=_WHO)
    if code in NOT_VALID:
        fail(
            "Your AWS credentials are not valid, or not any more.",
            "Sign in again, or correct them.",
            then="aws configure",
        )
    if code == "ResourceNotFoundException" and error.operation_name in OF_TABLES:
        fail("The stack's table does not exist any more.", said, then="bucketpress recover --help")
    if code == "NoSuchBucket":
        hint = "Name another with --bucket, or none for that of the stack."
        fail("There is no bucket of that name.", hint, then="aws s3 ls")
    fail(f"AWS answered {code} to {error.operation_name}.", said, then=this_command())
