"""Search on this machine: the search function's own service, over the objects of a site."""

import threading
from dataclasses import dataclass
from urllib.parse import unquote

from bucketpress import bootstrap
from bucketpress.api import http as api
from bucketpress.records.site_object import ReadObject
from bucketpress_cli.cloudfront.edge_cache import Origin, Request
from bucketpress_cli.cloudfront.functions import Answer
from bucketpress_cli.cloudfront.origins import Objects


@dataclass(frozen=True, slots=True)
class _SearchObjects:
    objects: Objects

    def read(self, key: str, known: str = "") -> ReadObject | None:
        found = self.objects(key)
        if found is None or "x-amz-meta-status" in found[0]:
            return None
        etag = found[0]["etag"].strip('"')
        return ReadObject(etag=etag, data=None if etag == known else found[1])


def search_origin(objects: Objects) -> Origin:
    """Return an origin that answers as the search function does, and keeps nothing in caches."""
    search = bootstrap.previewed_search(_SearchObjects(objects))
    alone = threading.Lock()

    def respond(request: Request) -> Answer:
        asked = api.Request(
            method=request.method, path=unquote(request.uri), query=request.query, headers=request.headers
        )
        with alone:
            given = search.respond(asked)
        headers = {name.lower(): value for name, value in given.headers.items()} | {"cache-control": "no-store"}
        return Answer(status=given.status, headers=headers, body=given.body)

    return respond
