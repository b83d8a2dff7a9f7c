"""The employers of the fictional county."""

from __future__ import annotations

import polars as pl

from transforms.demo.numbers import build_credit_codes
from transforms.demo.place import Place
from transforms.demo.stories import read_names

PEOPLE_AN_EMPLOYER = 400
FEWEST = 24
PUBLIC_EVERY = 4


def list_employers(place: Place, people: int) -> pl.DataFrame:
    """One row an employer, columns as in the roster `employers`; every fourth is a public institution."""
    count = max(FEWEST, people // PEOPLE_AN_EMPLOYER)
    names = read_names()
    rows = []
    for number, code in enumerate(build_credit_codes(place.code, count)):
        public = number % PUBLIC_EVERY == 0
        rows.append(
            {
                "uscc": code,
                "employer": _name_employer(
                    place, number, names["public_offices"] if public else names["shops"], public
                ),
                "employer_type": "事业" if public else ("个体工商户" if number % 5 == 0 else "民办企业"),
                "registration_status": "注销" if number % 23 == 0 and number else "正常",
                "registered_area": place.code,
                "staff": 5 + number * 7 % 90,
            }
        )
    return pl.DataFrame(rows)


def _name_employer(place: Place, number: int, kinds: list[str], public: bool) -> str:
    kind = kinds[number % len(kinds)]
    town = place.townships[number % len(place.townships)].rstrip("镇乡")
    round_number = number // (len(kinds) * len(place.townships)) + 1
    again = "" if round_number == 1 else f"第{round_number}"
    return f"{place.name}{town}{kind}{again}" + ("" if public else "有限公司")
