"""TLS of the clients of AWS: the certificates of authorities are read once, and not again for every connection.

botocore names its file of 140 authorities to urllib3 with each connection, and urllib3 reads it each time: 20 ms of a
whole processor, dozens of times in a batch that makes its calls at once.
"""

from functools import cache
from typing import Any


class SharedTls:
    """One TLS context for several clients, which botocore has made and which remembers what it has read."""

    def __init__(self) -> None:
        """Share the context of the first client."""
        self._context: Any = None
        self._authorities: Any = None

    def use_for(self, client: Any) -> None:  # noqa: ANN401 - each client has a type of its own
        """Make a client's connections use the context; they have to verify by the same authorities.

        botocore has no public way to give it a context. The client of one that is made otherwise stays as it is, and
        takes longer; a test tells of the one that is deployed.
        """
        try:
            http = client._endpoint.http_session  # noqa: SLF001
            pools, authorities = http._manager.connection_pool_kw, http._verify  # noqa: SLF001
            own = pools["ssl_context"]
            if self._context is None:
                own.load_verify_locations = cache(own.load_verify_locations)
                self._context, self._authorities = own, authorities
        except (AttributeError, KeyError):
            return
        if authorities == self._authorities:
            pools["ssl_context"] = self._context

    def read_authorities(self) -> None:
        """Read the certificates now, where a client has been made that needs them."""
        from botocore.httpsession import get_cert_path  # noqa: PLC0415 - a client has loaded it

        if self._context is not None and self._authorities:
            # As urllib3 calls it: what is remembered is this very call.
            self._context.load_verify_locations(get_cert_path(self._authorities), None, None)
