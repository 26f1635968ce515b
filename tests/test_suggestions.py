"""What the journal proposes, what is tried before it is proposed, and the patch that comes of it."""

import contextlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.cli.main import main
from chatbot.content.corpus import read_corpus
from chatbot.core.errors import ContentError
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build, read_content
from chatbot.insight.evaluate import Query
from chatbot.insight.journal_reader import asked, picked, rated
from chatbot.insight.journal_schema import opened
from chatbot.insight.patch import patch_of
from chatbot.insight.proof import Proof, proof_of
from chatbot.insight.suggest import Labelled, Proposals, Wording, proposals_of
from chatbot.training.material import of_corpus
from tests.journals import journal_of
from tests.visitors import BAGS, CARD, ORDER, SHOES, tries, write_shop

BOOTS, VISA, GONE = "how can I send boots back", "is visa okay", "where has my package gone"


@pytest.fixture(scope="session")
def shop_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    corpus = write_shop(folder / "corpus")
    build(corpus, folder / "index", load_bot_settings(corpus), HashingEncoder())
    return folder


@pytest.fixture
def shop(shop_once: Path, tmp_path: Path) -> Path:
    """A folder with a corpus and its index, which a test may change."""
    return Path(shutil.copytree(shop_once, tmp_path / "shop"))


@pytest.fixture
def visited(shop: Path) -> Bot:
    return Bot.open(shop / "index", HashingEncoder())


@contextlib.contextmanager
def visitors(bot: Bot, shop: Path, keeps: str = "unanswered") -> Iterator[Bot]:
    with journal_of(bot, shop / "journal.db", keeps):
        yield bot


def proposed(bot: Bot, shop: Path) -> Proposals:
    with contextlib.closing(opened(shop / "journal.db")) as connection:
        rows = list(asked(connection)), list(picked(connection)), list(rated(connection))
    return proposals_of(*rows, bot.served)


def test_a_pick_and_another_try_each_give_a_wording(visited: Bot, shop: Path) -> None:
    """Red without either kind of label."""
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES, times=4)
        tries(visited, [VISA, "Can I pay with a card?"])
    assert list(proposed(visited, shop).wordings) == [Wording(SHOES, BOOTS, 4, 4), Wording(CARD, VISA, 3, 0)]


def test_what_came_before_a_pick_is_a_wording_too(visited: Bot, shop: Path) -> None:
    """ "None of these", and other words that lead to a pick. Red when only answers are followed back."""
    with visitors(visited, shop):
        tries(visited, ["stiefel zurueck", BOOTS], SHOES)
    assert {one.text for one in proposed(visited, shop).wordings} == {"stiefel zurueck", BOOTS}


def test_few_conversations_are_not_shown(visited: Bot, shop: Path) -> None:
    """Red when the k rule is left out; the label itself is known all the same."""
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES, times=2)
    found = proposed(visited, shop)
    assert (list(found.wordings), list(found.labelled)) == ([], [Labelled(BOOTS, SHOES, is_shown=False)])


def test_what_was_rated_down_says_nothing(visited: Bot, shop: Path) -> None:
    """Red when verdicts are not looked at."""
    with visitors(visited, shop):
        for _ in range(3):
            first = visited.ask(BOOTS).replies[0].id
            visited.rate(visited.show(SHOES, after=first).id, "down")  # type: ignore[union-attr]
            second = visited.ask(VISA).replies[0].id
            visited.rate(visited.ask("Can I pay with a card?", after=second).replies[0].id, "down")
    assert list(proposed(visited, shop).wordings) == []


def test_visitors_who_disagree_give_no_wording(visited: Bot, shop: Path) -> None:
    """Red when the most frequent label wins, whatever its share."""
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES, times=4)
        tries(visited, [BOOTS], ORDER, times=3)
    found = proposed(visited, shop)
    assert (list(found.wordings), list(found.labelled)) == ([], [])


def test_questions_like_those_with_a_label_are_proposed_too(visited: Bot, shop: Path) -> None:
    """Red when only what has a label of its own counts."""
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES)
        tries(visited, ["how can I send my old boots back"])
    assert {one.text for one in proposed(visited, shop).wordings} == {BOOTS, "how can I send my old boots back"}


def test_one_wording_for_each_meaning_and_none_that_is_known(visited: Bot, shop: Path) -> None:
    """Neither what an entry or `unanswerable` has already, nor the same in other letters. Red without `known`, without
    `_SAME`, and without `_LISTED`."""
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES)
        tries(visited, ["How can I send boots back?"], SHOES)
        tries(visited, ["how can I send boots backk"], SHOES)
        tries(visited, ["is there a parking lot", "Can I pay with a card?"])
        tries(visited, ["is there a parking lot x", "Can I pay with a card?"])
    assert [one.entry_id for one in proposed(visited, shop).wordings] == [SHOES]


def test_what_another_entry_has_is_not_proposed(visited: Bot, shop: Path) -> None:
    """Red without `known`: with all questions kept, one that was answered may be followed by a pick."""
    with visitors(visited, shop, keeps="all"):
        tries(visited, ["Can I pay with a card?"], SHOES)
    found = proposed(visited, shop)
    assert (len(found.labelled), list(found.wordings)) == (1, [])


def test_a_message_of_several_questions_is_not_taken_for_another_try(visited: Bot, shop: Path) -> None:
    """Red when its last question gets the label: nobody knows which of them was tried again."""
    with visitors(visited, shop):
        assert len(visited.ask(f"{VISA}? mend a broken handbag?").replies) == 2
        tries(visited, [f"{VISA}? mend a broken handbag?", "Can I pay with a card?"])
    assert list(proposed(visited, shop).labelled) == []


def test_entries_that_are_taken_for_each_other_are_named(visited: Bot, shop: Path) -> None:
    """Red when one direction is enough."""
    with visitors(visited, shop):
        tries(visited, ["shoes back"], BAGS)  # the first that is offered is SHOES
    assert list(proposed(visited, shop).pairs) == []
    with visitors(visited, shop):
        tries(visited, ["bags repair or return"], SHOES)
    [pair] = proposed(visited, shop).pairs
    assert (pair.advice, {pair.first_id, pair.second_id}, pair.times) == ("tell apart", {SHOES, BAGS}, 6)


def proven(shop: Path, wordings: list[Wording], queries: list[Query], labelled: tuple[Labelled, ...] = ()) -> Proof:
    settings = load_bot_settings(shop / "corpus")
    content = read_content(shop / "corpus", settings)
    return proof_of(wordings, labelled, queries, content, shop / "index", settings, HashingEncoder())


def test_a_wording_is_tried_and_one_that_harms_is_told_apart(shop: Path) -> None:
    """Red when they are tried all together only, and when an unanswerable question may be answered."""
    before = {str(path): path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    good = Wording(SHOES, BOOTS, 3, 3)
    steals = Wording(BAGS, "when does my parcel arrive at home", 3, 3)
    in_vain = Wording(BAGS, "do you buy old bicycles now", 3, 3)
    listed = Wording(SHOES, "Is there a parking lot", 3, 3)
    queries = [
        Query("q", "how can I send my boots back", frozenset({SHOES})),
        Query("r", "when does my parcel arrive at our home", frozenset({ORDER})),
        Query("s", "do you buy old bicycles", frozenset()),
    ]
    proof = proven(shop, [good, steals, in_vain, listed], queries)
    figures = {one.wording: one.figures for one in proof.tried}
    assert [one.wording for one in proof.tried if one.is_harmless] == [good]
    assert (figures[good].helps, figures[good].harms) == (1, 0)
    assert figures[steals].harms == 1
    harmed = {one.wording: one.harmed for one in proof.tried}
    assert harmed[steals] == ("when does my parcel arrive at our home",)
    assert "do you buy old bicycles" in harmed[in_vain]
    assert harmed[good] == ()
    assert figures[in_vain].in_vain == 1
    assert figures[listed].in_vain >= 1
    assert str(proof.together) == "helps 1, harms 0, near-topic answered +0"
    assert {str(path): path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before


def test_a_labelled_question_without_an_answer_that_gets_one_is_to_be_listed(
    visited: Bot, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From `suggest` by `git apply` to a build that refuses it. Red when it is not tried in a build with the list."""
    vain = "how do I return shoes of my neighbour"
    assert visited.ask(vain).replies[0].status == "answered"
    labelled = [{"text": vain, "relevant": []}, {"text": "how may I return these shoes", "relevant": [SHOES]}]
    queries = shop / "queries.jsonl"
    queries.write_text("".join(json.dumps(one) + "\n" for one in labelled))
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES)
    where = ["--corpus", str(shop / "corpus"), "--index", str(shop / "index")]
    patch = shop / "p.patch"
    assert main(["suggest", *where, "--queries", str(queries), "--patch", str(patch)]) == 0
    said = capsys.readouterr().out
    assert f"for the list `unanswerable` of bot.toml:\n  {vain}\n" in said
    assert "near-topic answered +0" in said.splitlines()[-2]
    applied(shop, "--directory=corpus", "p.patch")
    assert load_bot_settings(shop / "corpus").unanswerable[-1] == vain
    assert main(["build", *where]) == 0
    bot = Bot.open(shop / "index", HashingEncoder())
    assert bot.ask(vain).replies[0].status != "answered"
    assert bot.ask("how may I return these shoes").replies[0].status == "answered"


def test_what_costs_answers_is_listed_only_where_it_is_new(shop: Path) -> None:
    """Red when all that are answered are listed whatever that costs."""
    old = "how do I return my old shoes"  # to list it would cost the answer to a question that is nearly the same
    queries = [Query("q", old, frozenset()), Query("r", "how do I return my old new shoes", frozenset({SHOES}))]
    proof = proven(shop, [], queries)
    assert (proof.unanswerable, proof.together.harms, proof.builds) == ([], 0, 2)


def test_questions_of_the_journal_are_asked_but_for_the_wording_itself(shop: Path) -> None:
    """Red when a wording is helped by being asked word for word."""
    good = Wording(SHOES, BOOTS, 3, 3)
    labelled = Labelled(BOOTS, SHOES, True), Labelled("how can I send my boots back", SHOES, False)
    assert proven(shop, [good], [], labelled[:1]).together.helps == 0
    assert proven(shop, [good], [], labelled).together.helps == 1


def test_without_a_proposal_nothing_is_built_but_what_is_there(shop: Path) -> None:
    proof = proven(shop, [], [])
    assert (proof.tried, proof.builds, str(proof.together)) == ([], 1, "helps 0, harms 0, near-topic answered +0")


_ORDER = '{"question": "Where is my order?", "answer": "x"}'
_SHOES = '{"question": "How do I return shoes?", "answer": "y"}'
FORMS = {
    "faq.md": None,
    "a folder/faq one.md": None,
    "faq.csv": "question,answer\r\nWhere is my order?,We send a number.\r\nHow do I return shoes?,In the box.\r\n",
    "faq.tsv": "question\talternates\tanswer\nWhere is my order?\t\tx\nHow do I return shoes?\tback with them\ty",
    "faq.json": f"[{_ORDER},\n {_SHOES}]",
    "faq.jsonl": f"{_ORDER}\n{_SHOES}\n",
    "faq.yaml": "- question: Where is my order?\n  answer: x\n- question: How do I return shoes?\n  answer: y\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_the_patch_is_applied_by_git(name: str, tmp_path: Path) -> None:
    """Red when a path, a missing line feed at the end or a carriage return is written otherwise than git does."""
    corpus = tmp_path / "corpus"
    write_shop(corpus)
    if text := FORMS[name]:
        (corpus / "faq.md").unlink()
        (corpus / name).write_bytes(text.encode())
    elif name != "faq.md":
        (corpus / name).parent.mkdir()
        (corpus / "faq.md").rename(corpus / name)
    entries = read_corpus(corpus).entries
    wordings = [Wording(SHOES, BOOTS, 3, 3), Wording(SHOES, "=boots", 3, 3), Wording(ORDER, GONE, 3, 3)]
    patch = patch_of(corpus, BotSettings(), entries, wordings)
    assert patch.to_paste == ()
    (tmp_path / "p.patch").write_bytes(patch.diff)
    applied(tmp_path, "--directory=corpus", "p.patch")
    after = {entry.id: entry for entry in read_corpus(corpus).entries}
    assert set(after[SHOES].alternates) >= {BOOTS, "=boots"}
    assert GONE in after[ORDER].alternates
    assert {one.id: one.answer for one in entries} == {name: one.answer for name, one in after.items()}


def applied(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["git", "apply", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_harmed_question_of_the_journal_is_named_only_if_enough_asked_it(shop: Path, is_shown: bool) -> None:
    """Red where an editor reads what too few asked."""
    text = "when does my parcel arrive at our home"
    steals = Wording(BAGS, "when does my parcel arrive at home", 3, 3)
    [one] = proven(shop, [steals], [], (Labelled(text, ORDER, is_shown),)).tried
    assert one.figures.harms == 1
    assert one.harmed == ((text,) if is_shown else ())


def test_from_visitors_to_a_better_index(visited: Bot, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way: journal, `suggest`, `git apply`, `build`. Red when a harmful wording is in the patch."""
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES)
        tries(visited, ["do you buy old bicycles now", "Do you repair bags?"])
        tries(visited, ["my name is Jane Miller, is visa okay", "Can I pay with a card?"])
        tries(visited, [GONE], ORDER, times=2)  # too few to be shown
    queries, patch, labels = (shop / name for name in ("queries.jsonl", "p.patch", "labels.jsonl"))
    right = {"text": "how can I send my boots back", "relevant": [SHOES]}
    queries.write_text(
        json.dumps(right) + "\n" + json.dumps({"text": "do you buy old bicycles", "relevant": []}) + "\n"
    )
    where = ["--corpus", str(shop / "corpus"), "--index", str(shop / "index")]
    before = (shop / "corpus" / "faq.md").read_bytes(), (shop / "index" / "CURRENT").read_bytes()
    assert main(["suggest", *where, "--queries", str(queries), "--patch", str(patch), "--labels", str(labels)]) == 0
    said = capsys.readouterr().out
    assert f"  {BOOTS}\n    for faq.md:" in said
    assert "3 conversations, 3 picks: helps 1, harms 0" in said
    assert "not in the patch, as they harm:\n  do you buy old bicycles now\n" in said
    assert "\n    harmed: do you buy old bicycles\n" in said
    assert "bicycles" not in patch.read_text()
    assert "Jane" not in said + patch.read_text() + labels.read_text()
    assert GONE not in said + patch.read_text() + labels.read_text()
    assert before == ((shop / "corpus" / "faq.md").read_bytes(), (shop / "index" / "CURRENT").read_bytes())
    applied(shop, "--directory=corpus", "p.patch")
    assert main(["build", *where]) == 0
    after = open_build(shop / "index")
    assert BOOTS in after.entries[after.row_of[SHOES]].alternates
    assert visited.ask("how can I send my boots back").replies[0].status != "answered"
    bot = Bot.open(shop / "index", HashingEncoder())
    assert bot.ask("how can I send my boots back").replies[0].answer.entry_id == SHOES  # type: ignore[union-attr]
    rows = [json.loads(line) for line in labels.read_text().splitlines()]
    assert {"id": "j1", "text": BOOTS, "relevant": [SHOES]} in rows


def test_suggest_prints_json_and_refuses_what_cannot_be(
    visited: Bot, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Red when two documents go to standard output together."""
    where = ["suggest", "--corpus", str(shop / "corpus"), "--index", str(shop / "index")]
    assert main([*where, "--json"]) != 0
    assert "there is no journal" in capsys.readouterr().err
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES)
    assert main([*where, "--json", "--patch", "-"]) == 2
    capsys.readouterr()
    assert main([*where, "--patch", "-"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("--- a/faq.md")
    assert "together" in printed.err
    assert main([*where, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["wordings"][0] == {
        "entry_id": SHOES, "text": BOOTS, "conversations": 3, "picks": 3,
        "helps": 0, "harms": 0, "in_vain": 0, "is_harmless": True, "harmed": [],
    }  # fmt: skip
    assert found["patch"] == printed.out
    assert main([*where, "--since", "2999-01-01"]) == 0
    assert "nothing to suggest yet" in capsys.readouterr().out


def test_the_report_writes_the_same_patch(visited: Bot, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Red when it does not try the wordings of its period, and when two documents are printed together."""
    with visitors(visited, shop):
        tries(visited, [BOOTS], SHOES)
    where = ["--corpus", str(shop / "corpus"), "--index", str(shop / "index")]
    assert main(["suggest", *where, "--patch", "-"]) == 0
    patch = capsys.readouterr().out
    assert BOOTS in patch
    file = shop / "p.patch"
    assert main(["report", *where, "--since", "2d", "--patch", str(file)]) == 0
    assert file.read_text() == patch
    printed = capsys.readouterr().out
    assert "Asked in vain" in printed
    assert f"further wordings:\n  {BOOTS}\n" in printed
    assert f"git apply --directory={shop / 'corpus'} {file}" in printed
    assert main(["report", *where, "--since", "1d", "--patch", "-"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, "Asked in vain" in printed.err) == (patch, True)
    assert main(["report", *where, "--patch", "-", "--csv", "-"]) == 2
    assert "--csv - and --patch - would both be on standard output" in capsys.readouterr().err
    applied(shop, "--directory=corpus", "p.patch")
    tomorrow = ["--since", (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")]
    assert main(["report", *where, *tomorrow, "--patch", str(file)]) == 2


def test_labels_are_learnt_from(shop: Path) -> None:
    """Red when `train --labels` reads them and leaves them out."""
    from chatbot.verbs.training import _further

    entries = read_corpus(shop / "corpus").entries
    file = shop / "labels.jsonl"
    file.write_text(json.dumps({"id": "j1", "text": BOOTS, "relevant": [SHOES]}) + "\n")
    further = _further(file, {entry.id for entry in entries})
    wordings = of_corpus(entries, (), further).sources[0].questions
    assert ("How do I return shoes?", BOOTS) in wordings
    file.write_text(json.dumps({"id": "j1", "text": BOOTS, "relevant": ["gone"]}) + "\n")
    with pytest.raises(ContentError, match='names the entry "gone", which the corpus lacks'):
        _further(file, {entry.id for entry in entries})


def test_what_a_file_cannot_hold_is_for_the_editor_to_paste(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "faq.html").write_text("<h2>How do I return shoes?</h2><p>In the box.</p><h2>And bags?</h2><p>No.</p>")
    entries = read_corpus(corpus).entries
    patch = patch_of(corpus, BotSettings(), entries, [Wording(SHOES, BOOTS, 3, 3)])
    assert patch.diff == b""
    assert [(one.file, one.question, one.wordings) for one in patch.to_paste] == [
        ("faq.html", "How do I return shoes?", (BOOTS,))
    ]
