"""No author can prove to a certificate authority that the domain is theirs, unless who runs the site allows it."""

from dataclasses import replace

import pytest

from bucketpress.content.post import State
from tests.support.world import SITE_YAML, World, markdown

FOLDERS = (".well-known/acme-challenge", ".well-known/pki-validation")
PROOF = b"token.thumbprint"


def settled(files: dict[str, bytes], *, domain_proofs: bool = False) -> World:
    world = World()
    world.publisher = replace(world.publisher, domain_proofs=domain_proofs)
    for key, data in {"site.yaml": SITE_YAML, **files}.items():
        world.upload(key, data)
    world.settle()
    return world


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("name", ["token", "token.txt", "below/token", "index.html"])
def test_a_static_file_that_proves_the_domain_is_refused_and_says_who_can_allow_it(folder: str, name: str) -> None:
    key = f"static/{folder}/{name}"

    record = settled({key: PROOF}).record(key)

    assert record.state is State.INVALID
    (problem,) = record.receipt.problems
    assert "certificate" in problem.message
    assert "DomainProofs" in problem.fix


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_is_published_where_it_is_allowed(folder: str) -> None:
    world = settled({f"static/{folder}/token": PROOF}, domain_proofs=True)

    assert world.live()[f"{folder}/token"] == PROOF


def test_other_files_below_well_known_are_published() -> None:
    names = ("security.txt", "assetlinks.json", "apple-app-site-association", "acme-challenges/notes.txt")
    world = settled({f"static/.well-known/{name}": b"x" for name in names})

    assert {f".well-known/{name}" for name in names} <= world.live().keys()


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_an_author_writes_puts_anything_there(folder: str) -> None:
    at = f"/{folder}"
    redirects = (
        f"redirects:\n- {{from: {at}/a, to: 'https://elsewhere.example/a'}}\n- {{from: {at}/b.txt, to: /b/}}\n"
        f"- {{from: '{at}/*', to: '/2010/03/:splat'}}\n- {{from: '/.well-known/*', to: '/2010/:splat'}}\n"
    )
    shouting = at.replace("acme", "ACME").replace("pki", "PKI")

    world = settled(
        {
            "site.yaml": SITE_YAML + redirects.encode(),
            "posts/url.md": markdown("By its address", url=f"{at}/token/"),
            "posts/html.md": markdown("By a file's name", url=f"{at}/token.html"),
            "posts/shouting.md": markdown("In capitals", url=f"{shouting}/token/"),
            "posts/encoded.md": markdown("Encoded", url=f"{at}/token/".replace("well", "%77ell")),
            "posts/alias.md": markdown("By an alias", aliases=f"[{at}/token, {at}/token.txt]"),
            "posts/pattern.md": markdown("By a pattern", permalink=f"{at}/:slug/"),
            "pages/page.md": markdown("A page", url=f"{at}/page/"),
            f"static/{folder}/token": PROOF,
            f"static/{folder.upper()}/token.txt": PROOF,
        }
    )

    assert [key for key, _ in world.site.list_keys("", 10_000) if key.lower().startswith(folder)] == []


def test_a_file_that_is_no_longer_allowed_goes_with_the_next_reading() -> None:
    key = f"static/{FOLDERS[0]}/token"
    world = settled({key: PROOF}, domain_proofs=True)

    world.publisher = replace(world.publisher, domain_proofs=False)
    world.sources.send([key])
    world.settle()

    assert world.record(key).state is State.INVALID
    assert f"{FOLDERS[0]}/token" not in world.live()
