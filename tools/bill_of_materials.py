"""What the layers are made of: a CycloneDX document and the list of licences, from the built layers; `make sbom`.

https://cyclonedx.org/docs/1.6/json/. The same layers give the same bytes: no time, no random serial number.
"""

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from bucketpress import __version__
from tools.locks import PROJECT_FOLDER, distribution_name

BUILT = PROJECT_FOLDER / ".aws-sam" / "build"
DOCUMENT = PROJECT_FOLDER / ".aws-sam" / "bucketpress.cdx.json"
OWN_LICENCE = "Apache-2.0"

# The licences by the names that SPDX gives them, as distributions write them in older fields.
SPDX = {
    "apache software license": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "bsd license": "BSD-3-Clause",
    "bsd-2-clause license": "BSD-2-Clause",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mit no attribution license (mit-0)": "MIT-0",
    "python software foundation license": "PSF-2.0",
}


class UnknownLicenceError(Exception):
    """A distribution does not say in any known way what its licence is."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Component:
    """One distribution in a layer; `licence` is an SPDX expression."""

    name: str
    version: str
    licence: str

    @property
    def purl(self) -> str:
        """Return its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_components(folder: Path, names: Iterable[str] | None = None) -> tuple[Component, ...]:
    """Read the distributions in a folder of packages, by name; only those of `names` where it is given."""
    wanted = None if names is None else {distribution_name(name) for name in names}
    found = []
    for path in folder.glob("*.dist-info/METADATA"):
        metadata = Parser().parsestr(path.read_text("utf-8"), headersonly=True)
        name = distribution_name(str(metadata["Name"]))
        if wanted is None or name in wanted:
            found.append(Component(name=name, version=str(metadata["Version"]), licence=licence_of(metadata)))
    return tuple(sorted(found))


def licence_of(metadata: Message) -> str:
    """Return the SPDX expression of a distribution's licence. Raise UnknownLicenceError where none can be told."""
    if expression := metadata["License-Expression"]:
        return str(expression)
    written = [str(metadata["License"] or "")]
    written += [str(each).rpartition("::")[2] for each in metadata.get_all("Classifier", []) if "License ::" in each]
    for text in (each.strip() for each in written):
        if text.lower() in SPDX:
            return SPDX[text.lower()]
        if re.fullmatch(r"[A-Za-z0-9.+-]*[0-9-][A-Za-z0-9.+-]*|MIT|ISC", text):
            return text
    message = f"{metadata['Name']}: {written}"
    raise UnknownLicenceError(message)


def document(components: Iterable[Component]) -> str:
    """Return the CycloneDX document of a layer with these distributions."""
    listed = [
        {
            "type": "library",
            "bom-ref": each.purl,
            "name": each.name,
            "version": each.version,
            "purl": each.purl,
            "licenses": [{"expression": each.licence}],
        }
        for each in sorted(components)
    ]
    own = f"pkg:pypi/bucketpress@{__version__}"
    main_component = {"type": "application", "bom-ref": own, "name": "bucketpress", "version": __version__}
    main_component |= {"purl": own, "licenses": [{"license": {"id": OWN_LICENCE}}]}  # type: ignore[dict-item]
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": main_component},
        "components": listed,
        "dependencies": [{"ref": own, "dependsOn": [each["bom-ref"] for each in listed]}],
    }
    serial = uuid5(NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return json.dumps({**body, "serialNumber": f"urn:uuid:{serial}"}, indent=2) + "\n"


def main(folder: Path = BUILT, to: Path = DOCUMENT) -> None:
    """Write the document of the built layers, and list the licences on standard output."""
    components = sorted({each for layer in folder.glob("*Layer/python") for each in read_components(layer)})
    if not components:
        sys.exit(f"There is no built layer in {folder}: run make build first.")
    to.write_text(document(components), "utf-8")
    for each in components:
        sys.stdout.write(f"{each.name} {each.version}: {each.licence}\n")
    sys.stdout.write(f"Written to {to}.\n")


if __name__ == "__main__":
    main()
