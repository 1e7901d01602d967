"""Where CloudFront gets things from: objects by key, a site bucket, the API."""

import http.client
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bucketpress_cli.cloudfront.edge_cache import Origin, Request
from bucketpress_cli.cloudfront.functions import Answer

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# Of the connection, or of MiniStack; ranges are not served here.
NOT_PASSED_ON = frozenset(
    {"accept-ranges", "apigw-requestid", "connection", "content-length", "date", "keep-alive", "transfer-encoding"}
    | {"x-amzn-requestid"}
)
OF_THE_CONNECTION = frozenset({"host", "connection"})
API_SECONDS = 30
# What the policy of the site bucket gives nobody who comes through the distribution.
KEPT_BACK = "_search/"

# Returns the headers and bytes of the object with a key, None for a missing one.
Objects = Callable[[str], tuple[dict[str, str], bytes] | None]


def objects_origin(objects: Objects) -> Origin:
    """Return an origin that answers as S3 does: 403 for a missing object, 304 for one that the asker has."""

    def respond(request: Request) -> Answer:
        key = unquote(request.uri).removeprefix("/")
        found = None if key.startswith(KEPT_BACK) else objects(key)
        if found is None:
            headers = {"content-type": "application/xml"}
            return Answer(
                status=HTTPStatus.FORBIDDEN, headers=headers, body=b"<Error><Code>AccessDenied</Code></Error>"
            )
        headers, body = found
        if request.headers.get("if-none-match", "") == headers.get("etag"):
            return Answer(status=HTTPStatus.NOT_MODIFIED, headers={"etag": headers["etag"]})
        return Answer(status=HTTPStatus.OK, headers=headers, body=body)

    return respond


def bucket_objects(s3: "S3Client", bucket: str) -> Objects:
    """Return what reads the objects of a bucket: headers, without those of the transport, and bytes."""
    # Who previews a folder does not wait for the SDK.
    from botocore.exceptions import ClientError  # noqa: PLC0415

    def read(key: str) -> tuple[dict[str, str], bytes] | None:
        try:
            found = s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise
        headers: dict[str, str] = {
            name.lower(): value for name, value in found["ResponseMetadata"]["HTTPHeaders"].items()
        }
        return {name: value for name, value in headers.items() if name not in NOT_PASSED_ON}, found["Body"].read()

    return read


def api_origin(api: str, added: Mapping[str, str] | None = None) -> Origin:
    """Return an origin that passes requests on to the API at an address, without the /v1, with headers `added`."""
    address = urlsplit(api)

    def respond(request: Request) -> Answer:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=API_SECONDS)
        headers = {name: value for name, value in request.headers.items() if name not in OF_THE_CONNECTION}
        headers |= added or {}
        try:
            target = address.path + request.uri + (f"?{request.query}" if request.query else "")
            connection.request(request.method, target, headers=headers)
            response = connection.getresponse()
            body = response.read()
        except OSError:
            return Answer(status=HTTPStatus.BAD_GATEWAY, headers={"content-type": "text/plain"}, body=b"No answer.\n")
        finally:
            connection.close()
        given = {name.lower(): value for name, value in response.getheaders()}
        kept = {name: value for name, value in given.items() if name not in NOT_PASSED_ON}
        return Answer(status=response.status, headers=kept, body=body)

    return respond
