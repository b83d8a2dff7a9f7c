"""Township names as offices write them, brought to the one name the rule pack knows (domain M32)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from policies.model import Pack
from schemas.characters import simplify_words
from schemas.identity import INVISIBLE
from schemas.places import list_short_names
from schemas.values import UNIT_TYPES

_INVISIBLE = re.compile(INVISIBLE)
_OFFICE = re.compile(
    r"(?:人民政府|镇政府|乡政府|政府|办事处|党政办|党政综合办|医保站|医保服务站|政务服务中心|便民服务中心|社会事务办)$"
)
_BRACKETED = re.compile(r"^\(原?\)|\([^()]*\)$")
_AREA_CODE = re.compile(r"(?!0{6})\d{6}")
_DIVISION_END = re.compile(r"(?<=[省市县区州盟旗])")


@dataclass(frozen=True, slots=True)
class Townships:
    """The townships of a county: `aliases` maps further spellings to names; without names any cleaned text is accepted.

    `county` ("湘潭县") guards against a township of the same name in another county: a text that names a county must name this one.
    `city` ("湘潭市") tells the city above it from a city of a county's rank ("" = not known).
    `areas` are the six-digit address codes of the county; none = not known.
    """

    names: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    county: str = ""
    areas: frozenset[str] = frozenset()
    city: str = ""
    _known: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", _index_names(self.names, self.aliases))

    def match(self, text: str) -> str | None:
        """Return the name that a text stands for; None where it names no township of this county."""
        bare = _clean(text)
        if not self.names:
            return self._known.get(bare) or self._known.get(self._tidy(bare)) or self._tidy(bare) or None
        for form in _strip_forms(bare):
            if form in self._known:
                return self._known[form]
        return self._match_behind_county(bare)

    def shorten(self, text: str) -> str:
        """Return an unknown name without the county before it and the office behind it: what is to be confirmed only once."""
        bare = _clean(text)
        return self._tidy(_OFFICE.sub("", bare) or bare)

    def with_aliases(self, added: Mapping[str, str]) -> Townships:
        """Add spellings that somebody confirmed; they outrank those of the pack."""
        return replace(self, aliases=MappingProxyType({**self.aliases, **added}))

    @property
    def known(self) -> Mapping[str, str]:
        """Every accepted spelling with the name that it stands for."""
        return self._known

    def _tidy(self, bare: str) -> str:
        """Take the county before a township and the office behind it off: 岳阳楼区五里牌街道办事处 → 五里牌街道."""
        rest = bare.rpartition(self.county)[2] if self.county else bare
        forms = [form for form in _strip_forms(rest) if form.endswith(UNIT_TYPES) and form != rest]
        return max(forms, key=len, default=rest or bare)

    def _match_behind_county(self, bare: str) -> str | None:
        """Match what stands behind province, city and county, unless the county is another one."""
        for cut in (match.start() for match in _DIVISION_END.finditer(bare)):
            before, rest = bare[:cut], bare[cut:]
            if not rest or not self._is_own_county(before):
                continue
            for form in _strip_forms(rest):
                if form in self._known:
                    return self._known[form]
        return None

    def _is_own_county(self, prefix: str) -> bool:
        if not self.county or prefix.endswith(self.county):
            return True
        # A province or the city above alone does not contradict the county; another city is of its rank.
        if prefix.endswith("市") and self.city and not prefix.endswith(self.city):
            return False
        return prefix[-1] in "省市州盟" and not self.county.endswith(prefix[-1])


def read_townships(pack: Pack) -> Townships:
    """The townships of a pack; an address code of zeros says that the document does not name the place."""
    aliases = {alias: township.name for township in pack.townships for alias in township.aliases}
    codes = (pack.place.code, *pack.place.local_areas)
    areas = frozenset(code for code in codes if _AREA_CODE.fullmatch(code))
    city = pack.place.city if areas else ""
    return Townships(tuple(township.name for township in pack.townships), aliases, pack.place.name, areas, city)


def _clean(text: str) -> str:
    bare = simplify_words(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip("'\"`,.、。;:-_")
    return _BRACKETED.sub("", bare)


def _strip_forms(bare: str) -> Iterable[str]:
    """Yield a name as written and without the office that signs for it (人民政府, 办事处)."""
    yield bare
    without = _OFFICE.sub("", bare)
    if without and without != bare:
        yield without
    if bare.startswith("原"):
        yield bare.removeprefix("原")
    if bare.endswith("街道办"):
        yield bare.removesuffix("办")
    # 易俗河镇政府: the pattern above takes 镇政府 whole, the name may need its 镇 back.
    for kind in ("镇", "乡"):
        if bare.endswith(f"{kind}政府"):
            yield bare.removesuffix("政府")


def _index_names(names: Iterable[str], aliases: Mapping[str, str]) -> Mapping[str, str]:
    """Map every accepted spelling to its name; a short one (易俗河) only where one name has it."""
    known: dict[str, str] = {}
    stems: dict[str, set[str]] = {}
    for name in names:
        known[_clean(name)] = name
        for short in list_short_names(_clean(name)):
            stems.setdefault(short, set()).add(name)
    for stem, owners in stems.items():
        if len(owners) == 1:
            known.setdefault(stem, next(iter(owners)))
    renamed = {_clean(alias): name for alias, name in aliases.items()}
    return {spelling: _follow(name, renamed) for spelling, name in {**known, **renamed}.items()}


def _follow(name: str, renamed: Mapping[str, str]) -> str:
    """Return the last name of a township that was renamed or merged, perhaps more than once."""
    seen: set[str] = set()
    while (bare := _clean(name)) in renamed and bare not in seen:
        seen.add(bare)
        name = renamed[bare]
    return name
