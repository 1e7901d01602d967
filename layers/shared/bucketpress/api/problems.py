"""The kinds of problem document (RFC 9457) the API answers with. The types are a contract: they never change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from bucketpress.api.http import PROBLEM, Response
from bucketpress.cache_lifetimes import CHANGING, MISSING, NEVER
from bucketpress.errors import BucketpressError

DOCUMENTATION = "/v1/docs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemType:
    """A kind of problem; `name` is the fragment of its type, which leads to its description."""

    name: str
    status: HTTPStatus
    title: str
    description: str
    cache_control: str = CHANGING

    @property
    def uri(self) -> str:
        """Return the problem's `type`."""
        return f"{DOCUMENTATION}#{self.name}"


UNKNOWN_PARAMETER = ProblemType(
    name="unknown-parameter",
    status=HTTPStatus.BAD_REQUEST,
    title="Unknown parameter",
    description="The query has a parameter this address does not know. `parameter` names it.",
)
INVALID_PARAMETER = ProblemType(
    name="invalid-parameter",
    status=HTTPStatus.BAD_REQUEST,
    title="Invalid parameter",
    description=(
        "A parameter is empty, given twice, ill-formed or out of range. `parameter` names it. Nothing is ever moved "
        "into its range silently."
    ),
)
INVALID_CURSOR = ProblemType(
    name="invalid-cursor",
    status=HTTPStatus.BAD_REQUEST,
    title="Invalid cursor",
    description="The cursor was not made by this API for this very query. Begin again without one.",
)
NO_SUCH_ADDRESS = ProblemType(
    name="no-such-address",
    status=HTTPStatus.NOT_FOUND,
    title="No such address",
    description="The API has nothing at this address.",
    cache_control=MISSING,
)
NO_SUCH_POST = ProblemType(
    name="no-such-post",
    status=HTTPStatus.NOT_FOUND,
    title="No such post",
    description="No post was ever published under this slug, id or path.",
    cache_control=MISSING,
)
METHOD_NOT_ALLOWED = ProblemType(
    name="method-not-allowed",
    status=HTTPStatus.METHOD_NOT_ALLOWED,
    title="Method not allowed",
    description="The API is read only: GET, HEAD and OPTIONS. `Allow` says so too.",
)
NOT_ACCEPTABLE = ProblemType(
    name="not-acceptable",
    status=HTTPStatus.NOT_ACCEPTABLE,
    title="Not acceptable",
    description="The address has no representation of a type the `Accept` header names.",
)
GONE = ProblemType(
    name="gone",
    status=HTTPStatus.GONE,
    title="Gone",
    description="The post was published and has been withdrawn or removed. It may come back.",
)
CONFLICTING_PARAMETERS = ProblemType(
    name="conflicting-parameters",
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    title="Conflicting parameters",
    description="Each parameter is well-formed, but they cannot be combined.",
)
TOO_LARGE = ProblemType(
    name="too-large",
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    title="Too large",
    description="The post's body is larger than the API can send. Leave it out, and read the page itself.",
)
UNAVAILABLE = ProblemType(
    name="unavailable",
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    title="Unavailable",
    description="The index is busy. Ask again after the seconds that `Retry-After` names.",
    cache_control=NEVER,
)
PROBLEM_TYPES = (
    UNKNOWN_PARAMETER,
    INVALID_PARAMETER,
    INVALID_CURSOR,
    NO_SUCH_ADDRESS,
    NO_SUCH_POST,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    GONE,
    CONFLICTING_PARAMETERS,
    TOO_LARGE,
    UNAVAILABLE,
)


class ProblemError(BucketpressError):
    """A request that is answered with a problem document."""

    def __init__(
        self,
        kind: ProblemType,
        detail: str,
        parameter: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Store the members of the document."""
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.parameter = parameter
        self.headers = headers or {}

    def response(self) -> Response:
        """Return the response that carries the document."""
        members: dict[str, object] = {
            "type": self.kind.uri,
            "title": self.kind.title,
            "status": int(self.kind.status),
            "detail": self.detail,
        }
        if self.parameter is not None:
            members["parameter"] = self.parameter
        vary = "Accept, Accept-Encoding" if self.kind is NOT_ACCEPTABLE else "Accept-Encoding"
        headers = {"Content-Type": PROBLEM, "Cache-Control": self.kind.cache_control, "Vary": vary, **self.headers}
        return Response(status=int(self.kind.status), headers=headers, body=json.dumps(members).encode())


def invalid(parameter: str, detail: str) -> ProblemError:
    """Return the problem of one parameter's value."""
    return ProblemError(INVALID_PARAMETER, detail, parameter)


def conflicting(detail: str) -> ProblemError:
    """Return the problem of parameters that cannot be combined."""
    return ProblemError(CONFLICTING_PARAMETERS, detail)
