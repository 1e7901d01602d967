"""What can go wrong between a terminal and AWS, explained so that a person knows what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOError,
    TokenRetrievalError,
)
from rich.console import Console

from bucketpress.ports import NoSuchStackError, TransientError

FAILED = 2
WITHOUT_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)
SIGNED_OUT = (SSOError, TokenRetrievalError)
UNREACHABLE = (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError)
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403"})
NOT_VALID = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
    | {"SignatureDoesNotMatch", "InvalidAccessKeyId", "InvalidSignatureException"}
)

errors = Console(stderr=True, highlight=False)


@contextmanager
def explained() -> Iterator[None]:
    """End the command with a sentence and exit code 2 where AWS, or the way to it, says no."""
    try:
        yield
    except NoSuchStackError as error:
        fail(f"There is no Bucketpress stack named {error.stack} in this account and region.", _others(error))
    except WITHOUT_CREDENTIALS:
        fail("No AWS credentials were found.", "Run `aws configure`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.")
    except SIGNED_OUT:
        fail("You are not signed in to AWS any more.", "Run `aws sso login`.")
    except ProfileNotFound as error:
        fail(f"{error}.", "Correct AWS_PROFILE.")
    except NoRegionError:
        fail("No AWS region is set.", "Set AWS_DEFAULT_REGION to the one the stack is in, such as eu-west-1.")
    except UNREACHABLE as error:
        fail("AWS cannot be reached.", f"{error} Is AWS_ENDPOINT_URL set to a local cloud that has ended?")
    except ClientError as error:
        _explain(error)
    except TransientError as error:
        fail(f"AWS is too busy: {error}.", "Try again.")


def fail(what: str, then: str = "") -> None:
    """Print what went wrong and what to do, and end with exit code 2."""
    errors.print(f"✗ {what}", style="red", markup=False, soft_wrap=True)
    if then:
        errors.print(then, markup=False, soft_wrap=True)
    raise typer.Exit(FAILED)


def _others(error: NoSuchStackError) -> str:
    if error.others:
        return f"There is {', '.join(error.others)}: name it with --stack."
    return "Name the stack with --stack, and the region with AWS_DEFAULT_REGION."


def _explain(error: ClientError) -> None:
    code, said = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in DENIED:
        fail(
            f"You may not do this: AWS refused {error.operation_name}.",
            f"{said}\ndocs/operating.md lists the permissions that this command needs.".lstrip(),
        )
    if code in NOT_VALID:
        fail("Your AWS credentials are not valid, or not any more.", "Sign in again, or correct them.")
    if code == "ResourceNotFoundException":
        fail("The stack's table does not exist any more.", said)
    fail(f"AWS answered {code} to {error.operation_name}.", said)
