"""The pages of figures say what the kept figures say."""

from bench.performance_page import PLOT, figures, page, pages, plot


def test_the_pages_and_the_plot_are_made_of_the_kept_figures() -> None:
    kept = figures()

    assert plot(kept["builds"]) == PLOT.read_text("utf-8")
    for path, written in pages(kept).items():
        text = path.read_text("utf-8")
        assert written in text
        assert page(text, written) == text
