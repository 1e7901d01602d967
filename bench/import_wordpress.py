"""What importing a WordPress export costs: processor time and memory for blogs of 1,000 and 10,000 posts.

Each post has about 400 words in the block editor's HTML: paragraphs with links and emphasis, headings, a list, a
picture with a caption, a quotation, code. `python -m bench import_wordpress` runs both sizes, each in a process of its
own, so that the memory is that of one.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bucketpress import bootstrap
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.picture_files import Pictures
from bucketpress_cli.importers.publication_import import PublicationImport
from bucketpress_cli.importers.target_folder import TargetFolder
from bucketpress_cli.importers.wordpress.wxr import WordPressExport
from tests.unit.cli.importers.wordpress_sample import export, item, picture

SIZES = (1_000, 10_000)
_WORDS = (
    *("carriers", "swap", "calls", "as", "packets", "while", "nobody", "at", "the", "office", "looks", "at", "the"),
    *("bill", "of", "last", "month"),
)


def main() -> None:
    """Import blogs of both sizes, and print what each took."""
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "bench.import_wordpress", str(size)], check=True)


def _text(number: int) -> str:
    def sentence(start: int) -> str:
        words = [_WORDS[(number + start + place * 7) % len(_WORDS)] for place in range(40)]
        words[5] = f"<strong>{words[5]}</strong>"
        words[9] = f'<a href="https://blog.example/2012/{number % 12 + 1:02d}/post-{number}/">{words[9]}</a>'
        return " ".join(words)

    blocks = [f"<!-- wp:paragraph -->\n<p>{sentence(start)}.</p>\n<!-- /wp:paragraph -->" for start in range(8)]
    address = f"https://blog.example/wp-content/uploads/2012/05/p{number % 50}.png"
    shown = f'<img src="{address}" alt="A phone"/><figcaption>Caption {number}</figcaption>'
    code = "if (a &lt; b) {\n  swap(*a, b_c);\n}"
    blocks[3:3] = [
        f"<!-- wp:heading -->\n<h2>Part {number}</h2>\n<!-- /wp:heading -->",
        "<!-- wp:list -->\n<ul><li>one</li><li>two &amp; three</li></ul>\n<!-- /wp:list -->",
        f'<!-- wp:image -->\n<figure class="wp-block-image">{shown}</figure>\n<!-- /wp:image -->',
        f"<!-- wp:quote -->\n<blockquote><p>{sentence(3)}</p></blockquote>\n<!-- /wp:quote -->",
        f'<!-- wp:code -->\n<pre class="wp-block-code"><code>{code}</code></pre>\n<!-- /wp:code -->',
    ]
    return "\n\n".join(blocks)


def _items(size: int) -> Iterator[str]:
    yield from (picture(size + number + 1, f"p{number}.png") for number in range(50))
    yield from (item(number, text=_text(number)) for number in range(1, size + 1))


def _measure(size: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as folder:
        source, target = Path(folder, "export.xml"), Path(folder, "blog")
        with source.open("wb") as file:
            file.writelines(export(_items(size)))
        before = _spent()
        report = ImportReport()
        opened = WordPressExport(source, "")
        PublicationImport(opened, TargetFolder(target, report), Pictures(opened, None), report, bootstrap.now()).run()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size:,} posts, {source.stat().st_size / 1e6:.0f} MB of export: {_spent() - before:.1f} s of CPU, "
            f"{peak:.0f} MiB at most, {report.written:,} files"
        )


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    _measure(int(sys.argv[1]))
