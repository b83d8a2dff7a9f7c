"""Text files: encodings, delimiters, quotes, and the line at which every row stood."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.roster_files import HEADERS, NAMES, make_id, make_rows, read_all, read_data
from transforms.sources import read_batches, survey, texts
from transforms.sources.texts import DecoderCheck, TextGrid, Utf8Check

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
BOMS = {"utf-16-le-bom": b"\xff\xfe", "utf-16-be-bom": b"\xfe\xff"}


def encode(text: str, encoding: str) -> bytes:
    if encoding in BOMS:
        return BOMS[encoding] + text.encode(encoding.removesuffix("-bom"))
    return text.encode(encoding)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("titles", [0, 1, 4])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_files_are_read_whatever_their_form(
    encoding: str, delimiter: str, titles: int, newline: str, tmp_path: Path
) -> None:
    rows = make_rows(5)
    lines = [*["某县死亡人员名单"] * min(titles, 1), *[""] * max(titles - 1, 0), delimiter.join(HEADERS)]
    lines += [delimiter.join(row) for row in rows]
    (tmp_path / "甲.csv").write_bytes(encode(newline.join(lines) + newline, encoding))
    data = read_data(survey(tmp_path))
    assert data.select("id_number", "name", "died_on").rows() == [tuple(row) for row in rows]
    assert data["row"].to_list() == [titles + 2 + n for n in range(5)]


def test_quoted_line_breaks_and_blank_lines_keep_every_row_at_its_line(tmp_path: Path) -> None:
    a, b, c, d = (make_id(n) for n in range(4))
    text = f'证件号码,姓名,死亡日期\n\n{a},"张\n三",2021-1-1\n,,\n{b},李四,2021-1-2\n"{c}","王""五",2021-1-3\n\n{d},赵六,x\n'
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    whole = read_all(sheet)
    assert whole["row"].to_list() == [1, 3, 6, 7, 9]
    assert whole["name"].to_list()[1:] == ["张\n三", "李四", '王"五', "赵六"]
    assert read_all(sheet, rows=2).equals(whole)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("甲,乙\n一,二", [1, 2]),
        ("甲,乙\n一,二\n三," + "长" * 200_000, [1, 2]),
        ("甲," + "长" * 200_000, [1]),
        ("甲," + "长" * 200_000 + "\n一,二\n", [1]),
    ],
)
def test_a_preview_ends_before_the_line_that_it_would_cut(text: str, numbers: list[int], tmp_path: Path) -> None:
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    assert [number for number, _ in TextGrid(tmp_path / "甲.csv", "utf-8", ",").preview()] == numbers


@pytest.mark.parametrize("odd", ["", '"未闭合'])
def test_texts_in_formulas_are_texts(odd: str, tmp_path: Path) -> None:
    a, b, c = (make_id(n) for n in range(3))
    text = f'="证件号码",="姓名",死亡日期,备注\n="{a}",张三,2021-1-1,\n"=""{b}""","=""李四""",2021-1-2,\n{c},王五,2021-1-3,{odd}\n'
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    data = read_data(survey(tmp_path))
    assert data.select("id_number", "name").rows() == [(a, "张三"), (b, "李四"), (c, "王五")]


@pytest.mark.parametrize("at", [1, 20, 500])
def test_a_row_wider_than_the_header_is_marked_wherever_it_stands(at: int, tmp_path: Path) -> None:
    rows = make_rows(1000)
    rows[at][1:2] = ["张三", "李四"]
    rows[at + 1] += ["", " "]
    (tmp_path / "甲.csv").write_text("\n".join(map(",".join, [HEADERS, *rows])), encoding="utf-8")
    data = read_data(survey(tmp_path))
    assert data.filter(data["ragged"])["row"].to_list() == [at + 2]


@pytest.mark.parametrize("stray", ['"张三', '张"三', '"张三"先生"'])
@pytest.mark.parametrize("at", [0, 500, 999])
def test_a_quote_that_is_never_closed_swallows_no_row(stray: str, at: int, tmp_path: Path) -> None:
    rows = make_rows(1000)
    rows[at][1] = stray
    (tmp_path / "甲.csv").write_text("\n".join(map(",".join, [HEADERS, *rows])), encoding="utf-8")
    data = read_data(survey(tmp_path))
    assert data["row"].to_list() == list(range(2, 1002))
    assert data["id_number"].to_list() == [row[0] for row in rows]
    assert "张" in data["name"][at]


@pytest.mark.parametrize(("first", "second"), [('"甲', '"乙'), ('"甲', '乙"'), ('甲"', '乙"')])
def test_two_stray_quotes_far_apart_swallow_nothing(first: str, second: str, tmp_path: Path) -> None:
    rows = make_rows(200)
    rows[10][1], rows[30][1] = first, second
    (tmp_path / "甲.csv").write_text("\n".join(map(",".join, [HEADERS, *rows])), encoding="utf-8")
    assert read_data(survey(tmp_path))["id_number"].to_list() == [row[0] for row in rows]


CELLS = st.text(alphabet="张三a1 \"'\n，", max_size=8)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=20), titles=st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_what_a_program_wrote_as_csv_is_read_back_cell_by_cell(rows: list[tuple[str, str, str]], titles: int) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([*[["名单"]] * titles, HEADERS, [make_id(1), "甲", "2021"]])
    expected = []
    for row in rows:
        number = written.getvalue().count("\n") + 1
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected.append((number, *row))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "死亡.csv").write_text(written.getvalue(), encoding="utf-8", newline="")
        (sheet,) = survey(Path(folder)).sheets
        found = read_all(sheet).filter(pl.col("row") > titles + 2).select("row", *NAMES)
    assert [(number, *(cell or "" for cell in cells)) for number, *cells in found.rows()] == expected


def test_rows_with_too_few_or_too_many_cells_are_kept_and_marked(tmp_path: Path) -> None:
    a, b, c = (make_id(n) for n in range(3))
    lines = ["证件号码,姓名,死亡日期", *(f"{make_id(n)},某,2021" for n in range(10, 100))]
    lines += [f"{a},张三", f"{b},李四,2021,家住东街,三号", f"{c},王五,2021,,"]
    (tmp_path / "甲.csv").write_text("\n".join(lines), encoding="utf-8")
    data = read_data(survey(tmp_path)).tail(3)
    assert data["id_number"].to_list() == [a, b, c]
    assert data["ragged"].fill_null(value=False).to_list() == [False, True, False]


def test_a_row_with_something_only_in_an_unknown_column_still_counts(tmp_path: Path) -> None:
    text = "证件号码,姓名,死亡日期,备忘\n" + make_id(1) + ",张三,2021,\n,,,某事\n,,,\n , ,,\n"
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    assert read_all(sheet)["row"].to_list() == [1, 2, 3]


def test_large_files_come_in_batches_that_together_are_the_file(tmp_path: Path) -> None:
    lines = [f"{make_id(n)},张{n},{'东街' * 40}" for n in range(120_000)]
    (tmp_path / "甲.csv").write_text("\n".join(["证件号码,姓名,死亡日期", *lines]), encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    batches = list(read_batches(sheet, rows=10_000))
    assert max(batch.height for batch in batches) <= 10_000
    assert pl.concat(batches)["row"].to_list() == list(range(1, 120_002))
    assert pl.concat(batches)["name"].to_list()[1:] == [f"张{n}" for n in range(120_000)]


@pytest.mark.parametrize(
    "number",
    [
        "430321 19850615 0037",
        "４３０３２１１９８５０６１５００３７",
        "430321850615003",
        "4.30321E+17",
        "430321********0037",
        "4303211985061500",
    ],
)
@pytest.mark.parametrize("beside", ["合计", "填表人：", "备注：无"])
def test_a_row_with_anything_like_an_id_is_always_data(number: str, beside: str, tmp_path: Path) -> None:
    rows = [HEADERS, *make_rows(1), [number, beside, ""], [beside, number, ""]]
    (tmp_path / "甲.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    assert read_all(sheet)["not_data"].to_list()[:3] == ["header", None, None]


@given(
    parts=st.lists(st.one_of(st.binary(max_size=6), st.text("a中😀\n,", max_size=6).map(str.encode)), max_size=8),
    size=st.integers(1, 9),
)
def test_checking_lines_says_of_every_block_what_decoding_says(parts: list[bytes], size: int) -> None:
    content = b"".join(parts)
    quick, slow = Utf8Check(), DecoderCheck("utf-8")
    for start in range(0, len(content), size):
        block = content[start : start + size]
        takes = slow.takes(block)
        assert quick.takes(block) == takes
        if not takes:
            return
    assert quick.takes(b"", final=True) == slow.takes(b"", final=True)


@given(
    content=st.lists(st.sampled_from([b"a", b"\n", b"\xe5\xbc\xa0", b"\r\n"]), max_size=40).map(b"".join),
    size=st.integers(1, 7),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_are_whole_lines_and_lose_nothing(content: bytes, size: int, tmp_path: Path) -> None:
    file = tmp_path / "行.csv"
    file.write_bytes(content)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(texts, "_FIRST_BLOCK", size)
        patched.setattr(texts, "_BLOCK", size)
        blocks = list(texts.iterate_blocks(file, "utf-8"))
    assert b"".join(blocks) == content
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    assert sum(map(texts.count_lines, blocks)) == len(content.decode().removesuffix("\n").split("\n")) * bool(content)


@pytest.mark.parametrize(
    ("first", "added", "second"),
    [
        ("utf-8", "{},王五,2021-1-3", "gb18030"),
        ("utf-8", "{},王五六,2021-1-3", "gb18030"),
        ("gb18030", "{},王五六,2021-1-3", "utf-8"),
    ],
)
def test_a_file_of_two_encodings_is_told_with_the_line(first: str, added: str, second: str, tmp_path: Path) -> None:
    """Appended to an export, rows from another program: as GB18030 all of it may be read, but as other signs."""
    start = "\n".join([",".join(HEADERS), *(",".join(row) for row in make_rows(3))])
    (tmp_path / "死亡.csv").write_bytes(f"{start}\n".encode(first) + added.format(make_id(9)).encode(second))
    (problem,) = survey(tmp_path).problems
    assert "两种编码" in problem.what
    assert problem.row == 5


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_whose_end_was_never_written_is_told_with_the_line(encoding: str, tmp_path: Path) -> None:
    """After a power cut the rest of a file is empty signs."""
    lines = "".join(",".join(row) + "\n" for row in [HEADERS, *make_rows(3)]).encode(encoding)
    (tmp_path / "死亡.csv").write_bytes(lines + b"\0" * 200)
    (problem,) = survey(tmp_path).problems
    assert ("空字符" in problem.what, problem.row) == (True, 5)


def test_what_was_never_text_is_not_called_a_text_that_ends(tmp_path: Path) -> None:
    (tmp_path / "死亡.dat").write_bytes(b"\x81\xff\xfe\n" + b"\0" * 200)
    (problem,) = survey(tmp_path).problems
    assert "空字符" not in problem.what


def test_a_list_in_gb18030_that_is_no_roster_is_not_taken_for_two_encodings(tmp_path: Path) -> None:
    (tmp_path / "通讯录.csv").write_bytes("name,tel\n联系,电话\n办公室,1\n".encode("gb18030"))
    (problem,) = survey(tmp_path).problems
    assert "找不到能识别的标题行" in problem.what
