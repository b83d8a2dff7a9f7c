"""Several files for one roster: parts that are united, or editions of which the newest counts (contract §2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import polars.selectors as cs

from schemas.departments import find_departments
from schemas.errors import Problem
from schemas.rosters import ROSTERS
from transforms.sources import Sheet
from transforms.staging.contradictions import compare_exactly
from transforms.staging.repeats import Positions

Hashes = npt.NDArray[np.uint64]

_HALF = 0.5
_BATCH = re.compile(r"第?([一二三四五六七八九十\d]+)批")
_UNIT = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:学校|中学|小学|幼儿园|大学|学院|职专|技校|公司|集团|厂|医院|局|委|办|中心|联合会|残联|派出所|法院|监狱|镇|乡|街道|管理处|社区|村)"
)
_GROUPS = (("城市", "农村", "城镇"), ("在职", "退休", "灵活就业"), ("企业", "机关", "居民"), ("集中", "分散"))


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A file's sheets of one roster, with the staged files that hold their accepted rows and those of the others (rejected, damaged …)."""

    file: str
    sheets: tuple[Sheet, ...]
    staged: tuple[Path, ...]
    apart: tuple[Path, ...] = ()

    @property
    def dated(self) -> date | None:
        """The day of the edition; a stated month stands for its first day."""
        days = [sheet.own_day or sheet.edition or _first_of(sheet.period) for sheet in self.sheets]
        return max((day for day in days if day), default=None)

    @property
    def is_increment(self) -> bool:
        """Whether the file only adds to others (`kind` in sources.toml)."""
        return any(sheet.kind == "increment" for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class Decision:
    """Which sheets are replaced by which file, and which files cannot be told apart."""

    replaced: Mapping[int, str]
    problems: tuple[Problem, ...]


def decide_editions(roster: str, files: Sequence[RosterFile]) -> Decision:
    """Say of all files of a roster which are replaced by a newer edition; undated editions are a problem.

    A roster whose rows are about nothing has no editions: every file of it counts.
    """
    if not ROSTERS[roster].about:
        return Decision({}, ())
    full = [file for file in files if not file.is_increment]
    replaced: dict[int, str] = {}
    problems: list[Problem] = []
    for group in _group_editions(roster, full):
        dates = [file.dated for file in group]
        newest = max((day for day in dates if day), default=None)
        if (newest is None or None in dates or dates.count(newest) > 1) and not _say_the_same(group):
            problems.append(_refuse(roster, group))
            continue
        winner = group[dates.index(newest)]
        for file in group:
            if file is not winner:
                replaced |= {sheet.source_no: winner.file for sheet in file.sheets}
    return Decision(replaced, tuple(problems))


def find_superseded(roster: str, files: Sequence[RosterFile]) -> Mapping[Path, Positions]:
    """Return by staged file the positions of records that a file of a later date states anew."""
    columns = ROSTERS[roster].record
    if not columns or len({file.dated for file in files} - {None}) < 2:  # noqa: PLR2004 - nothing is newer than anything
        return {}
    rows = pl.concat(
        [
            pl.read_parquet(path, columns=list(columns))
            .with_row_index("position")
            .with_columns(path=pl.lit(str(path)), dated=pl.lit(file.dated))
            for file in files
            if file.dated
            for path in file.staged
        ]
    )
    older = rows.filter(pl.col("dated") < pl.col("dated").max().over(compare_exactly(columns)))
    return {Path(path): group["position"].to_numpy() for (path,), group in older.group_by("path", maintain_order=True)}


def _group_editions(roster: str, files: Sequence[RosterFile]) -> list[list[RosterFile]]:
    """Group the files that are editions of each other; parts stand alone and are left out."""
    leader = list(range(len(files)))

    def find(place: int) -> int:
        while leader[place] != place:
            place = leader[place]
        return place

    if len(files) > 1:
        subjects = [_Subjects(roster, file) for file in files]
        for left, right in combinations(range(len(files)), 2):
            if not _differ_in_names(files[left], files[right]) and subjects[left].share_half(subjects[right]):
                leader[find(right)] = find(left)
    groups: dict[int, list[RosterFile]] = {}
    for place, file in enumerate(files):
        groups.setdefault(find(place), []).append(file)
    return [group for group in groups.values() if len(group) > 1]


class _Subjects:
    """What the rows of a file are about, as hashes; only for the decision, rows are compared exactly."""

    def __init__(self, roster: str, file: RosterFile) -> None:
        columns = ROSTERS[roster].about
        frames = [pl.read_parquet(path, columns=list(columns)) for path in file.staged]
        self.frame = pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
        self.stated = tuple(name for name in columns if self.frame[name].null_count() < len(self.frame))
        self._hashes: dict[tuple[str, ...], Hashes] = {}

    def hash(self, columns: tuple[str, ...]) -> Hashes:
        """Sorted distinct hashes of the subjects, by the columns that both files state."""
        if columns not in self._hashes:
            self._hashes[columns] = np.unique(self.frame.select(compare_exactly(columns)).hash_rows().to_numpy())
        return self._hashes[columns]

    def share_half(self, other: _Subjects) -> bool:
        """Whether the files share at least half of what they are about."""
        columns = tuple(name for name in self.stated if name in other.stated)
        if not columns:
            return False
        mine, theirs = self.hash(columns), other.hash(columns)
        larger = max(len(mine), len(theirs))
        return larger > 0 and len(np.intersect1d(mine, theirs, assume_unique=True)) >= _HALF * larger


def _differ_in_names(left: RosterFile, right: RosterFile) -> bool:
    """Whether names, sheets or declarations of two files speak of different units or batches."""
    ours, theirs = _find_marks(left), _find_marks(right)
    return any(ours[kind] and theirs[kind] and ours[kind] != theirs[kind] for kind in ours)


def _find_marks(file: RosterFile) -> dict[str, frozenset[str]]:
    """Collect what a file says of its unit, department, batch and the like."""
    names = " ".join([file.file, *(sheet.sheet for sheet in file.sheets)])
    # 户籍人口石潭镇 and 石潭镇户籍人口 are one unit: what every file of the roster is called says nothing.
    for word in sorted(ROSTERS[file.sheets[0].roster].keywords, key=len, reverse=True):
        names = names.replace(word, " ")
    marks = {
        "batch": frozenset(_BATCH.findall(names)),
        "unit": frozenset(_UNIT.findall(names)),
        "department": find_departments(names),
        "sender": frozenset(sheet.department for sheet in file.sheets if sheet.department),
        **{
            f"group {number}": frozenset(word for word in words if word in names)
            for number, words in enumerate(_GROUPS)
        },
    }
    for column in ("township", "year", "categories", "school", "pension_scheme", "event", "cover"):
        marks[column] = frozenset(sheet.constants[column] for sheet in file.sheets if column in sheet.constants)
    return marks


def _say_the_same(group: Sequence[RosterFile]) -> bool:
    """Whether every row of one file stands in each of the others too, accepted or not: one list saved several times."""
    first, *others = map(_hash_contents, group)
    return all(np.array_equal(first, other) for other in others)


def _hash_contents(file: RosterFile) -> Hashes:
    """Sorted hashes of what the rows of a file say, wherever they stand in it: of the accepted ones, and of what became of the others."""
    hashes = []
    for path in (*file.staged, *file.apart):
        rows = pl.read_parquet(path).select(cs.exclude("source_no", "row", "cell"), folder=pl.lit(path.parent.name))
        if "severity" in rows.columns:
            # Notes tell of the form of a file.
            rows = rows.filter(pl.col("severity") == "row")
        hashes.append(rows.hash_rows().to_numpy())
    return np.sort(np.concatenate(hashes))


def _refuse(roster: str, group: Sequence[RosterFile]) -> Problem:
    names = "、".join(f"「{file.file}」" for file in group)
    return Problem(
        f"{names} 是同一份名册（{ROSTERS[roster].title}）的不同版本，无法判断以哪一份为准",
        "请只保留一份，或在文件名中写明日期（如 20220131），或在 sources.toml 中用 edition 注明日期；"
        '若后一份只是补充，请注明 kind = "increment"',
    )


def _first_of(period: str | None) -> date | None:
    return date(int(period[:4]), int(period[5:7]), 1) if period else None
