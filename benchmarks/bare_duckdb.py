"""The yardstick: the core answers in bare DuckDB, without validation, reasons or workbooks.

    python bare_duckdb.py RAW OUT [YEAR]

RAW holds one CSV a roster with the official headers, as `transforms.demo.write_plain` writes them; OUT gets four Parquet
files. It reads all text, matches on the first 17 characters (15-digit numbers lengthened) and counts.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

ROSTERS = {
    "register": "户籍人口",
    "resident": "居民医保参保",
    "employee": "职工医保参保",
    "pension": "养老保险",
    "school": "学籍",
    "deaths": "死亡",
    "elsewhere": "其他保障",
    "relief": "困难群众",
}

LOAD = """
    CREATE TABLE {table} AS
    WITH cells AS (
        SELECT *, upper(trim("证件号码")) AS number
        FROM read_csv('{files}', all_varchar = true, header = true, union_by_name = true)
    )
    SELECT *, CASE WHEN length(number) = 15 THEN left(number, 6) || '19' || right(number, 9) ELSE left(number, 17) END AS person
    FROM cells
"""

ANSWERS = {
    "population": """
        SELECT register.*,
            person IN (SELECT person FROM resident WHERE "参保年度" = '{year}')
            OR person IN (SELECT person FROM employee)
            OR person IN (SELECT person FROM elsewhere) AS insured
        FROM register
        WHERE "户籍状态" = '正常' AND person NOT IN (SELECT person FROM deaths)
    """,
    "uninsured": """
        WITH identities AS (SELECT person, string_agg("人员类别", '、') AS categories FROM relief GROUP BY person)
        SELECT population.*, identities.categories,
            population.person IN (SELECT person FROM resident WHERE "参保年度" < '{year}') AS lapsed,
            population.person IN (SELECT person FROM pension) AS has_pension,
            population.person IN (SELECT person FROM school) AS student
        FROM population LEFT JOIN identities ON identities.person = population.person
        WHERE NOT population.insured
    """,
    "duplicates": """
        SELECT person, 'resident and employee' AS kind FROM resident
        WHERE "参保年度" = '{year}' AND person IN (SELECT person FROM employee)
        UNION ALL
        SELECT person, 'two employers' FROM employee GROUP BY person HAVING count(*) > 1
        UNION ALL
        SELECT person, 'dead' FROM resident WHERE person IN (SELECT person FROM deaths)
    """,
    "subsidies": """
        SELECT person, max(CASE
            WHEN "人员类别" IN ('特困', '重度残疾', '孤儿', '事实无人抚养儿童', '重点优抚', '百岁老人') THEN 320
            WHEN "人员类别" IN ('低保', '监测对象') THEN 160
            ELSE 0 END) AS amount
        FROM relief GROUP BY person HAVING amount > 0
    """,
    "coverage": """
        SELECT "乡镇" AS township, count(*) AS people, count(*) FILTER (WHERE insured) AS covered, covered / people AS rate
        FROM population GROUP BY "乡镇"
    """,
}
WRITTEN = ("uninsured", "duplicates", "subsidies", "coverage")


def main(raw: Path, out: Path, year: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    for table, title in ROSTERS.items():
        connection.execute(LOAD.format(table=table, files=str(raw / f"{title}*.csv").replace("'", "''")))
    for table, query in ANSWERS.items():
        connection.execute(f"CREATE TABLE {table} AS {query.format(year=int(year))}")
    for table in WRITTEN:
        target = str(out / f"{table}.parquet").replace("'", "''")
        connection.execute(f"COPY {table} TO '{target}'")
        print(table, connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "2022")
