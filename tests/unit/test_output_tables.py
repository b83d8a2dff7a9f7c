from pathlib import Path

import polars as pl
import pytest

from schemas.tables import TABLES
from tests.invented_people import make_numbers
from tests.invented_tables import make_id, make_row, write_invented
from transforms.engine import Engine
from transforms.outputs import everybody, tables
from transforms.outputs.comparison import DIFFERENCES, compare_tables, write_differences
from transforms.outputs.table_file import TableFile
from transforms.outputs.tables import write_tables

UNINSURED = TABLES["uninsured"]
PEOPLE = [{"id_number": make_id(n), "township": township} for n, township in enumerate(("乙乡", "甲镇", None, "甲镇"))]


@pytest.fixture
def engine(tmp_path: Path):
    (tmp_path / "db").mkdir()
    with Engine(tmp_path / "db") as engine:
        yield engine


def test_rows_stand_in_the_declared_order_and_columns(tmp_path: Path) -> None:
    result = write_invented(tmp_path, {"uninsured": PEOPLE})
    frame = pl.read_parquet(result / "tables" / "uninsured.parquet")
    assert frame.columns == [column.name for column in UNINSURED.columns]
    assert frame["township"].to_list() == ["乙乡", "甲镇", "甲镇", None]
    assert frame["own_due"].dtype == pl.Decimal(12, 2)
    assert frame["deadline"].dtype == pl.Date
    assert frame["sources"].dtype == pl.List(pl.String)


def test_codes_come_in_the_order_of_their_terms(tmp_path: Path) -> None:
    levels = ["village", "group", "unheard_of", "county", "township"]
    result = write_invented(tmp_path, {"coverage": [{"level": level} for level in levels]})
    frame = pl.read_parquet(result / "tables" / "coverage.parquet")
    assert frame["level"].to_list() == ["county", "township", "village", "group", "unheard_of"]


@pytest.mark.parametrize("name", list(TABLES))
def test_the_order_of_incoming_rows_changes_no_byte(tmp_path: Path, engine: Engine, name: str) -> None:
    table = TABLES[name]
    first = next(name for name in (*table.key, *table.sql_types) if table.sql_types[name] == "VARCHAR")
    rows = [make_row(table, **{first: f"某{n}"}) for n in range(50)]
    written = []
    for attempt, ordered in enumerate((rows, rows[::-1])):
        engine.create(name, table.sql_types, ordered)
        assert write_tables(engine, tmp_path / str(attempt)) == {f"tables/{name}.parquet": 50}
        written.append((tmp_path / str(attempt) / "tables" / f"{name}.parquet").read_bytes())
    assert written[0] == written[1]


def test_only_what_the_pack_computes_is_written(tmp_path: Path) -> None:
    result = write_invented(tmp_path, {"supply": []})
    assert [path.name for path in (result / "tables").iterdir()] == ["supply.parquet"]


def test_a_missing_column_is_named(tmp_path: Path, engine: Engine) -> None:
    engine.execute("CREATE TABLE supply AS SELECT '局' AS department")
    with pytest.raises(RuntimeError, match=r"supply 缺少列：.*state"):
        write_tables(engine, tmp_path)


def test_a_repeated_key_fails_even_where_a_part_is_null(tmp_path: Path, engine: Engine) -> None:
    table = TABLES["supply"]
    engine.create("supply", table.sql_types, [make_row(table, department=None)] * 2)
    with pytest.raises(RuntimeError, match="supply 有 1 个重复的键"):
        write_tables(engine, tmp_path)


def test_rejects_may_repeat_because_one_cell_may_break_a_rule_twice(tmp_path: Path) -> None:
    result = write_invented(tmp_path, {"rejects": [{"row": 7}, {"row": 7}]})
    assert pl.read_parquet(result / "tables" / "rejects.parquet").height == 2


def test_a_second_run_says_what_it_changes(tmp_path: Path, engine: Engine) -> None:
    before = write_invented(tmp_path / "1", {"uninsured": PEOPLE, "supply": []})
    changed = [PEOPLE[0], PEOPLE[1], {**PEOPLE[2], "reason": "另一个原因"}]
    after = write_invented(tmp_path / "2", {"uninsured": changed, "supply": [], "bridge": []})
    entry = write_differences(engine, after, before)["differs_from"]
    assert entry["tables"] == [
        {"table": "uninsured", "gone": 2, "new": 1},
        {"table": "bridge", "gone": None, "new": None},
    ]
    text = (after / DIFFERENCES).read_text(encoding="utf-8-sig")
    assert "→" not in text
    assert "未参保(uninsured)：2 行只在上次，1 行只在本次" in text
    assert compare_tables(engine, after, after) == []


def test_a_second_run_counts_rows_that_repeat(tmp_path: Path, engine: Engine) -> None:
    """One cell may break a rule twice: a row that stands there once less is gone once, whatever else is empty in it."""
    before = write_invented(tmp_path / "1", {"rejects": [{"row": 7}, {"row": 7}, {"row": 8}, {"row": None}]})
    after = write_invented(tmp_path / "2", {"rejects": [{"row": None}, {"row": 7}, {"row": 9}, {"row": 9}, {"row": 8}]})
    (found,) = compare_tables(engine, after, before)
    assert (found.table, found.gone, found.new) == ("rejects", 1, 2)


def test_persons_stand_in_the_order_of_their_documents_whatever_their_keys(tmp_path: Path, engine: Engine) -> None:
    """Keys of other documents are numbered as they come; in the file they stand behind the numbers, by their text."""
    table = TABLES["persons"]
    numbers = make_numbers(2)
    keys = {number: int(number[:17]) for number in numbers} | {"passport:E2": -1, "passport:E10": -2, "visa:A1": -3}
    rows = [[key, *make_row(table, id_number=number)] for number, key in reversed(keys.items())]
    engine.create("persons", {"person_key": "BIGINT", **table.sql_types}, rows)
    engine.create("known_persons", {"person_key": "BIGINT"}, [[key] for key in keys.values()])
    write_tables(engine, tmp_path)
    written = pl.read_parquet(tmp_path / "tables" / "persons.parquet")["id_number"].to_list()
    assert written == [*sorted(numbers), "passport:E10", "passport:E2", "visa:A1"]


@pytest.mark.parametrize("key", [None, -7, 10**18 + 5])
def test_nobody_is_left_out_whatever_their_key(tmp_path: Path, engine: Engine, key: int | None) -> None:
    table = TABLES["persons"]
    numbers = make_numbers(3)
    keys = {number: int(number[:17]) for number in numbers[:2]} | {numbers[2] + "9": key}
    rows = [[key, *make_row(table, id_number=number)] for number, key in keys.items()]
    engine.create("persons", {"person_key": "BIGINT", **table.sql_types}, rows)
    engine.create("known_persons", {"person_key": "BIGINT"}, [[key] for key in keys.values()])
    assert write_tables(engine, tmp_path) == {"tables/persons.parquet": 3}


def test_a_number_under_two_keys_is_a_defect_also_where_parts_meet(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everybody, "PART_ROWS", 1)
    table = TABLES["persons"]
    number = make_numbers(1)[0]
    keys = [int(number[:17]), int(number[:17]) + 1]
    rows = [[key, *make_row(table, id_number=number)] for key in keys]
    engine.create("persons", {"person_key": "BIGINT", **table.sql_types}, rows)
    engine.create("known_persons", {"person_key": "BIGINT"}, [[key] for key in keys])
    with pytest.raises(RuntimeError, match="persons"):
        write_tables(engine, tmp_path)


def test_a_person_who_stands_twice_is_a_defect(tmp_path: Path, engine: Engine) -> None:
    engine.create("dues", TABLES["dues"].sql_types, [make_row(TABLES["dues"], id_number=make_numbers(1)[0])] * 2)
    with pytest.raises(RuntimeError, match="1 个重复的键"):
        write_tables(engine, tmp_path)


def test_how_a_frame_lies_in_memory_changes_no_byte(tmp_path: Path) -> None:
    """The engine answers in pieces whose size depends on its threads."""
    table = TABLES["cases"]
    rows = [make_row(table, case_no=f"{n:060d}") for n in range(40_000)]
    whole = pl.DataFrame(rows, schema=list(table.sql_types), orient="row").cast({"number": pl.Int32}).rechunk()
    written = []
    for name, frame in (("whole", whole), ("pieces", pl.concat([whole[:3001], whole[3001:]], rechunk=False))):
        (tmp_path / name).mkdir()
        with TableFile(table, tmp_path / name) as file:
            file.write(frame)
        written.append((tmp_path / name / "cases.parquet").read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_a_list_written_in_parts_has_every_row_once_and_in_order(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(tables, "PART_ROWS", size)
    table = TABLES["contributions"]
    months = [f"2026-{month:02d}" for month in range(10, 0, -1)]
    engine.create(table.name, table.sql_types, [make_row(table, month=month) for month in months])
    assert write_tables(engine, tmp_path) == {"tables/contributions.parquet": 10}
    written = pl.read_parquet(tmp_path / "tables" / "contributions.parquet")
    assert written["month"].to_list() == months[::-1]


def test_a_key_repeated_where_parts_of_a_list_meet_is_a_defect(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PART_ROWS", 1)
    table = TABLES["contributions"]
    engine.create(table.name, table.sql_types, [make_row(table, month="2026-01")] * 2)
    with pytest.raises(RuntimeError, match="contributions 有 1 个重复的键"):
        write_tables(engine, tmp_path)


def make_everybody(engine: Engine, persons: list[str], due: list[str]) -> None:
    """The engine's tables of these people, by the first 17 digits of their number; `dues` as the findings leave it."""
    told = {"id_number", "name", "township", "village", "sources"}
    table, dues = TABLES["persons"], TABLES["dues"]
    own = [name for name in dues.sql_types if name not in told]
    rows = [[int(number[:17]), *make_row(table, id_number=number, name=f"某{number[-4:]}")] for number in persons]
    engine.create("persons", {"person_key": "BIGINT", **table.sql_types}, rows)
    engine.create("known_persons", {"person_key": "BIGINT"}, [[int(number[:17])] for number in persons])
    held = [dict(zip(dues.sql_types, make_row(dues, reason=f"应缴{number[-4:]}"), strict=True)) for number in due]
    engine.create(
        "dues",
        {"person_key": "BIGINT", **{name: dues.sql_types[name] for name in own}},
        [[int(number[:17]), *(row[name] for name in own)] for number, row in zip(due, held, strict=True)],
    )


def test_a_row_of_dues_says_whose_it_is_as_the_row_of_persons_does(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everybody, "PART_ROWS", 3)
    numbers = make_numbers(10)
    make_everybody(engine, numbers, numbers[::-2])
    write_tables(engine, tmp_path)
    rows = pl.read_parquet(tmp_path / "tables" / "dues.parquet")
    assert rows["id_number"].to_list() == sorted(numbers[::-2])
    assert rows["reason"].to_list() == [f"应缴{number[-4:]}" for number in sorted(numbers[::-2])]
    assert rows["name"].to_list() == [f"某{number[-4:]}" for number in sorted(numbers[::-2])]


def test_somebody_due_whom_nobody_knows_is_a_defect(tmp_path: Path, engine: Engine) -> None:
    numbers = make_numbers(3)
    make_everybody(engine, numbers[:2], numbers)
    with pytest.raises(RuntimeError, match="1 行的人不在输出表 persons"):
        write_tables(engine, tmp_path)
