"""Where ports meet adapters; made when first needed and kept for the life of the process.

Imports are inside the functions: a Lambda function should load what its own service needs and nothing else, and
botocore, the most expensive import of a cold start, only when the first client is made.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from bucketpress import __version__
from bucketpress.environment import (
    OFF,
    ListingApiSettings,
    PublishSettings,
    RefreshSettings,
    SearchSettings,
    UpkeepSettings,
    VariantsSettings,
    read_settings,
)

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.config import Config
    from botocore.session import Session
    from types_boto3_s3 import S3Client

    from bucketpress.adapters.aws_tls import SharedTls
    from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
    from bucketpress.adapters.files.folder_listing import FolderListing
    from bucketpress.adapters.parallel import OneByOne, Threads
    from bucketpress.adapters.s3_stores import S3ContentStore, S3SiteStore
    from bucketpress.adapters.sqs_queues import SQSQueue
    from bucketpress.api.listing_api import ListingApi
    from bucketpress.api.search_api import SearchApi
    from bucketpress.content.settings.site_settings import SiteSettings
    from bucketpress.ports import EdgeCaches, Encode, EncodedPictures, Parallel, Queue, SearchObjects
    from bucketpress.records.record import Record
    from bucketpress.services.build import Build, BuildState, SourceFolder
    from bucketpress.services.publish.publish_request import PublishRequest
    from bucketpress.services.publish.publisher import Publisher
    from bucketpress.services.queries.status import Status
    from bucketpress.services.refresh.refresh_request import RefreshRequest
    from bucketpress.services.refresh.refresher import Refreshed, Refresher
    from bucketpress.services.upkeep.encoding_start import EncodingStart
    from bucketpress.services.upkeep.repairs import Repairs
    from bucketpress.services.upkeep.tick import Upkeep
    from bucketpress.site.renderer import Renderer


# A client keeps no more connections open than this: those of the units of work of a batch, and those of their calls.
MAX_CONNECTIONS = 64
# Libraries that take part in what pages look like.
LIBRARIES = ("anyascii", "comrak-ext", "jinja2", "latex2mathml", "markupsafe", "nh3", "pygments", "pyyaml")
# The queues of a stack as reports call them, and the outputs that name them.
QUEUE_OUTPUTS = {
    "sources": "SourceQueueUrl",
    "sections": "PageQueueUrl",
    "pictures": "VariantQueueUrl",
    "source_dead_letters": "SourceDeadLetterQueueUrl",
    "section_dead_letters": "PageDeadLetterQueueUrl",
    "picture_dead_letters": "VariantDeadLetterQueueUrl",
}
# What the layer's makefile makes of a theme folder: it is found wherever the layer is unpacked.
THEME_PACKAGE = "bucketpress_theme"


def now() -> datetime:
    """Return the current time, aware."""
    return datetime.now(UTC)


@cache
def theme_folder() -> "Path | None":
    """Return the folder of the theme deployed with the functions, None where there is none."""
    from importlib.util import find_spec
    from pathlib import Path

    found = find_spec(THEME_PACKAGE)
    return Path(found.origin).parent if found and found.origin else None


def software(theme: "Path | None") -> str:
    """Return the name of the software that makes the site: its version, what renders in it, and a theme not built in.

    It is part of every record's and section's generation: under other software all of them are made again.
    """
    from bucketpress.rendering_digest import written_digest
    from bucketpress.site.theme.theme_files import theme_digest

    digests = [written_digest(), theme_digest(theme) if theme else ""]
    return "+".join([__version__, *(digest for digest in digests if digest)])


def software_here(theme: "Path | None") -> str:
    """Return the name of the software as it is on this machine: every module of it, its libraries, and Python."""
    import sys
    from importlib.metadata import version
    from pathlib import Path

    from bucketpress.rendering_digest import digest_of

    used = (sys.version, *(version(library) for library in LIBRARIES), software(theme))
    return digest_of(Path(__file__).parent, " ".join(used).encode(), folders=(".",))


def _renderer(folder: "Path | None") -> "Callable[[SiteSettings], Renderer]":
    from functools import partial

    from bucketpress.site.renderer import Renderer
    from bucketpress.site.theme.theme import theme

    return partial(Renderer, looks=theme(folder))


def prepare_publish() -> None:
    """Make what the first call of the publish function needs; see `_prepare`."""
    from bucketpress.services.publish.sample_post import read_sample

    _prepare(publisher, source_queue, read_sample)


def prepare_refresh() -> None:
    """Make what the first call of the refresh function needs; see `_prepare`."""
    from bucketpress.site.pages.sample_page import render_sample

    _prepare(refresher, page_queue, lambda: render_sample(_renderer(theme_folder())))


def prepare_listing_api() -> None:
    """Make what the first call of the API needs; see `_prepare`."""
    _prepare(listing_api)


def prepare_search() -> None:
    """Make what the first call of the search function needs; see `_prepare`."""
    _prepare(search_api)


def prepare_upkeep() -> None:
    """Make what the first call of the upkeep function needs; see `_prepare`."""
    _prepare(upkeep)


def _prepare(*makes: Callable[[], object]) -> None:
    """Make things while a function of Lambda starts, and anywhere else nothing.

    Then it has a whole processor, during a call only its share. Nothing is asked of AWS.
    """
    from bucketpress.environment import is_starting

    if is_starting():
        for make in makes:
            make()
        _tls().read_authorities()


@cache
def publisher() -> "Publisher":
    """Assemble the publish service from the environment."""
    from bucketpress.services.publish.publisher import Publisher

    settings = read_settings(PublishSettings)
    return Publisher(
        index=_index(settings.table_name),
        content=_content(settings.content_bucket),
        site=_site(settings.site_bucket, settings.content_bucket),
        source_queue=_queue(settings.source_queue_url, "key"),
        page_queue=_section_queues(settings.page_queue_url, settings.variant_queue_url),
        clock=now,
        default_url=settings.site_url.rstrip("/"),
        software=software(theme_folder()),
        parallel=_parallel(settings.connections),
        domain_proofs=settings.domain_proofs == "true",
        variants=settings.variant_queue_url != OFF,
    )


@cache
def refresher() -> "Refresher":
    """Assemble the refresh service from the environment."""
    from bucketpress.services.refresh.refresher import Refresher

    settings = read_settings(RefreshSettings)
    return Refresher(
        index=_index(settings.table_name),
        site=_site(settings.site_bucket, settings.content_bucket),
        page_queue=_sections(settings.page_queue_url),
        clock=now,
        software=software(theme_folder()),
        parallel=_parallel(settings.connections),
        renderer=_renderer(theme_folder()),
    )


def publish_together(
    requests: "Mapping[str, PublishRequest]", seconds_left: Callable[[], float]
) -> "Mapping[str, Callable[[], Record | None]]":
    """Publish the sources of a batch; return for each what returns its record or raises its error.

    `seconds_left` is how long there is for it; what is not done by then has failed.
    """
    from bucketpress.services.publish.publish_batch import publish_batch

    together = _parallel(read_settings(PublishSettings).connections).within(seconds_left)
    return publish_batch(publisher(), together, requests)


def refresh_together(
    requests: "Mapping[str, RefreshRequest]", seconds_left: Callable[[], float]
) -> "Mapping[str, Callable[[], Refreshed]]":
    """Refresh the sections of a batch; return for each what returns what was done or raises its error.

    `seconds_left` is how long there is for it; what is not done by then has failed.
    """
    from bucketpress.services.refresh.refresh_batch import refresh_batch

    together = _parallel(read_settings(RefreshSettings).connections).within(seconds_left)
    return refresh_batch(refresher(), together, requests)


@cache
def source_queue() -> "SQSQueue":
    """Return the queue that the publish function reads."""
    return _queue(read_settings(PublishSettings).source_queue_url, "key")


@cache
def page_queue() -> "SQSQueue":
    """Return the queue that the refresh function reads."""
    return _sections(read_settings(RefreshSettings).page_queue_url)


@cache
def variant_maker() -> "Refresher":
    """Assemble what makes the smaller versions of pictures from the environment: one at a time, for their memory."""
    from bucketpress.adapters.parallel import OneByOne
    from bucketpress.services.refresh.refresher import Refresher

    settings = read_settings(VariantsSettings)
    return Refresher(
        index=_index(settings.table_name),
        site=_site(settings.site_bucket, settings.content_bucket, _encode()),
        page_queue=variant_queue(),
        clock=now,
        software=software(theme_folder()),
        parallel=OneByOne(),
        renderer=_renderer(theme_folder()),
        source_queue=_queue(settings.source_queue_url, "key"),
    )


@cache
def variant_queue() -> "SQSQueue":
    """Return the queue that the variants function reads."""
    return _queue(read_settings(VariantsSettings).variant_queue_url, "section")


def make_variants(requests: "Mapping[str, RefreshRequest]") -> "Mapping[str, Callable[[], Refreshed]]":
    """Make what a batch asks for, one after the other; return for each what returns what was done or raises."""
    from bucketpress.adapters.parallel import OneByOne
    from bucketpress.services.refresh.refresh_batch import refresh_batch

    return refresh_batch(variant_maker(), OneByOne(), requests)


@cache
def listing_api() -> "ListingApi":
    """Assemble the API from the environment."""
    from bucketpress.api.listing_api import ListingApi

    settings = read_settings(ListingApiSettings)
    secret = settings.cursor_secret.encode()
    # Someone is waiting: the table has to answer, or the call has to fail, before the function's own time is over.
    index = _index(settings.table_name, _config(connect_seconds=1, read_seconds=2, attempts=2))
    return ListingApi(
        index=index,
        clock=now,
        secret=secret,
        software=software(theme_folder()),
        origin_secret=settings.origin_secret.encode(),
    )


@cache
def search_api() -> "SearchApi":
    """Assemble search over HTTP from the environment."""
    from bucketpress.adapters.s3_stores import S3SearchObjects
    from bucketpress.api.search_api import SearchApi
    from bucketpress.services.queries.search_library import SearchLibrary

    settings = read_settings(SearchSettings)
    client = _client("s3", _config(connect_seconds=1, read_seconds=3, attempts=2))
    objects = S3SearchObjects(client, settings.site_bucket)
    return SearchApi(
        library=SearchLibrary(objects=objects, parallel=_parallel(settings.connections)),
        secret=settings.cursor_secret.encode(),
        software=software(theme_folder()),
        origin_secret=settings.origin_secret.encode(),
    )


def previewed_search(objects: "SearchObjects") -> "SearchApi":
    """Assemble search over HTTP for a site on this machine."""
    from bucketpress.adapters.parallel import OneByOne
    from bucketpress.api.search_api import SearchApi
    from bucketpress.services.queries.search_library import SearchLibrary

    library = SearchLibrary(objects=objects, parallel=OneByOne())
    return SearchApi(library=library, secret=b"preview", software=software(None))


@cache
def upkeep() -> "Upkeep":
    """Assemble the upkeep service from the environment."""
    from bucketpress.services.upkeep.tick import Upkeep

    settings = read_settings(UpkeepSettings)
    return Upkeep(
        index=_index(settings.table_name),
        content=_content(settings.content_bucket),
        site=_site(settings.site_bucket, settings.content_bucket),
        source_queue=_queue(settings.source_queue_url, "key"),
        page_queue=_section_queues(settings.page_queue_url, settings.variant_queue_url),
        clock=now,
        software=software(theme_folder()),
        audit_every=timedelta(minutes=settings.audit_every_minutes),
        full_audit_every=timedelta(hours=settings.full_audit_every_hours),
        refresh_within=timedelta(days=settings.refresh_within_days),
        dead_letters=(
            _queue(settings.source_dead_letter_queue_url, "key"),
            _sections(settings.page_dead_letter_queue_url),
            *(_queue(url, "section") for url in [settings.variant_dead_letter_queue_url] if url != OFF),
        ),
    )


@cache
def encoding() -> "EncodingStart | None":
    """Return what starts the encoding of pictures, None where there is none."""
    from functools import partial

    from bucketpress.services.upkeep.encoding_start import EncodingStart

    settings = read_settings(UpkeepSettings)
    if OFF in {settings.variant_queue_url, settings.variants_function}:
        return None
    queue = _queue(settings.variant_queue_url, "section")
    return EncodingStart(
        queue=queue,
        begin=partial(
            _client("lambda").invoke,
            FunctionName=settings.variants_function,
            InvocationType="Event",  # nobody waits for its end
            Payload=b"{}",
        ),
        texts=[_queue(settings.source_queue_url, "key"), _sections(settings.page_queue_url)],
    )


def build(
    folder: "Path",
    out: "Path | None",
    *,
    default_url: str,
    clock: Callable[[], datetime] = now,
    theme: "Path | None" = None,
    processes: int = 1,
    domain_proofs: bool = False,
    shows_early: bool = False,
    content: "SourceFolder | None" = None,
    state: "BuildState | None" = None,
    variants: bool = False,
    variant_files: "EncodedPictures | None" = None,
) -> "Build":
    """Assemble a build of a content folder into an empty folder; without one, into memory.

    `theme` is a theme folder, None for the built-in theme. A large folder is read in so many `processes`.
    `domain_proofs` and `variants` are as in Publisher. `shows_early` shows drafts and posts of the future, too.
    `content` is the folder where it has been read already. With the `state` of an earlier build, whose site the folder
    holds, the build goes on from there. `variant_files` keep the variants of pictures, made by as many threads as there
    are `processes`.
    """
    from functools import partial

    from bucketpress.adapters.files.folder import FolderContentStore, FolderSiteStore
    from bucketpress.adapters.memory_index import MemoryPostIndex
    from bucketpress.adapters.memory_stores import MemoryQueue, MemorySiteStore
    from bucketpress.adapters.parallel import OneByOne
    from bucketpress.services.build import Build
    from bucketpress.services.early_view import EarlyView
    from bucketpress.services.publish.publisher import Publisher
    from bucketpress.services.publish.source_reader import as_it_is
    from bucketpress.services.refresh.refresher import Refresher

    content = content or FolderContentStore(folder)
    index = state.index if state else MemoryPostIndex()
    sources, pages = MemoryQueue(), MemoryQueue()
    encode = (variant_files.encode if variant_files else _encode()) if variants else None
    site = (
        FolderSiteStore(out, content, state.objects if state else None, encode)
        if out
        else MemorySiteStore(encode=encode)
    )
    publish = Publisher(
        index=index,
        content=content,
        site=site,
        source_queue=sources,
        page_queue=pages,
        clock=clock,
        default_url=default_url,
        software=software(theme),
        parallel=OneByOne(),
        domain_proofs=domain_proofs,
        variants=variants,
        view=EarlyView(clock=clock) if shows_early else as_it_is,
    )
    refresh = Refresher(
        index=index,
        site=site,
        page_queue=pages,
        clock=clock,
        software=software(theme),
        parallel=OneByOne(),
        renderer=_renderer(theme),
        source_queue=sources,
    )
    return Build(
        content=content,
        publisher=publish,
        refresher=refresh,
        sources=sources,
        pages=pages,
        site=site,
        left_out=content.left_out,
        processes=processes,
        encode_ahead=partial(variant_files.encode_all, content, processes) if variants and variant_files else None,
    )


def variant_files(folder: "Path") -> "EncodedPictures":
    """Return what keeps versions of pictures in a folder, and makes those that are not there."""
    from bucketpress.adapters.files.variant_files import VariantFiles

    def load() -> "tuple[Encode, str]":
        from bucketpress.content.pictures.encoder import encode_picture, encoder_name

        return encode_picture, encoder_name()

    return VariantFiles(folder, load)


def folder_content(folder: "Path") -> "SourceFolder":
    """Return a content folder as a content bucket."""
    from bucketpress.adapters.files.folder import FolderContentStore

    return FolderContentStore(folder)


def _encode() -> "Encode":
    # Pillow is where pictures are encoded, and nowhere else.
    from bucketpress.content.pictures.encoder import encode_picture

    return encode_picture


def files_of(folder: "Path") -> tuple[str, ...]:
    """Return the keys of the files of a content folder that are read."""
    return listing_of(folder).keys


def listing_of(folder: "Path") -> "FolderListing":
    """Return the keys of the files of a content folder that are read, and why each of the others is not."""
    from bucketpress.adapters.files.folder_listing import list_folder

    return list_folder(folder)


def build_on(made: "Build", folder: "Path") -> "Build":
    """Assemble what goes on with a build after files of its folder have come or gone."""
    content = folder_content(folder)
    publisher = replace(made.publisher, content=content)
    return replace(made, content=content, publisher=publisher, left_out=content.left_out)


def status(stack: str) -> "Status":
    """Assemble the status service of a stack, with the caller's own credentials. Raises NoSuchStackError."""
    from bucketpress.services.queries.status import Status

    outputs = _outputs(stack)
    return Status(
        index=_index(outputs["TableName"]),
        content=_content(outputs["ContentBucketName"]),
        # A stack without variants of pictures has no queue for them.
        depths={name: _queue(outputs[output], "") for name, output in QUEUE_OUTPUTS.items() if output in outputs},
    )


def repairs(stack: str) -> "Repairs":
    """Assemble what starts an audit, a rebuild or a recovery of a stack. Raises NoSuchStackError."""
    return repairs_of_table(_outputs(stack)["TableName"])


def repairs_of_table(table: str) -> "Repairs":
    """Assemble what starts a recovery of a table that no stack uses yet."""
    from bucketpress.services.upkeep.repairs import Repairs

    return Repairs(index=_index(table))


def edge_caches(stack: str) -> "EdgeCaches":
    """Return the caches of a stack's distribution. Raises NoSuchStackError."""
    from bucketpress.adapters.cloudfront_caches import CloudFrontCaches

    return CloudFrontCaches(_client("cloudfront"), _outputs(stack)["DistributionId"])


def stack_outputs(stack: str) -> dict[str, str]:
    """Return the outputs of a stack by name. Raises NoSuchStackError."""
    return _outputs(stack)


def object_client(connections: int) -> "S3Client":
    """Return a client of S3 with the caller's own credentials and the patience that large files take."""
    from botocore.config import Config
    from botocore.session import Session

    config = Config(
        connect_timeout=5,
        read_timeout=120,
        retries={"mode": "standard", "total_max_attempts": 5},
        max_pool_connections=connections,
        # Whoever writes sends an MD5 along.
        request_checksum_calculation="when_required",
    )
    session = Session()
    # botocore's own takes as long for the times of a listing as for all the rest of it.
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)
    client: Any = session.create_client("s3", config=config)
    _tls().use_for(client)
    return cast("S3Client", client)


def copy_in_parts(client: "S3Client", part_bytes: int, **request: Any) -> None:  # noqa: ANN401 - a CopyRequest's fields
    """Copy an object on S3 in parts of so many bytes; `request` are the fields of a CopyRequest."""
    from bucketpress.adapters import s3_copies

    s3_copies.copy_in_parts(client, s3_copies.CopyRequest(**request), part_bytes)


def _moment(text: str) -> datetime:
    """Return the time that an answer of AWS names: RFC 3339 mostly, anything else as botocore reads it."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        from botocore.utils import parse_timestamp

        moment: datetime = parse_timestamp(text)
        return moment


def aws_client(service: str) -> Any:  # noqa: ANN401 - each has a type of its own
    """Return a client of a service with the caller's own credentials."""
    return _client(service)


def parallel_calls(limit: int) -> "Parallel":
    """Return what makes up to so many calls at once."""
    return _parallel(limit)


def _outputs(stack: str) -> dict[str, str]:
    from bucketpress.adapters.stack_outputs import read_outputs

    return read_outputs(_client("cloudformation"), stack)


def _index(table: str, config: "Config | None" = None) -> "DynamoDBPostIndex":
    from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex

    return DynamoDBPostIndex(_client("dynamodb", config), table)


def _content(bucket: str) -> "S3ContentStore":
    from bucketpress.adapters.s3_stores import S3ContentStore

    return S3ContentStore(_client("s3"), bucket)


def _site(bucket: str, content_bucket: str, encode: "Encode | None" = None) -> "S3SiteStore":
    from bucketpress.adapters.s3_stores import S3SiteStore

    # S3 answers a copy when it is made, which for a large one takes longer than any other answer.
    copying = _client("s3", _config(read_seconds=50, attempts=2))
    return S3SiteStore(_client("s3"), bucket, content_bucket, copy_client=copying, encode=encode)


def _section_queues(pages: str, pictures: str) -> "Queue":
    from bucketpress.adapters.sqs_queues import SectionQueues

    return SectionQueues(_sections(pages), _queue(pictures, "section") if pictures != OFF else None)


def _sections(url: str) -> "SQSQueue":
    from bucketpress.adapters.sqs_queues import SQSQueue
    from bucketpress.services.page_queue import SECTIONS_A_MESSAGE

    return SQSQueue(_client("sqs"), url, "sections", SECTIONS_A_MESSAGE)


def _queue(url: str, field: str) -> "SQSQueue":
    from bucketpress.adapters.sqs_queues import SQSQueue

    return SQSQueue(_client("sqs"), url, field)


@cache
def _parallel(connections: int) -> "OneByOne | Threads":
    from bucketpress.adapters.parallel import parallel

    return parallel(connections)


def _client(service: str, config: "Config | None" = None) -> Any:  # noqa: ANN401 - each has a type of its own
    client = _session().create_client(service, config=config or _config())
    _tls().use_for(client)
    return client


@cache
def _tls() -> "SharedTls":
    from bucketpress.adapters.aws_tls import SharedTls

    return SharedTls()


@cache
def _session() -> "Session":
    import logging

    # botocore alone: boto3 makes the same clients, and takes longer to load.
    from botocore.session import Session

    # Below INFO they log session tokens and whole requests, also where DEBUG was asked for.
    for library in ("botocore", "urllib3"):
        logging.getLogger(library).setLevel(logging.INFO)
    return Session()


@cache
def _config(*, connect_seconds: int = 3, read_seconds: int = 10, attempts: int = 4) -> "Config":
    from botocore.config import Config

    return Config(
        connect_timeout=connect_seconds,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=MAX_CONNECTIONS,
    )


def forget() -> None:
    """Clear every cached object, so that the next call reads the environment again."""
    for made in (
        theme_folder,
        publisher,
        refresher,
        source_queue,
        page_queue,
        variant_maker,
        variant_queue,
        listing_api,
        search_api,
        upkeep,
        encoding,
        _parallel,
        _tls,
        _session,
        _config,
    ):
        made.cache_clear()
