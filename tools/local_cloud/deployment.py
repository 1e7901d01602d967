"""SAM's part of a local cloud: build the real template for this machine, deploy it, and give its API the routes."""

import json
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.environments import ToolEnvironment, find_uv
from tools.local_cloud.cloud_error import CloudError
from tools.local_cloud.ministack import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from tools.locks import PROJECT_FOLDER

STACK = "bucketpress"
PACKAGES = "bucketpress-packages"
PYTHONS = ("3.11", "3.12", "3.13")
# What SAM writes in the place of a path for the route of all requests that no other takes.
DEFAULT_ROUTE = "$default"
# What uv calls the systems that the layer can be built for to run here. On macOS this is untested.
SYSTEMS = {"linux": "manylinux2014", "darwin": "apple-darwin"}
ARCHITECTURES = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the functions and their layer are built for; the one place from which make and the template learn it."""

    architecture: str
    system: str
    python: str
    interpreter: str

    @property
    def parameters(self) -> dict[str, str]:
        """Return the template's parameters."""
        return {"Architecture": self.architecture, "Runtime": f"python{self.python}"}

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment of the layer's makefile."""
        return {
            "LAYER_ARCHITECTURE": self.architecture,
            "LAYER_SYSTEM": self.system,
            "LAYER_PYTHON": self.python,
            "LAYER_INTERPRETER": self.interpreter,
        }


def this_machine() -> Target:
    """Return the target that runs here: MiniStack's Lambda processes are plain processes of this Python."""
    return target_of(sys.platform, platform.machine(), sys.version_info[:2], sys.executable)


def target_of(platform_name: str, machine: str, version: tuple[int, int], interpreter: str) -> Target:
    """Return the target for a machine as `sys` and `platform` describe it. Raise CloudError for one that has none."""
    python = f"{version[0]}.{version[1]}"
    architecture, system = ARCHITECTURES.get(machine), SYSTEMS.get(platform_name)
    if system is None or architecture is None or python not in PYTHONS:
        this = f"{platform_name} on {machine} with Python {python}"
        message = f"The local cloud needs Linux or macOS and Python {PYTHONS[0]} to {PYTHONS[-1]}; this is {this}."
        raise CloudError(message)
    return Target(architecture=architecture, system=system, python=python, interpreter=interpreter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sam:
    """SAM CLI, talking to one endpoint and to nothing else."""

    environment: ToolEnvironment
    endpoint: str
    folder: Path

    @property
    def log(self) -> Path:
        """Return the file that holds what SAM said."""
        return self.folder / "sam.log"

    def build(self, target: Target, *, project: Path = PROJECT_FOLDER) -> None:
        """Run `sam build`; what it builds lies in the temporary folder, never in the project."""
        arguments = [
            "build",
            "--template-file",
            str(project / "template.yaml"),
            "--build-dir",
            str(self.folder / "build"),
        ]
        self._run([*arguments, *_overrides(target.parameters)], "build the template", target.variables)

    def deploy(self, parameters: dict[str, str]) -> None:
        """Run `sam deploy` with the built template, unmodified."""
        arguments = ["deploy", "--template-file", str(self.folder / "build" / "template.yaml"), "--stack-name", STACK]
        arguments += ["--s3-bucket", PACKAGES, "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"]
        arguments += ["--no-progressbar", *_overrides(parameters)]
        self._run(arguments, "deploy the template", {})

    def _run(self, arguments: list[str], purpose: str, variables: dict[str, str]) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                # A section that samconfig.toml does not have: the project's own deployment must not leak in here.
                [self.environment.command("sam"), *arguments, "--config-env", "local-cloud"],
                env=self._variables() | variables,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code = process.wait()
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise
        if code != 0:
            message = f"SAM could not {purpose}."
            raise CloudError(message, details=self.log.read_text("utf-8", errors="replace")[-6000:])

    def _variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
        return kept | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.5",
            "__SAM_CLI_APP_DIR": str(self.folder / "sam-settings"),
            "TMPDIR": str(self.folder),
            "UV": find_uv(),
        }


def _overrides(parameters: dict[str, str]) -> list[str]:
    return ["--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())]


def stack_outputs(cloudformation: Any) -> dict[str, str]:
    """Return the outputs of the deployed stack."""
    outputs = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0].get("Outputs", [])
    return {each["OutputKey"]: each["OutputValue"] for each in outputs}


def origin_headers(cloudfront: Any, distribution: str) -> dict[str, str]:
    """Return the headers that a deployed distribution adds for the API."""
    origins = cloudfront.get_distribution(Id=distribution)["Distribution"]["DistributionConfig"]["Origins"]["Items"]
    (api,) = (origin for origin in origins if origin["Id"] == "api")
    return {each["HeaderName"]: each["HeaderValue"] for each in api.get("CustomHeaders", {}).get("Items", [])}


def create_routes(cloudformation: Any, api: Any, *, account: str) -> str:
    """Create the routes and the CORS settings that the template describes, and return the HTTP API's id.

    MiniStack makes the API but does not read the OpenAPI body that SAM puts all of them in.
    """
    template = cloudformation.get_template(StackName=STACK, TemplateStage="Processed")["TemplateBody"]
    document: dict[str, Any] = json.loads(template) if isinstance(template, str) else dict(template)
    api_id = physical_id(cloudformation, "ListingApi")
    integrations: dict[str, str] = {}
    for route, function in described_routes(document):
        if function not in integrations:
            name = physical_id(cloudformation, function)
            made = api.create_integration(
                ApiId=api_id,
                IntegrationType="AWS_PROXY",
                IntegrationUri=f"arn:aws:lambda:{REGION}:{account}:function:{name}",
                PayloadFormatVersion="2.0",
            )
            integrations[function] = made["IntegrationId"]
        api.create_route(ApiId=api_id, RouteKey=route, Target=f"integrations/{integrations[function]}")
    api.update_api(ApiId=api_id, CorsConfiguration=_described_cors(document))
    return api_id


def described_routes(template: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each route of the processed template's HTTP API and the logical id of its function."""
    paths: dict[str, dict[str, Any]] = template["Resources"]["ListingApi"]["Properties"]["Body"]["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            uri = json.dumps(operation.get("x-amazon-apigateway-integration", {}).get("uri", ""))
            function = re.search(r"\$\{(\w+)\.Arn\}", uri)
            if function:
                verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
                yield path if path == DEFAULT_ROUTE else f"{verb} {path}", function.group(1)


def _described_cors(template: dict[str, Any]) -> dict[str, Any]:
    """Return the processed template's CORS settings: those for any origin, which the parameter's default asks for."""
    cors = template["Resources"]["ListingApi"]["Properties"]["Body"]["x-amazon-apigateway-cors"]["Fn::If"][1]
    described: dict[str, Any] = {name[:1].upper() + name[1:]: value for name, value in cors.items()}
    return described | {"MaxAge": int(described["MaxAge"])}


def physical_id(cloudformation: Any, logical_id: str) -> str:
    """Return the name, id or address that a resource of the template has in the cloud."""
    detail = cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    return str(detail["StackResourceDetail"]["PhysicalResourceId"])
