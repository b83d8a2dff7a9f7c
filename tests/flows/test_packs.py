"""`canbao pack …` as a policy officer uses it, and what a run says of the packs that it used."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from flows.cli import run_command
from policies.editing import write_schema
from tests.flows.desk import MONTH, PACK, Desk

ROOT = Path(__file__).parents[2]
ORIGINAL = ROOT / "policies" / f"{PACK}.toml"
CHILD = f'id = "child-2022"\ntitle = "某县"\ndocument = "{PACK}.txt"\nextends = "{PACK}"\n'


def run(capture: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command."""
    code = run_command(list(arguments))
    told = capture.readouterr()
    return code, told.out, told.err


def write(folder: Path, text: str, name: str = "own.toml") -> str:
    """A pack's file."""
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_a_check_names_everything_that_is_open_and_passes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "pack", "check", str(ORIGINAL))

    assert (code, err) == (0, "")
    assert out.startswith(f"可以使用：{PACK}")
    assert "待确认 1 处" in out


def test_a_check_names_all_faults_and_wrong_quotations_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = ORIGINAL.read_text(encoding="utf-8")
    text = text.replace("value = 320", "valeu = 320").replace('quote = "百岁老人"', 'quote = "千岁老人"')
    code, _, err = run(capsys, "pack", "check", write(tmp_path, text))

    assert code == 2
    assert "没有这个键，可用：" in err
    assert "资助「centenarian」（百岁老人）：引文在原文中找不到（条款 XT-11）" in err


def test_a_check_shows_what_is_overridden(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ORIGINAL, tmp_path)
    own = (
        CHILD
        + '\n[recognition]\nuntil = 2022-01-31\nlater = "not_entitled"\nclause = "XT-13"\nquote = "核准的名册为准"\n'
    )
    code, out, _ = run(capsys, "pack", "check", write(tmp_path, own))

    assert code == 0
    assert f"继承 {PACK}" in out
    assert "身份认定·截止日：2022-02-28 → 2022-01-31" in out


def test_packs_are_listed_with_what_is_open(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run(capsys, "pack", "list")

    assert code == 0
    assert all(heading in out for heading in ("编号", "上级政策包", "待确认", PACK))


def test_a_draft_is_written_once_and_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "next.toml"
    code, out, _ = run(capsys, "pack", "new", "--from", PACK, "--out", str(target))
    again, _, err = run(capsys, "pack", "new", "--from", PACK, "--out", str(target))

    assert (code, again) == (0, 2)
    assert "处待确认" in out
    assert "已经存在" in err
    assert run(capsys, "pack", "check", str(target))[0] == 0


def test_the_schema_is_shown_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "pack", "schema")
    run(capsys, "pack", "schema", "--out", str(tmp_path / "schema.json"))

    assert code == 0
    assert out == (tmp_path / "schema.json").read_text(encoding="utf-8") == write_schema()


def add_up(lines: Iterable[str]) -> Decimal:
    """Yuan under the second pack of lines about a payer."""
    return sum((Decimal(line.split("→ ")[-1].removesuffix(" 元").replace(",", "")) for line in lines), Decimal(0))


def test_two_packs_are_compared_on_the_rosters_of_a_month(desk: Desk, tmp_path: Path) -> None:
    text = ORIGINAL.read_text(encoding="utf-8").replace("value = 320", "value = 350")
    other = write(tmp_path, text)
    code, out, _ = run(desk.capture, "pack", "diff", PACK, other, "--month", MONTH, "--raw", str(desk.raw))

    assert code == 0
    assert "数值「个人缴费标准」：320 元/人 → 350 元/人" in out
    assert "各出资方的资助" in out
    assert "易俗河镇" in out
    lines = [line.removeprefix("  · ") for line in out.splitlines()]
    county = [line for line in lines if line.startswith("县医保局资助")]
    townships = [line for line in lines if line.startswith("    县医保局资助")]
    assert len(county) == 1
    assert add_up(townships) == add_up(county) > 0
    assert not desk.out.exists()


def test_a_township_that_the_second_pack_spells_otherwise_is_compared_as_one(desk: Desk, tmp_path: Path) -> None:
    text = ORIGINAL.read_text(encoding="utf-8").replace("易俗河镇", "易俗河街道")
    renamed = text.replace('name = "易俗河街道"', 'name = "易俗河街道"\naliases = ["易俗河镇"]')
    code, out, _ = run(
        desk.capture, "pack", "diff", PACK, write(tmp_path, renamed), "--month", MONTH, "--raw", str(desk.raw)
    )

    assert code == 0
    dues = out[out.index("各出资方的资助") : out.index("参保率与未参保")]
    assert "易俗河镇" not in dues
    payers = [line.split("资助 ")[1] for line in dues.splitlines() if line.startswith("    县医保局资助")]
    assert payers
    assert [line for line in payers if line.split(" → ")[0] != line.split(" → ")[1].split(" 人")[0]] == []


def test_a_comparison_in_words_needs_no_rosters(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "pack", "diff", PACK, PACK)

    assert code == 0
    assert "规则没有不同" in out


def test_a_run_names_its_packs_and_the_rules_nobody_vouches_for(desk: Desk, tmp_path: Path) -> None:
    shutil.copy(ORIGINAL, tmp_path)
    own = CHILD + (
        '\n[coverage]\ndenominator = "count"\nverified_until = 2022-01-31\nclause = "XT-1"\nquote = "参保率持续稳定在95%以上"\n'
    )
    options = ["--pack", write(tmp_path, own), "--month", MONTH, "--raw", str(desk.raw), "--out", str(desk.out)]
    code, out, _ = run(desk.capture, "run", *options, "--no-workbooks")

    assert code == 0
    assert "政策包：child-2022" in out
    assert f"政策包：{PACK}" in out
    (path,) = desk.out.glob(f"child-2022/{MONTH}/*/manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert [used["id"] for used in manifest["packs"]] == ["child-2022", PACK]
    assert manifest["packs"][0]["sha256"] == manifest["pack"]["sha256"]
    (doubt,) = manifest["unverified"]
    assert doubt["clause"] == "XT-1"
    assert "2022-01-31" in doubt["why"]
    report = (path.parent / "report.html").read_text(encoding="utf-8")
    assert "规则未核实" in report
    assert "参保率口径" in report
