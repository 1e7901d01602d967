"""Starts microburst so that answers keep their Content-Length, which S3 always gives and publish needs."""

import sys
from typing import Any

from aiohttp import web
from microburst import cli, forward

_stream = forward._stream_to_client


async def _stream_with_length(
    request: web.Request, status: int, headers: Any, fault: forward.ResponseFault | None, chunks: Any
) -> web.StreamResponse:
    if request.method == "HEAD":
        kept = {
            name: value for name, value in headers.items() if name.lower() not in {"transfer-encoding", "connection"}
        }
        return web.Response(status=status, headers=kept)
    if length := headers.get("content-length"):
        fault = fault or forward.ResponseFault()
        # A body that is cut off then is an incomplete one, as on a broken connection.
        fault.set_headers = {**fault.set_headers, "Content-Length": length}
    return await _stream(request, status, headers, fault, chunks)


forward._stream_to_client = _stream_with_length
sys.exit(cli.main())
