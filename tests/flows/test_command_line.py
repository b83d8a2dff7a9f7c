"""What an analyst does on a good day: run, look, verify, run again, ask for templates."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from flows.cli import run_command
from flows.demonstration import write_demonstration
from tests.flows.desk import MONTH, PACK, REGISTER, Desk
from tests.roster_files import write_workbook

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/使用说明.md").read_text(encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


def test_a_run_publishes_once_and_accounts_for_every_row(desk: Desk) -> None:
    code, errors = desk.run()
    assert (code, errors) == (0, "")
    (folder,) = desk.published()
    assert (desk.home() / "latest").read_text(encoding="utf-8").strip() == folder.name
    manifest = read_manifest(folder)
    names = [stage["name"] for stage in manifest["stages"]]  # type: ignore[union-attr, index]
    assert names == ["survey", "stage", "gate", "matching", "facts", "findings", "outputs"]
    for entry in manifest["inputs"]:  # type: ignore[union-attr]
        outcomes = [entry[f"rows_{name}"] for name in ("accepted", "rejected", "repeated", "not_data")]  # type: ignore[index]
        assert entry["rows_read"] == sum(outcomes)  # type: ignore[index]
        assert entry["rows_read"] == len((desk.raw / entry["file"]).read_text("utf-8").splitlines())  # type: ignore[index]
    assert {path.name for path in desk.out.iterdir()} <= {PACK, ".canbao.lock"}


def test_the_answer_as_json_holds_the_coverage_of_the_tables(desk: Desk) -> None:
    options = ["run", "--pack", PACK, "--month", MONTH, "--raw", str(desk.raw), "--out", str(desk.out)]
    assert run_command([*options, "--no-workbooks", "--json"]) == 0
    answer = json.loads(desk.capture.readouterr().out)
    coverage = pl.read_parquet(Path(answer["folder"]) / "tables/coverage.parquet")
    county = coverage.filter(pl.col("level") == "county")
    assert answer["coverage"][0]["level"] == "county"
    assert answer["coverage"][0]["population"] == county["population"][0]
    assert answer["coverage"][0]["target_state"] == county["target_state"][0]
    assert len(answer["coverage"]) == len(coverage.filter(pl.col("level").is_in(["county", "township"])))


def test_the_terminal_tells_stages_files_and_what_needs_attention_first(desk: Desk) -> None:
    options = ["run", "--pack", PACK, "--month", MONTH, "--raw", str(desk.raw), "--out", str(desk.out)]
    assert run_command([*options, "--no-workbooks"]) == 0
    said = desk.capture.readouterr()
    assert said.err.index("[1/8] 识别名册") < said.err.index(REGISTER) < said.err.index("[2/8] 清洗校验")
    (folder,) = desk.published()
    first, report = said.out.index("先看这几条"), said.out.index(f"报告：{folder / 'report.html'}")
    assert said.out.index("参保覆盖情况") < first < report
    county = pl.read_parquet(folder / "tables/coverage.parquet").row(
        by_predicate=pl.col("level") == "county", named=True
    )
    # Who divides the insured by the population gets another rate.
    assert f"参保率还算了在此参保而不在名册人口中的 {county['insured_outside']} 人" in said.out[:first]
    assert "  1. 参保率" in said.out[first:report]
    assert run_command([*options, "--no-workbooks", "--json"]) == 0
    answer = json.loads(desk.capture.readouterr().out)
    assert answer["headlines"][0].startswith("参保率")
    assert all(Path(place).exists() for place in answer["places"].values())


def test_verify_tells_a_changed_run_from_a_whole_one(published: Desk) -> None:
    desk = published
    (folder,) = desk.published()
    assert run_command(["verify", str(folder)]) == 0
    table = folder / "tables/coverage.parquet"
    table.write_bytes(table.read_bytes() + b" ")
    assert run_command(["verify", str(folder)]) == 3
    assert "tables/coverage.parquet" in desk.capture.readouterr().err
    assert run_command(["verify", str(desk.raw)]) == 2


def test_the_next_month_is_compared_with_the_one_before(desk: Desk) -> None:
    desk.run(month="2022-01")
    desk.run()
    (first,), (second,) = desk.published("2022-01"), desk.published()
    assert read_manifest(first)["previous_manifest_sha256"] is None
    assert read_manifest(second)["previous_manifest_sha256"] is not None


def test_every_option_has_an_environment_variable(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"PACK": PACK, "MONTH": MONTH, "RAW": desk.raw, "OUT": desk.out, "NO_WORKBOOKS": 1, "QUIET": 1}
    for name, value in given.items():
        monkeypatch.setenv(f"CANBAO_{name}", str(value))
    assert run_command(["run"]) == 0
    (folder,) = desk.published()
    assert not list(folder.rglob("*.xlsx"))
    assert desk.capture.readouterr().out == ""


@pytest.mark.parametrize("stage", ["survey", "stage", "outputs"])
def test_a_killed_run_leaves_the_last_one_whole_and_the_next_just_works(stage: str, published: Desk) -> None:
    desk = published
    before = desk.published()
    program = (
        "import os, signal, sys; from flows.settings import read_run_settings; from flows.run import reconcile;"
        "settings = read_run_settings(pack=sys.argv[1], month=sys.argv[2], raw=sys.argv[3], out=sys.argv[4]);"
        "reconcile(settings, tell=lambda step: step.stage == sys.argv[5] and os.kill(os.getpid(), signal.SIGKILL))"
    )
    arguments = [PACK, MONTH, str(desk.raw), str(desk.out), stage]
    killed = subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert desk.published() == before
    assert run_command(["verify", str(before[0])]) == 0
    assert desk.run()[0] == 0
    assert len(desk.published()) == 2
    assert {path.name for path in desk.out.iterdir()} <= {PACK, ".canbao.lock"}


def test_inspect_says_what_a_file_would_be_taken_for_and_writes_nothing(desk: Desk) -> None:
    before = sorted(desk.raw.rglob("*"))
    assert run_command(["inspect", str(desk.raw / REGISTER)]) == 0
    told = desk.capture.readouterr().out
    assert "household_register" in told
    assert "证件号码 ← 证件号码" in told
    assert sorted(desk.raw.rglob("*")) == before
    assert run_command(["inspect", str(desk.raw / "none.xlsx")]) == 2


def test_inspect_keeps_a_header_of_several_lines_on_one(desk: Desk) -> None:
    write_workbook(
        desk.raw / "死亡.xlsx", {"死亡": [["姓\n名", "身份证\n号码", "死亡日期"], ["王小明", "", "2021-11-03"]]}
    )
    assert run_command(["inspect", str(desk.raw / "死亡.xlsx")]) == 0
    told = desk.capture.readouterr().out
    assert "证件号码 ← 身份证号码\n" in told
    assert "「身份证号码」列：" in told


def test_inspect_names_the_cells_that_a_run_with_the_pack_would_refuse(desk: Desk) -> None:
    rows = [["姓名", "身份证号码", "乡镇", "居住起始日期"], ["王小明", "43032119850615000", "外地镇", "去年"]]
    write_workbook(desk.raw / "居住证.xlsx", {"名单": rows})
    places = []
    for pack in ([], ["--pack", PACK]):
        assert run_command(["inspect", str(desk.raw / "居住证.xlsx"), *pack]) == 0
        told = desk.capture.readouterr().out
        assert "43032119850615000" not in told
        assert "工作表「名单」 第 2 行 「居住起始日期」列：日期无法识别（去年）" in told
        places.append("「乡镇」列：乡镇名称不属于本地（外地镇）" in told)
    assert places == [False, True]


def test_inspect_calls_a_copy_so_and_says_only_of_the_first_what_is_wrong(desk: Desk) -> None:
    rows = [["姓名", "身份证号码", "死亡日期"], ["王小明", "", "2021-11-03"]]
    for name in ("死亡(1).xlsx", "死亡.xlsx"):
        write_workbook(desk.raw / name, {"名单": rows})
    assert run_command(["inspect", str(desk.raw)]) == 0
    told = desk.capture.readouterr().out
    assert "不读：死亡(1).xlsx，与「死亡.xlsx」内容完全相同，只读一次" in told
    assert told.count("「身份证号码」列：证件号码为空") == 1


def test_inspect_takes_a_folder_and_asks_the_sources_toml_above(desk: Desk) -> None:
    folder = desk.raw / "公安局"
    folder.mkdir()
    (desk.raw / REGISTER).rename(folder / REGISTER)
    (desk.raw / "sources.toml").write_text(f'[[file]]\nname = "{REGISTER}"\nignore = true\n', encoding="utf-8")
    assert run_command(["inspect", str(folder)]) == 0
    told = desk.capture.readouterr().out
    assert f"文件「公安局/{REGISTER}」" in told
    assert "不读" in told
    assert "household_register" not in told


def test_templates_are_named_by_code_or_title(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["template", "deaths", "学籍", "--out", str(tmp_path)]) == 0
    assert len(list(tmp_path.glob("*.xlsx"))) == 2
    assert run_command(["template", "weather", "--out", str(tmp_path)]) == 2
    assert "weather" in capsys.readouterr().err


def test_demo_never_writes_into_a_folder_of_somebody_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "民政局.xlsx").write_bytes(b"real")
    assert run_command(["demo", "--raw", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["民政局.xlsx"]
    assert "--raw" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["公安局/真的户籍人口.csv", "医保局/任务数分解表.csv"])
def test_demo_never_deletes_what_was_put_or_changed_among_its_rosters(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_demonstration(raw=tmp_path)
    write_demonstration(raw=tmp_path)
    (tmp_path / name).write_bytes(b"real")
    assert run_command(["demo", "--raw", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert (tmp_path / name).read_bytes() == b"real"
    assert name in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--month"], "--month"),
        (["run", "--nonsense"], "--nonsense"),
        (["fly"], "fly"),
        (["inspect"], "FILE"),
        (["run", "--pack", PACK, "--month", "2022-02", "extra"], "extra"),
        (["pack", "check", "none.toml"], "none.toml"),
        (["purge", "--before", "2022"], "--before"),
    ],
)
def test_wrong_usage_is_told_in_chinese(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(arguments) == 2
    errors = capsys.readouterr().err
    assert told in errors
    assert any("\u4e00" <= sign <= "\u9fff" for sign in errors.splitlines()[0])


def test_a_defect_is_told_by_its_place_and_never_by_its_text(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("张三丰")

    monkeypatch.setattr("flows.run.match", fail)
    code, errors = desk.run()
    assert code == 1
    assert "KeyError" in errors
    assert "张三丰" not in errors
    assert not desk.published()


def test_an_interrupted_run_says_so_and_publishes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.run.match", stop)
    code, errors = desk.run()
    assert f"| {code} | 被中断" in GUIDE
    assert "已中断" in errors
    assert not desk.published()


def test_an_answer_that_is_cut_off_is_no_success() -> None:
    """Nobody reads it any more, or the disk is full: what was written last is lost."""
    leave = "from flows import cli; cli.run_command = lambda *_, **__: bool(print('answer')); cli.main()"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(
            [sys.executable, "-c", leave, "run"],
            cwd=ROOT,
            env=buffered,
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writer)
    assert ended.returncode not in {0, 1, 2, 3}


def test_a_system_that_is_not_set_to_utf8_runs_too_and_is_written_to_in_its_own_encoding(desk: Desk) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LC_")},
        "LANG": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "gb18030",
    }
    places = ["--raw", str(desk.raw), "--out", str(desk.out), "--no-workbooks"]
    command = [sys.executable, "-m", "flows.cli", "run", "--pack", PACK, "--month", MONTH, *places]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr.decode("gb18030").splitlines()[0]) == (0, "[1/8] 识别名册")
    assert "参保覆盖情况" in ended.stdout.decode("gb18030")


def test_help_answers_at_once() -> None:
    command = [sys.executable, "-m", "flows.cli", "--help"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    fastest = min(measure(command, environment) for _ in range(3))
    assert fastest <= 0.5


def measure(command: list[str], environment: dict[str, str]) -> float:
    """Seconds of a processor: how long it has to wait for one is no matter of the command."""
    before = os.times()
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
