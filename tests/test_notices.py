"""Red-flag notices: a message that needs one gets it however it is typed; an ordinary question gets none."""

import datetime
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content.notices import NoticeChecker, check_notices, is_one_typo, review_due
from chatbot.core.errors import ContentError
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.types import Notice, NoticeRule
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from tests.command import run_chatbot
from tests.conftest import ROOT

SHIPPED = load_bot_settings(ROOT / "corpus", env={}).notices
TODAY = datetime.date(2026, 11, 22)
VET = """
disclaimer = "No vet."

[[notices]]
id = "poison"
level = "emergency"
text = "Call a vet now."
review_by = 2030-01-01
any_of = ["poison", "rat bait"]
must_fire = ["my cat ate rat bait"]
must_not_fire = ["what do rats eat"]
"""


def rule(*any_of: str, all_of: tuple[tuple[str, ...], ...] = (), **fields: object) -> NoticeRule:
    values = {"id": "r", "level": "info", "text": "T", "any_of": any_of, "all_of": all_of, "review_by": "2030-01-01"}
    return NoticeRule(**{**values, **fields})  # type: ignore[arg-type]


def fires(checked: NoticeRule, message: str) -> bool:
    return bool(NoticeChecker([checked]).check(message))


@pytest.mark.parametrize(
    ("phrase", "message", "expected"),
    [
        ("chest pain", "I have CHEST  pain!", True),
        ("chest pain", "pain in the chest", False),
        ("chest pain", "chest and pain", False),
        ("chest pain", "chest/pain", True),
        ("chest pain", "chest\npain", True),
        ("chest pain", "chest_pain", True),
        ("chest pain", "ｃｈｅｓｔ ｐａｉｎ", True),
        ("chest pain", "𝐂𝐇𝐄𝐒𝐓 𝐏𝐀𝐈𝐍", True),
        ("chest pain", "ch\u200best pa\u00adin", True),
        ("chest pain", "ch\u200dest pain\ufe0f", True),
        ("chest pain", "no chest pain last year", True),
        ("chest pain", "chest pains", False),  # short words stand as written
        ("chest pain", "chst pain", False),
        ("can't pee", "I cant pee", True),
        ("cant pee", "I can\u2019t pee", True),
        ("cant pee", "I can\u00b4t pee", True),
        ("bladder", "my blader hurts", True),
        ("bladder", "my bladdder hurts", True),
        ("bladder", "my bladfer hurts", True),
        ("bladder", "my baldder hurts", True),
        ("bladder", "ladder", True),
        ("bladder", "my blaer hurts", False),
        ("bladder", "laddezr", False),  # "bladder" and "laddezr" are one letter from "ladder", and two from each other
        ("bladder", "gallbladder", False),
        ("bowel", "towel", False),
        ("Straße", "STRASSE", True),
        ("acil", "ACİL", True),
        ("caf\u00e9", "cafe\u0301", True),
        ("胸痛", "我胸痛吗", True),
        ("胸痛", "胸不痛", False),
        ("боль в груди", "у меня Боль в груди!", True),
        ("chest pain", "chest paaaaain", True),
        ("feel ill", "I feeeeel illll", True),
        ("chest pain", "chesst pain", False),  # a doubled letter is a typo, and the word is short
        ("bladder", "my blaaader", True),  # drawn out, and with a letter missing
        ("can't pee", "I can not pee", True),
        ("cannot pee", "I couldn't pee", True),
        ("cannot pee", "I coudlnt pee", True),
        ("can not pee", "I cannnnnt pee", True),
        ("could pee", "I can pee", True),
        ("not feel", "I don't feel it", True),
        ("do not feel", "I didnt feel it", True),
        ("legs are numb", "my legs were numb", True),
        ("legs are numb", "my legs weren't numb", False),  # "not" stands between them
        ("have fallen", "I've fallen", True),
        ("am unwell", "I'm unwell", True),
        ("feel ill", "I'll feel it", False),
        ("pins and needles", "pins & needles", True),
        ("pins and needles", "pins ＆ needles", True),
        ("R&D", "R and D", True),
    ],
)
def test_a_phrase_matches_whole_words_as_a_reader_sees_them(phrase: str, message: str, expected: bool) -> None:
    assert fires(rule(phrase), message) is expected


def test_one_phrase_of_each_list_is_enough_and_needed() -> None:
    both = rule(all_of=(("numb", "no feeling"), ("inner thigh", "groin")))
    assert fires(both, "my groin is numb")
    assert fires(both, "no feeling at the inner thigh")
    assert not fires(both, "my groin hurts")
    assert not fires(both, "numb toes")
    either = rule("saddle numbness", all_of=(("numb",), ("groin",)))
    assert fires(either, "saddle numbness")
    assert fires(either, "numb groin")
    assert not fires(either, "saddle")


def test_the_most_pressing_stands_first_then_the_order_of_the_file() -> None:
    rules = [
        rule("x", id="tip"),
        rule("x", id="soon", level="urgent"),
        rule("x", id="now", level="emergency", source="S", url="https://s.example/"),
        rule("x", id="now-too", level="emergency"),
        rule("y", id="other", level="emergency"),
    ]
    found = NoticeChecker(rules).check("x")
    assert [notice.id for notice in found] == ["now", "now-too", "soon", "tip"]
    assert found[0] == Notice("now", "emergency", "T", "S", "https://s.example/")


def test_without_rules_nothing_is_shown() -> None:
    assert NoticeChecker(()).check("chest pain") == []


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
def test_a_typo_is_one_edit_or_a_swap(one: str, other: str) -> None:
    cuts = [(one[:at], one[at:]) for at in range(len(one) + 1)]
    made = {one}
    made |= {a + b[1:] for a, b in cuts if b} | {a + c + b for a, b in cuts for c in "abc"}
    made |= {a + c + b[1:] for a, b in cuts for c in "abc" if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    assert is_one_typo(one, other) == is_one_typo(other, one) == (other in made)


WORDS = ["bladder", "bowels", "chest", "pain", "numbness"]


@given(st.lists(st.sampled_from([*WORDS, "blader", "ches", "in"]), max_size=6).map(" ".join))
def test_the_index_of_words_finds_what_comparing_each_with_each_finds(message: str) -> None:
    phrases = ["bladder pain", "numbness", "chest pain in", "bowels"]
    said = message.split()

    def same(said: str, meant: str) -> bool:
        return said == meant or (len(meant) >= 6 and is_one_typo(said, meant))

    def occurs(phrase: list[str]) -> bool:
        windows = (said[at : at + len(phrase)] for at in range(len(said) - len(phrase) + 1))
        return any(all(map(same, window, phrase)) for window in windows)

    checker = NoticeChecker([rule(phrase, id=phrase) for phrase in phrases])
    assert {notice.id for notice in checker.check(message)} == {p for p in phrases if occurs(p.split())}


CHECKER = NoticeChecker(SHIPPED)


@given(st.text(alphabet=st.characters(), max_size=300) | st.text(alphabet="chest pain\u0130\ud800\u200b'", max_size=80))
def test_no_message_is_too_odd(message: str) -> None:
    assert CHECKER.check(message) == CHECKER.check(message)


def test_a_long_message_is_read_to_its_end() -> None:
    assert [n.id for n in CHECKER.check("x" * 100_000 + " lorem ipsum" * 10_000 + " chest pain")] == ["chest-pain"]


# The shipped notices


def test_the_shipped_notices_keep_their_promises_and_are_sourced() -> None:
    assert check_notices(SHIPPED, TODAY) == []
    assert {shipped.id: shipped.level for shipped in SHIPPED} == {
        "crisis": "emergency",
        "saddle-numbness": "emergency",
        "bladder-bowel": "emergency",
        "leg-weakness": "emergency",
        "chest-pain": "emergency",
        "after-accident": "urgent",
        "fever-unwell": "urgent",
    }
    for shipped in SHIPPED:
        assert len(shipped.must_fire) >= 8, shipped.id
        assert len(shipped.must_not_fire) >= 8, shipped.id
        assert shipped.source, shipped.id
        assert shipped.url.startswith("https://"), shipped.id
        assert shipped.review_by == "2027-11-22", shipped.id


def test_who_speaks_of_dying_is_told_whom_to_call_and_idioms_tell_nobody() -> None:
    """Wordings that the notice does not list as they stand. Red without the notice, or with "killing me" in it."""
    for message in (
        "i just want to die", "Life isn't worth living", "I can\u2019t go on living like this", "how to commit suicide",
        "I do not want to live any more", "I'm going to kill myself tonight", "I'd be better off dead", "wanna die",
        "I have been cutting myself", "my friend says she wants to die", "I want it to be over, I took an overdose",
    ):  # fmt: skip
        [notice] = [one for one in CHECKER.check(message) if one.id == "crisis"]
        assert all(number in notice.text for number in ("988", "116 123", "112", "emergency number")), message
    for message in (
        "I'd die for a slice of pizza", "my legs are killing me", "I died on mile 20", "this workout is suicide",
        "dying to know", "dying to run again", "I'm dead tired", "kill two birds with one stone", "die-hard runner",
        "I hurt myself running", "did I cut my stride too short", "how do I live with back pain",
        "suicide drills on the pitch", "can a dead hang help my back",
    ):  # fmt: skip
        assert "crisis" not in {one.id for one in CHECKER.check(message)}, message


# What the build and `lint` say


def test_a_broken_promise_is_an_error_that_names_the_phrasing() -> None:
    broken = rule("fever", id="fever", must_fire=("I am hot",), must_not_fire=("no fever",), line=7)
    assert [(str(problem), problem.severity) for problem in check_notices([broken], TODAY)] == [
        (
            'bot.toml:7: notice "fever" must fire on "I am hot" and does not; add a phrase that occurs in it',
            "error",
        ),
        ('bot.toml:7: notice "fever" must not fire on "no fever" and does; make its phrases narrower', "error"),
    ]


def test_a_phrasing_is_tried_on_its_own_rule() -> None:
    first = rule("fever", id="fever", must_fire=("fever",))
    second = rule("chest pain", id="chest", must_not_fire=("fever",))
    assert check_notices([first, second], TODAY) == []


@pytest.mark.parametrize(
    ("dates", "due"),
    [
        ({"review_by": "2026-11-21"}, "2026-11-21"),
        ({"review_by": "2026-11-22"}, None),
        ({"review_by": "", "reviewed": "2025-11-21"}, "2026-11-21"),
        ({"review_by": "", "reviewed": "2025-11-22"}, None),
        ({"review_by": "2027-01-01", "reviewed": "2020-01-01"}, None),
        ({"review_by": "", "reviewed": "9999-12-31"}, None),
    ],
)
def test_a_review_that_is_due_is_a_warning(dates: dict[str, str], due: str | None) -> None:
    checked = rule("fever", **dates)
    problems = check_notices([checked], TODAY)
    assert [problem.severity for problem in problems] == ([] if due is None else ["warning"])
    if due:
        assert review_due(checked).isoformat() == due
        assert f"was to be reviewed by {due}; read it" in str(problems[0])


def add_notice(corpus: Path, text: str) -> None:
    path = corpus / "bot.toml"
    path.write_text(path.read_text() + text)


def test_a_broken_notice_stops_the_build_and_keeps_the_old_index(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "i"
    build(corpus, index, load_bot_settings(corpus), HashingEncoder())
    before = open_build(index).id
    add_notice(corpus, VET.replace('["my cat ate', '["my cat eats rats", "my cat ate'))
    with pytest.raises(ContentError, match=r'bot\.toml:\d+: notice "poison" must fire on "my cat eats rats" and does'):
        build(corpus, index, load_bot_settings(corpus), HashingEncoder())
    assert open_build(index).id == before
    done = run_chatbot("lint", "--corpus", corpus, "--json")
    assert done.returncode == 1
    assert [problem["rule"] for problem in json.loads(done.stdout)["problems"]] == ["notice-must-fire"]


def test_the_notices_are_in_the_build_and_a_past_review_is_in_its_report(corpus: Path, tmp_path: Path) -> None:
    add_notice(corpus, VET.replace("2030", "2020"))
    settings = load_bot_settings(corpus)
    report = build(corpus, tmp_path / "i", settings, HashingEncoder())
    assert [(problem.rule, problem.severity) for problem in report.content.problems if problem.rule != "rival"] == [
        ("notice-review", "warning")
    ]
    assert open_build(tmp_path / "i").settings.notices == settings.notices
    assert [rule.id for rule in settings.notices] == ["poison"]
    done = run_chatbot("lint", "--corpus", corpus)
    assert done.returncode == 0
    assert re.search(r'warning: bot\.toml:\d+: notice "poison" was to be reviewed by 2020-01-01', done.stderr)
