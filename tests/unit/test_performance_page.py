"""docs/build-performance.md says what the kept figures say."""

from bench.performance_page import PAGE, PLOT, figures, page, plot


def test_the_page_and_its_plot_are_made_of_the_kept_figures() -> None:
    kept = figures()
    text = PAGE.read_text("utf-8")

    assert page(text, kept) == text
    assert plot(kept["builds"]) == PLOT.read_text("utf-8")
