"""The certificates of authorities are read once for all connections of all clients."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import SSLError
from botocore.session import Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from bucketpress import bootstrap
from bucketpress.adapters.aws_tls import SharedTls
from tests.support.certificates import write_certificate

NO_RETRIES = Config(retries={"total_max_attempts": 1})


class OneRequestAConnection(BaseHTTPRequestHandler):
    """Answers every request, and closes the connection."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        pass


def certify_this_machine(folder: Path) -> tuple[Path, Path]:
    """Write a certificate of this machine that is its own authority, and its key."""
    names = [x509.IPAddress(IPv4Address("127.0.0.1"))]
    return write_certificate(folder, ec.generate_private_key(ec.SECP256R1()), names)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, bytes]]:
    """Serve over TLS; return the address and the certificate."""
    certificate, key = certify_this_machine(tmp_path_factory.mktemp("certificate"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), OneRequestAConnection) as http:
        http.socket = context.wrap_socket(http.socket, server_side=True)
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{http.server_port}", certificate.read_bytes()
        http.shutdown()
        thread.join()


def client(address: str, authorities: Path) -> Any:
    return Session().create_client(
        "s3",
        endpoint_url=address,
        verify=str(authorities),
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=NO_RETRIES,
    )


def head(made: Any) -> int:
    status: int = made.head_bucket(Bucket="b")["ResponseMetadata"]["HTTPStatusCode"]
    return status


def test_connections_of_all_clients_use_what_was_read_once(server: tuple[str, bytes], tmp_path: Path) -> None:
    address, certificate = server
    authorities = tmp_path / "authorities.pem"
    authorities.write_bytes(certificate)
    tls, (first, second) = SharedTls(), [client(address, authorities) for _ in range(2)]
    for each in (first, second):
        tls.use_for(each)

    tls.read_authorities()
    authorities.unlink()

    assert [head(first), head(first), head(second)] == [200, 200, 200]


def test_a_server_that_no_authority_knows_is_still_refused(server: tuple[str, bytes], tmp_path: Path) -> None:
    authorities, _ = certify_this_machine(tmp_path)
    tls, made = SharedTls(), client(server[0], authorities)
    tls.use_for(made)
    tls.read_authorities()

    with pytest.raises(SSLError):
        head(made)


def test_a_client_with_other_authorities_keeps_its_own(server: tuple[str, bytes], tmp_path: Path) -> None:
    address, certificate = server
    known, unknown = tmp_path / "known.pem", tmp_path / "certificate.pem"
    known.write_bytes(certificate)
    certify_this_machine(tmp_path)
    tls, trusting, wary = SharedTls(), client(address, known), client(address, unknown)
    for each in (trusting, wary):
        tls.use_for(each)

    assert head(trusting) == 200
    with pytest.raises(SSLError):
        head(wary)


def test_a_client_of_another_botocore_works_as_it_is(server: tuple[str, bytes], tmp_path: Path) -> None:
    address, certificate = server
    authorities = tmp_path / "authorities.pem"
    authorities.write_bytes(certificate)
    tls, made = SharedTls(), client(address, authorities)
    made._endpoint.http_session._manager.connection_pool_kw.pop("ssl_context")

    tls.use_for(made)
    tls.use_for(object())
    tls.read_authorities()

    assert head(made) == 200


def test_all_clients_that_bucketpress_makes_share_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    clients = [bootstrap.aws_client("s3"), bootstrap.aws_client("sqs"), bootstrap.object_client(connections=2)]

    contexts = [made._endpoint.http_session._manager.connection_pool_kw["ssl_context"] for made in clients]

    assert contexts == [contexts[0]] * 3
