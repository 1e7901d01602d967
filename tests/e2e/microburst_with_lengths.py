"""Starts microburst so that the answer to a HEAD keeps its Content-Length, which S3 always gives and publish needs."""

import sys
from typing import Any

from aiohttp import web
from microburst import cli, forward

_stream = forward._stream_to_client


async def _stream_with_length(request: web.Request, status: int, headers: Any, *fault: Any) -> web.StreamResponse:
    if request.method != "HEAD":
        return await _stream(request, status, headers, *fault)
    kept = {name: value for name, value in headers.items() if name.lower() not in {"transfer-encoding", "connection"}}
    return web.Response(status=status, headers=kept)


forward._stream_to_client = _stream_with_length
sys.exit(cli.main())
