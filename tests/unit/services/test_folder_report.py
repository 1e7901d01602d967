"""What repeats across the files of a folder is told once."""

from bucketpress.content.problem import Problem, error, warning
from bucketpress.services.queries.folder_report import FileReport, alone, repeated


def _report(number: int, *problems: Problem) -> FileReport:
    return FileReport(key=f"posts/{number}.md", state="published", problems=problems)


def test_a_problem_of_many_files_is_told_once_with_its_first_places() -> None:
    reports = [_report(number, warning("Odd.", "Fix it.", number + 1, 2)) for number in range(148)]

    (group,) = repeated(reports)

    assert len(group.keys) == 148
    assert group.places == (("posts/0.md", 1, 2), ("posts/1.md", 2, 2), ("posts/2.md", 3, 2))
    assert all(alone(report, [group]) == () for report in reports)


def test_problems_of_a_kind_are_one_whatever_they_name() -> None:
    reports = [_report(n, warning(f"No picture {n}.", "Upload it.", n, 1, kind="picture")) for n in range(1, 6)]

    (group,) = repeated(reports)

    assert group.problem.message == "No picture 1."
    assert len(group.keys) == 5


def test_a_file_with_a_problem_twice_counts_once_with_its_first_place() -> None:
    twice = (warning("Odd 1.", "Fix.", 3, 1, kind="odd"), warning("Odd 2.", "Fix.", 9, 1, kind="odd"))
    reports = [_report(number, *twice) for number in range(4)]

    (group,) = repeated(reports)

    assert len(group.keys) == 4
    assert {line for _, line, _ in group.places} == {3}


def test_what_a_few_files_have_stays_with_them() -> None:
    reports = [_report(number, warning("Odd.", "Fix.")) for number in range(3)]

    assert repeated(reports) == ()
    assert alone(reports[0], ()) == reports[0].problems


def test_an_error_and_a_warning_of_one_text_are_two_and_errors_come_first() -> None:
    few = [_report(number, error("Odd.", "Fix."), warning("Odd.", "Fix.")) for number in range(4)]
    more = [_report(number, warning("Odd.", "Fix.")) for number in range(4, 9)]

    first, second = repeated([*few, *more])

    assert (first.problem.severity, len(first.keys)) == ("error", 4)
    assert (second.problem.severity, len(second.keys)) == ("warning", 9)
