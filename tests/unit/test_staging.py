"""Staging of whole folders: every row accounted for, nothing silent, damaged numbers nowhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandera.config import CONFIG

from schemas.errors import UsageError
from schemas.rosters import ROSTERS
from schemas.values import read_vocabulary
from tests.invented_people import make_number, make_numbers
from tests.unit.staged_folder import StagedFolder, stage_folder, write_csv, write_workbook
from transforms.staging import Townships
from transforms.staging.contracts import build_schema, find_violations, list_conditions
from transforms.staging.layout import list_staged_columns

REGISTER = ["证件号码", "姓名", "性别", "出生日期", "乡镇", "户籍状态"]
PAYMENTS = ["证件号码", "姓名", "参保年度", "缴费日期", "个人缴费金额", "退费标志", "凭证号", "参保区划"]
ONE, TWO, THREE, FOUR, FIVE, SIX, *_ = make_numbers(12)
WRONG = ONE[:17] + ("1" if ONE[17] != "1" else "2")


def stage_raw(raw: Path, townships: Townships | None = None) -> StagedFolder:
    work = raw.parent / "work"
    return stage_folder(raw, work) if townships is None else stage_folder(raw, work, townships)


def person(number: object, name: str = "王小明", township: str = "易俗河镇", status: str = "正常") -> list[object]:
    return [number, name, "", "", township, status]


def test_every_row_has_one_outcome(raw: Path) -> None:
    rows = [
        ["湘潭县户籍人口"],
        REGISTER,
        person(ONE),
        person(TWO),
        person(ONE),
        person(WRONG),
        person(""),
        ["合计", "5人"],
        ["填表人：某某"],
    ]
    write_csv(raw / "户籍人口.csv", rows)
    folder = stage_raw(raw)
    outcome = folder.account("户籍人口.csv").outcome
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected) == (9, 2, 2)
    assert (outcome.rows_repeated, outcome.rows_not_data, outcome.records) == (1, 4, 5)
    assert folder.numbers("household_register") == sorted([ONE, TWO])
    assert folder.rejects("row") == [
        ("household_register", 6, "证件号码", "id_check"),
        ("household_register", 7, "证件号码", "id_missing"),
    ]
    damaged = folder.engine.rows('SELECT "row", raw_id, name, township FROM damaged ORDER BY 1')
    assert damaged == [(6, WRONG, "王小明", "易俗河镇"), (7, None, "王小明", "易俗河镇")]


def test_rejects_show_no_number_and_no_name_in_clear(raw: Path) -> None:
    write_csv(
        raw / "户籍人口.csv",
        [REGISTER, person(ONE), person(TWO), person(WRONG), [THREE, "***", "男", "", "外县镇", "正常"]],
    )
    folder = stage_raw(raw)
    shown = [text for row in folder.engine.rows("SELECT value, advice FROM rejects_raw") for text in row if text]
    assert shown
    assert not any(WRONG in text or THREE in text for text in shown)


def test_a_numeric_cell_never_becomes_a_person(raw: Path) -> None:
    rows = [REGISTER, person(ONE), person(TWO), person(int(THREE.replace("X", "0")))]
    write_workbook(raw / "户籍人口.xlsx", {"Sheet1": rows})
    folder = stage_raw(raw)
    assert folder.numbers("household_register") == sorted([ONE, TWO])
    assert [rule for *_, rule in folder.rejects("row")] == ["id_numeric"]


def test_the_same_bytes_twice_are_read_once(raw: Path) -> None:
    rows = [REGISTER, person(ONE), person(TWO), person(WRONG)]
    write_csv(raw / "户籍人口.csv", rows)
    write_csv(raw / "户籍人口 副本.csv", rows)
    folder = stage_raw(raw)
    accounts = sorted(folder.staged.inputs, key=lambda account: bool(account.copy_of))
    assert [account.outcome.rows_repeated for account in accounts] == [0, 3]
    assert [account.outcome.rows_not_data for account in accounts] == [1, 1]
    assert folder.engine.scalar("SELECT count(*) FROM damaged") == 1


def test_repeats_across_files_are_compared_exactly(raw: Path) -> None:
    write_csv(raw / "户籍人口易俗河镇.csv", [REGISTER, person(ONE), person(TWO)])
    write_csv(
        raw / "户籍人口石潭镇.csv", [REGISTER, person(TWO), person(TWO, "王晓明"), person(THREE, township="石潭镇")]
    )
    folder = stage_raw(raw)
    assert folder.numbers("household_register") == sorted([ONE, TWO, TWO, THREE])
    assert sum(account.outcome.rows_repeated for account in folder.staged.inputs) == 1


def test_one_payment_twice_is_repeated_and_its_refund_is_not(raw: Path) -> None:
    paid = [ONE, "王小明", "2022", "2021-10-05", "320", "否", "", "430321"]
    rows = [
        PAYMENTS,
        paid,
        paid,
        [*paid[:5], "是", *paid[6:]],
        [*paid[:7], "430300"],
        [*paid[:6], "A77", paid[7]],
        [*paid[:4], "-320", *paid[5:]],
    ]
    write_csv(raw / "居民医保参保.csv", rows)
    folder = stage_raw(raw)
    outcome = folder.account("居民医保参保.csv").outcome
    assert (outcome.rows_accepted, outcome.rows_repeated) == (5, 1)


def test_an_empty_payment_day_is_registered_not_paid(raw: Path) -> None:
    rows = [PAYMENTS, [ONE, "王小明", "2022", "", "", "", "", ""], [TWO, "李四", "2022", "去年", "320", "", "", ""]]
    write_csv(raw / "居民医保参保.csv", rows)
    folder = stage_raw(raw)
    assert folder.numbers("resident_insurance") == [ONE]
    assert folder.rejects("row") == [("resident_insurance", 3, "缴费日期", "date_invalid")]
    status = folder.engine.rows("SELECT insured_status, paid_on, own_paid FROM staged_resident_insurance")
    assert status == [("1", None, None)]


def test_a_status_nobody_understands_gives_no_cover(raw: Path) -> None:
    header = [*PAYMENTS, "参保状态"]
    rows = [header, [ONE, "王小明", "2022", "2021-10-05", "320", "", "", "", "正常参保"]]
    rows.append([TWO, "李四", "2022", "2021-10-05", "320", "", "", "", "某种状态"])
    write_csv(raw / "居民医保参保.csv", rows)
    folder = stage_raw(raw)
    assert folder.numbers("resident_insurance") == [ONE]
    assert folder.rejects("row") == [("resident_insurance", 3, "参保状态", "value_unknown")]


def test_a_newer_edition_replaces_the_older_one(raw: Path) -> None:
    people = make_numbers(10)
    write_csv(raw / "户籍人口20220131.csv", [REGISTER, *(person(number) for number in people), person(WRONG)])
    write_csv(raw / "户籍人口20220228.csv", [REGISTER, *(person(number) for number in people[:8])])
    folder = stage_raw(raw)
    assert folder.numbers("household_register") == sorted(people[:8])
    older = folder.account("户籍人口20220131.csv")
    assert (older.outcome.rows_accepted, older.outcome.rows_rejected, older.outcome.rows_repeated) == (0, 0, 11)
    assert [rule for *_, rule in folder.rejects("note")] == ["edition_replaced"]
    assert folder.engine.scalar("SELECT count(*) FROM damaged") == 0


def test_two_undated_editions_name_both(raw: Path) -> None:
    people = make_numbers(10)
    write_csv(raw / "户籍人口.csv", [REGISTER, *(person(number) for number in people)])
    write_csv(raw / "户籍人口最终版.csv", [REGISTER, *(person(number, "李四") for number in people)])
    (problem,) = stage_raw(raw).staged.problems
    assert "户籍人口.csv" in problem.what
    assert "户籍人口最终版.csv" in problem.what
    assert "increment" in problem.advice


@pytest.mark.parametrize(
    ("first", "second"),
    [("户籍人口第一批.csv", "户籍人口第二批.csv"), ("户籍人口易俗河镇.csv", "户籍人口石潭镇.csv")],
)
def test_batches_and_units_are_parts_even_where_they_overlap(raw: Path, first: str, second: str) -> None:
    people = make_numbers(10)
    write_csv(raw / first, [REGISTER, *(person(number) for number in people[:8])])
    write_csv(raw / second, [REGISTER, *(person(number) for number in people[1:])])
    folder = stage_raw(raw)
    assert folder.staged.problems == ()
    assert folder.numbers("household_register") == sorted(people)


def test_two_years_of_payments_are_parts(raw: Path) -> None:
    people = make_numbers(10)
    for year in (2021, 2022):
        rows = [[number, "王小明", year, f"{year - 1}-10-01", 320, "", "", ""] for number in people]
        write_csv(raw / f"居民医保参保{year}.csv", [PAYMENTS, *rows])
    folder = stage_raw(raw)
    assert folder.staged.problems == ()
    assert folder.staged.supplied["resident_insurance"] == 20


def test_a_later_increment_wins_over_the_full_list(raw: Path) -> None:
    people = make_numbers(10)
    write_csv(raw / "户籍人口20220131.csv", [REGISTER, *(person(number) for number in people)])
    write_csv(raw / "户籍人口变更20220228.csv", [REGISTER, person(people[0], status="死亡")])
    (raw / "sources.toml").write_text('[[file]]\nname = "*变更*"\nkind = "increment"\n', encoding="utf-8")
    folder = stage_raw(raw)
    states = folder.engine.rows(
        "SELECT register_status FROM staged_household_register WHERE id_number = ?", [people[0]]
    )
    assert states == [("dead",)]
    assert folder.staged.supplied["household_register"] == 10
    assert ("household_register", 2, "", "record_superseded") in folder.rejects("note")


def test_unreadable_values_cost_the_value_and_unknown_townships_keep_the_person(raw: Path) -> None:
    rows = [
        REGISTER,
        [ONE, "王小明", "男", "1985-06-15", "湘潭县易俗河镇", "正常"],
        [TWO, "李四", "雄", "昨天", "外县镇", "其它"],
        [THREE, "赵六", "", "", "", ""],
    ]
    write_csv(raw / "户籍人口.csv", rows)
    folder = stage_raw(raw)
    assert folder.numbers("household_register") == sorted([ONE, TWO, THREE])
    assert folder.rejects("value") == [
        ("household_register", 3, "乡镇", "township_unknown"),
        ("household_register", 3, "出生日期", "date_invalid"),
        ("household_register", 3, "性别", "value_unknown"),
        ("household_register", 3, "户籍状态", "value_unknown"),
        ("household_register", 4, "乡镇", "required_empty"),
    ]
    assert ("household_register", None, "户籍状态", "status_assumed") in folder.rejects("note")
    states = dict(folder.engine.rows("SELECT id_number, register_status FROM staged_household_register"))
    assert states == {ONE: "normal", TWO: None, THREE: "normal"}


def test_an_absent_status_column_means_normal_and_is_noted(raw: Path) -> None:
    write_csv(raw / "户籍人口.csv", [REGISTER[:5], person(ONE)[:5], person(TWO)[:5]])
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT DISTINCT register_status FROM staged_household_register") == [("normal",)]
    assert [rule for *_, rule in folder.rejects("note")] == ["status_assumed"]


def test_birth_and_sex_that_contradict_the_number_are_noted(raw: Path) -> None:
    woman = make_number(118)
    rows = [
        REGISTER,
        [woman, "王小红", "男", "1985-06-16", "易俗河镇", "正常"],
        [ONE, "李四", "男", "1985-06-15", "易俗河镇", "正常"],
    ]
    write_csv(raw / "户籍人口.csv", rows)
    folder = stage_raw(raw)
    assert folder.staged.supplied["household_register"] == 2
    assert [(row, rule) for _, row, _, rule in folder.rejects("note")] == [(2, "birth_conflict"), (2, "sex_conflict")]


def test_relief_reads_grades_from_other_columns(raw: Path) -> None:
    header = ["姓名", "身份证号", "人员类别", "残疾等级", "认定日期", "退出日期"]
    rows = [
        header,
        ["甲某", ONE, "残疾人", "二级", "202104", "9999-12-31"],
        ["乙某", TWO, "低保户、残疾三级", "", "2021年4月", "2021-06"],
        ["丙某", f"{THREE}42", "残疾", "", "2021-04-05", ""],
        ["丁某", FOUR, "火星人", "", "2021-04-05", ""],
        ["戊某", FIVE, "低保、火星人", "", "", ""],
    ]
    write_csv(raw / "困难群众.csv", rows)
    folder = stage_raw(raw)
    found = folder.engine.rows(
        'SELECT id_number, id_quality, categories, recognised_on, left_on FROM staged_relief ORDER BY "row"'
    )
    assert found == [
        (ONE, "ok", ["severe_disability"], date(2021, 4, 1), None),
        (TWO, "ok", ["minimum_living", "moderate_disability"], date(2021, 4, 1), date(2021, 6, 30)),
        (THREE, "cut20", ["severe_disability"], date(2021, 4, 5), None),
        (FIVE, "ok", ["minimum_living"], None, None),
    ]
    assert folder.rejects("row") == [("relief", 5, "人员类别", "category_unknown")]
    assert folder.rejects("value") == [("relief", 6, "人员类别", "category_unknown")]


def test_newborns_may_be_known_by_their_certificate(raw: Path) -> None:
    header = ["新生儿姓名", "新生儿身份证号", "出生医学证明编号", "出生日期", "母亲身份证号"]
    rows = [
        header,
        ["甲某", "", "P430123456", "2022-01-05", ONE],
        ["乙某", WRONG, "P430123457", "2022-01-06", WRONG],
        ["丙某", "", "", "2022-01-07", TWO],
    ]
    write_csv(raw / "新生儿.csv", rows)
    folder = stage_raw(raw)
    found = folder.engine.rows("SELECT id_number, id_quality, mother_id FROM staged_births ORDER BY 1")
    assert found == [
        ("birth_certificate:P430123456", "other_document", ONE),
        ("birth_certificate:P430123457", "other_document", None),
    ]
    assert folder.rejects("row") == [("births", 4, "新生儿身份证号", "id_missing")]
    assert [(column, rule) for _, _, column, rule in folder.rejects("value")] == [
        ("新生儿身份证号", "id_check"),
        ("母亲身份证号", "id_check"),
    ]


def test_an_employer_row_of_arrears_needs_no_person_but_a_damaged_person_is_no_employer(raw: Path) -> None:
    header = ["证件号码", "统一社会信用代码", "所属期", "应缴金额", "实缴金额"]
    code = "91350100M000100Y43"
    rows = [
        header,
        ["", code, "202201", "100", "0"],
        [WRONG, code, "202201", "100", "0"],
        ["", "", "202201", "1", "0"],
        [ONE, "", "202113", "1", "0"],
    ]
    write_csv(raw / "职工医保缴费明细.csv", rows)
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT id_number, uscc, period, due FROM staged_arrears") == [
        (None, code, "2022-01", Decimal("100.00"))
    ]
    assert [(row, rule) for _, row, _, rule in folder.rejects("row")] == [
        (3, "id_check"),
        (4, "one_of_empty"),
        (5, "month_invalid"),
    ]


def test_townships_come_from_sheet_names(raw: Path) -> None:
    rows = [["证件号码", "姓名"], [ONE, "王小明"]]
    write_workbook(raw / "户籍人口.xlsx", {"易俗河镇": rows, "石潭镇": [rows[0], [TWO, "李四"]]})
    folder = stage_raw(raw)
    found = folder.engine.rows("SELECT id_number, township FROM staged_household_register ORDER BY source_no")
    assert found == [(ONE, "易俗河镇"), (TWO, "石潭镇")]


def test_rosters_nobody_sent_are_empty_tables(raw: Path) -> None:
    write_csv(raw / "户籍人口.csv", [REGISTER, person(ONE)])
    folder = stage_raw(raw)
    for code, roster in ROSTERS.items():
        assert set(folder.engine.query(f'SELECT * FROM "staged_{code}"').columns) == set(list_staged_columns(roster))
    assert folder.engine.rows("SELECT * FROM supplied") == [("household_register", 1)]


def test_validation_switched_off_refuses_to_start(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_csv(raw / "户籍人口.csv", [REGISTER, person(ONE)])
    monkeypatch.setattr(CONFIG, "validation_enabled", False)
    with pytest.raises(UsageError, match="PANDERA_VALIDATION_ENABLED"):
        stage_raw(raw)


def test_the_contract_finds_what_typing_let_through(raw: Path) -> None:
    write_csv(raw / "户籍人口.csv", [REGISTER, person(ONE), person(TWO)])
    folder = stage_raw(raw)
    roster = ROSTERS["household_register"]
    frame = folder.engine.query("SELECT * FROM staged_household_register").select(list(list_staged_columns(roster)))
    frame = frame.cast(list_staged_columns(roster))  # type: ignore[arg-type]
    assert list(find_violations(roster, frame)) == []
    broken = frame.with_columns(id_number=frame["id_number"].scatter(1, "123"))
    assert [(column, places.to_list()) for column, places in find_violations(roster, broken)] == [("id_number", [1])]
    with pytest.raises(AssertionError, match="wrong shape"):
        list(find_violations(roster, frame.cast({"row": pl.Int32})))


@pytest.mark.parametrize("code", list(ROSTERS))
def test_every_roster_has_a_contract(code: str) -> None:
    assert set(build_schema(code).columns) == set(list_staged_columns(ROSTERS[code]))


cells = st.sampled_from(
    [ONE, TWO, THREE, WRONG, "", "合计", "4.3E+17", f"{FOUR}44", "430321850615117", "姓名", "证件号码", "无", "2022"]
)
sheets = st.lists(
    st.tuples(
        cells,
        st.sampled_from(["王小明", "李四", "", "合计：", "姓名", "***"]),
        st.sampled_from(["易俗河镇", "", "外地"]),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=sheets, more=sheets)
def test_any_rows_are_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], more: list[tuple[str, ...]]
) -> None:
    raw = tmp_path_factory.mktemp("odd") / "raw"
    for name, content in (("户籍人口易俗河镇.csv", rows), ("户籍人口第二批.csv", more)):
        write_csv(raw / name, [["证件号码", "姓名", "乡镇"], *content])
    folder = stage_raw(raw)
    for account in folder.staged.inputs:
        filled = 1 + sum(any(row) for row in (rows if "易俗河" in account.file else more))
        account.outcome.check()
        assert account.outcome.rows_read == filled
    accepted = sum(account.outcome.rows_accepted for account in folder.staged.inputs)
    assert accepted == folder.engine.scalar("SELECT count(*) FROM staged_household_register")
    assert WRONG not in folder.numbers("household_register")


@pytest.mark.parametrize("code", list(ROSTERS))
def test_the_contract_says_in_which_row_any_column_is_wrong(code: str) -> None:
    roster = ROSTERS[code]
    conditions, types = list_conditions(roster), list_staged_columns(roster)
    fitting = [*(code for codes in read_vocabulary().codes.values() for code in codes.values()), ONE, "2022-01"]
    fitting += ["ok", 2022, date(2022, 1, 1), True, Decimal(1), [ONE]]
    wrong = {pl.String: "？", pl.Date: date(1000, 1, 1), pl.Int32: -1, pl.Int64: -1}
    values = {
        name: next(value for value in fitting if fits(value, dtype, conditions.get(name)))
        for name, dtype in types.items()
    }
    frame = pl.DataFrame({name: [value] * 3 for name, value in values.items()}, schema=types)
    assert list(find_violations(roster, frame)) == []
    for name in conditions:
        broken = frame.with_columns(frame[name].scatter(1, wrong[type(types[name])]))
        assert [(column, places.to_list()) for column, places in find_violations(roster, broken)] == [(name, [1])]
    lacking = {name for name in types if list(find_violations(roster, blank(frame, name)))}
    assert lacking == {name for name, column in build_schema(code).columns.items() if not column.nullable}
    with pytest.raises(AssertionError, match="wrong shape"):
        list(find_violations(roster, frame.select(reversed(frame.columns))))


def fits(value: object, dtype: pl.DataType, condition: pl.Expr | None) -> bool:
    try:
        frame = pl.DataFrame({"value": [value]}, schema={"value": dtype}, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return False
    if condition is not None:
        frame = frame.rename({"value": condition.meta.root_names()[0]}).filter(condition)
    return not frame.is_empty() and frame.to_series().null_count() == 0


def blank(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.with_columns(pl.when(pl.int_range(pl.len()) != 1).then(name).alias(name))


def test_a_name_stays_what_the_office_wrote_and_has_a_key_beside_it(raw: Path) -> None:
    write_csv(
        raw / "户籍人口.csv", [REGISTER, person(ONE, "王小明"), person(TWO, "阿里·买买提"), person(THREE, "张三(大)")]
    )
    folder = stage_raw(raw)
    found = folder.engine.rows('SELECT name, name_key FROM staged_household_register ORDER BY "row"')
    assert found == [("王小明", "王小明"), ("阿里·买买提", "阿里买买提"), ("张三(大)", "张三")]


def test_a_reject_shows_what_stood_in_the_cell(raw: Path) -> None:
    header = ["证件号码", "姓名", "学校名称", "学段", "学籍状态"]
    rows = [header, [ONE, "王小明", "#N/A", "本科", "在读"], [TWO, "合计", "湘潭大学", "本科", "在读"]]
    write_csv(raw / "学籍.csv", rows)
    folder = stage_raw(raw)
    found = folder.engine.rows('SELECT "row", rule, value FROM rejects_raw WHERE "row" IS NOT NULL ORDER BY 1, 2')
    assert found == [(2, "formula_error", "#N/A"), (3, "row_signed", "合*")]


def test_a_rejected_employer_is_no_damaged_number(raw: Path) -> None:
    rows = [
        ["统一社会信用代码", "单位名称", "单位类型"],
        ["91430321MA0D00000C", "", "事业"],
        ["91430321MA0D00001F", "某某局", "事业"],
    ]
    write_csv(raw / "用人单位.csv", rows)
    folder = stage_raw(raw)
    assert folder.rejects("row") == [("employers", 2, "单位名称", "required_empty")]
    assert folder.engine.rows("SELECT count(*) FROM damaged") == [(0,)]
