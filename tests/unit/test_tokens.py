"""A token finds its own row's person, however it was typed, and never another one's."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.tokens import belongs_to, make_token, read_token
from tests.invented_people import make_numbers

PEOPLE = make_numbers(40)
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKENS = st.builds(
    lambda number, month, person: (make_token(f"A2201-{number:06d}", f"2022-{month:02d}", person), person),
    st.integers(1, 9_999_999),
    st.integers(1, 12),
    st.sampled_from(PEOPLE),
)


@given(TOKENS, st.sampled_from(["", " ", "-", "—", "\u200b", "\n"]))
def test_a_token_is_read_however_it_is_typed(made: tuple[str, str], separator: str) -> None:
    token, person = made
    typed = separator.join(token.replace("-", "")).lower().replace("0", "o").replace("1", "l")
    assert read_token(typed) == read_token(token) == token
    assert belongs_to(token, person)


@given(TOKENS, st.data())
def test_one_mistyped_sign_or_two_exchanged_make_no_token(made: tuple[str, str], data: st.DataObject) -> None:
    bare = made[0].replace("-", "")
    place = data.draw(st.integers(0, len(bare) - 1))
    wrong = bare[:place] + data.draw(st.sampled_from(SIGNS)) + bare[place + 1 :]
    swapped = bare[:place] + bare[place : place + 2][::-1] + bare[place + 2 :]
    for typed in (wrong, swapped):
        assert typed == bare or read_token(typed) is None


def test_a_token_of_another_persons_case_is_found_out() -> None:
    tokens = {person: make_token("A2201-000017", "2022-02", person) for person in PEOPLE}
    strangers = [(token, other) for person, token in tokens.items() for other in PEOPLE if other != person]
    fitting = sum(belongs_to(token, other) for token, other in strangers)
    assert fitting < len(strangers) / 100  # 1 in 1024, besides the case number, which is nobody else's


def test_what_is_no_token_is_refused() -> None:
    for text in ("", "A2201-000017", "430321198506150011", "A2201-000017-2213-0000", "核查", "4.30321E+17"):
        assert read_token(text) is None
