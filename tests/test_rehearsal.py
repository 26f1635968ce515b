import dataclasses
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.settings import BotSettings
from chatbot.encoding.adapter import question_digest
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.indexing.off_topic import off_topic_questions
from chatbot.indexing.rehearsal import Share, _cut, _cuts_of_halves, _held_out, rehearse

LAKES = ["Ammer", "Bodden", "Chiem", "Dobra", "Eder", "Fuschl"]
NEAR = tuple(f"Who owns the boat house number {n} at the quay?" for n in range(25))


def corpus_of(folder: Path, alternates: int) -> Path:
    folder.mkdir()
    for lake in LAKES:
        asked = "".join(f"\n- tell me of {lake} lake depth in meters, way {n}" for n in range(alternates))
        also = f"\n\nAlso asked:{asked}\n" if asked else "\n"
        (folder / f"{lake}.md").write_text(
            f"# How deep is the {lake} lake?\n\n{lake} lake is {len(lake)} m deep.{also}"
        )
    return folder


def built(tmp_path: Path, alternates: int, **settings: object) -> tuple[Path, object]:
    index = tmp_path / "index"
    chosen = dataclasses.replace(BotSettings(encoder="hashing"), **settings)  # type: ignore[arg-type]
    report = build(corpus_of(tmp_path / "corpus", alternates), index, chosen, HashingEncoder())
    return index, report.expectation


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(8, 10, 0.490, 0.943), (0, 20, 0.0, 0.161), (50, 50, 0.929, 1)]
)
def test_intervals_are_wilsons(count: int, of: int, low: float, high: float) -> None:
    assert Share(count, of).interval == pytest.approx((low, high), abs=5e-4)  # by the textbook's formula


def test_what_is_held_out_is_not_in_the_index_while_it_is_asked(tmp_path: Path) -> None:
    """A phrasing that is in the index finds itself with a cosine of 1; held out it cannot."""
    opened = open_build(built(tmp_path, 1)[0])
    held_out = _held_out(opened, opened.calibration, frozenset())
    assert len(held_out) == len(LAKES)
    best = held_out.features[:, 2]
    assert best.max() < 0.95
    rows = [row for row, p in enumerate(opened.passages) if p.kind == "alternate"]
    texts = [opened.passages[row].text for row in rows]
    indexed = [found[0].question_cosine for found in opened.ranker.rank(opened.vectors.rows(rows), texts, 5)]
    assert best.max() < min(indexed)
    assert held_out.features[:, 3].max() < 1  # nor are its words found in the entry
    assert held_out.right.all()  # by the name of the lake, which the question has as well


def test_what_the_encoder_was_taught_is_not_asked(tmp_path: Path) -> None:
    """Red when it is: the encoder knows those phrasings by heart."""
    opened = open_build(built(tmp_path, 2)[0])
    taught = frozenset(question_digest(f"Tell me of {lake} lake depth in meters, way 0!") for lake in LAKES[:4])
    assert len(_held_out(opened, opened.calibration, frozenset())) == 2 * len(LAKES)
    assert len(_held_out(opened, opened.calibration, taught)) == 2 * len(LAKES) - 4
    expected = rehearse(opened, opened.calibration, taught)[1]
    assert expected.held_out is not None
    assert expected.held_out.of == 2 * len(LAKES) - 4


def test_a_corpus_without_phrasings_keeps_what_the_labelled_sets_say(tmp_path: Path) -> None:
    index, expected = built(tmp_path, 0, unanswerable=NEAR)
    calibration = open_build(index).calibration
    assert calibration.weights == type(calibration)().weights
    assert (expected.held_out, expected.held_out_right) == (None, None)
    assert (expected.near_topic.of, expected.off_topic.of) == (25, len(off_topic_questions()))


def test_with_both_kinds_the_weights_move_and_right_and_wrong_part(tmp_path: Path) -> None:
    index, _ = built(tmp_path, 5, unanswerable=NEAR)
    adapted = open_build(index).calibration
    assert adapted.weights != type(adapted)().weights
    before = dataclasses.replace(adapted, weights=type(adapted)().weights, intercept=type(adapted)().intercept)
    held_out = _held_out(open_build(index), adapted, frozenset())
    assert adapted.probabilities(held_out.features).mean() > before.probabilities(held_out.features).mean()


def test_too_few_questions_move_nothing(tmp_path: Path) -> None:
    index, _ = built(tmp_path, 5, unanswerable=NEAR[:19])
    assert open_build(index).calibration.weights == type(open_build(index).calibration)().weights


def test_the_cut_keeps_to_the_tolerated_share() -> None:
    rng = np.random.default_rng(0)
    near, off = rng.uniform(0.2, 0.7, 99), rng.uniform(0, 0.1, 99)
    cut = _cut(near, off, 0.05)
    assert (near >= cut).mean() + (off >= cut).mean() <= 2 * 0.05
    lower = near[near < cut].max()
    assert (near >= lower).mean() + (off >= lower).mean() > 2 * 0.05


def test_what_is_said_of_questions_on_anything_is_not_measured_on_those_that_chose_the_cut() -> None:
    """Red when all of them choose it: then none of them is ever answered, whatever the corpus is like."""
    likely = np.array([0.9, 0.1, 0.8, 0.2])
    cuts = _cuts_of_halves(likely, 0.3)
    assert cuts.tolist() == [0.3, 0.7, 0.3, 0.7]
    assert (likely >= cuts).tolist() == [True, False, True, False]


def test_questions_are_encoded_once_for_all_builds(tmp_path: Path) -> None:
    class Counting(HashingEncoder):
        asked = 0

        def encode_queries(self, texts):  # type: ignore[no-untyped-def]
            Counting.asked += len(texts)
            return super().encode_queries(texts)

    corpus = corpus_of(tmp_path / "corpus", 1)
    settings = BotSettings(encoder="hashing", unanswerable=NEAR)
    build(corpus, tmp_path / "index", settings, Counting())
    first = Counting.asked
    assert first == len(NEAR) + len(off_topic_questions())
    build(corpus, tmp_path / "index", dataclasses.replace(settings, unanswerable=(*NEAR, "one more")), Counting())
    assert Counting.asked == first + 1
    build(corpus, tmp_path / "index", settings, Unused())


class Unused(HashingEncoder):
    """Stands for a model: a build that finds every vector in the build before does not load it."""

    def encode_queries(self, texts):  # type: ignore[no-untyped-def]
        raise AssertionError("the model was loaded for nothing")
