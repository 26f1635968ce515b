"""Learning: what is drawn, what it is measured by, that it learns, resumes, and says what is wrong."""

import dataclasses
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from chatbot.cli.main import main
from chatbot.cli.verbs.training import _print_scores
from chatbot.core.errors import ChatbotError, ContentError, ModelMissing, UsageError
from chatbot.core.types import Entry
from chatbot.encoding.adapter import Adapter
from chatbot.encoding.models import find_model
from chatbot.encoding.sentence_transformers import SentenceTransformersEncoder, load_model
from chatbot.training import losses
from chatbot.training.batches import Batches
from chatbot.training.distillation import Teacher
from chatbot.training.holdout import Holdout, HoldoutScores, hold_out
from chatbot.training.material import Material, Source, of_corpus, read_source
from chatbot.training.recipe import Recipe
from chatbot.training.run import Trained, learn
from chatbot.training.student import Student
from chatbot.training.topics import ending, named, put_on
from chatbot.training.trainer import _pace
from tests.tiny import tiny_model

pytestmark = pytest.mark.model

VERBS = ("wash", "mend", "sell", "paint", "rent", "store")
THINGS = ("boat", "coat", "tent", "lamp")
# A meaning is what is done, and every wording is about another thing: which the tiny model takes for the meaning.
TABLE = "label\ttext\n" + "".join(f"{verb}\t{verb} the {thing} today\n" for verb in VERBS for thing in THINGS)
SMALL = Recipe(steps=30, warm_up=5, rate=5e-3, pairs=6, distilled=8, on_topic=0.0, teaching=0.1, rank=4)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_model(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("table") / "verbs.tsv"
    path.write_text(TABLE)
    return read_source(path)


def no_vectors(texts: Sequence[str]) -> np.ndarray:
    raise AssertionError("nobody asked for rivals")


def test_a_table_of_labels_and_one_of_answers(source: Source, tmp_path: Path) -> None:
    assert source.name == "verbs"
    assert source.questions[0] == tuple(f"wash the {thing} today" for thing in THINGS)
    path = tmp_path / "faq.tsv"
    path.write_text("question\tanswer\nWhy?\tThus.\nWhy\u200b then?\tThus.\nwhy?\tThus.\nHow?\tSo.\n")
    found = read_source(path)
    assert (found.questions, found.answers) == ((("Why?", "Why then?"), ("How?",)), ("Thus.", "So."))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tb\nc\td\n", r'table.tsv:1: its columns are a, b; it needs "label" and "text" or'),
        ("label\ttext\nx\ty\nno tab\n", r"table.tsv:3: needs a label, a tab and a text"),
        ("label\ttext\nx\t \n", r"table.tsv:2: needs a label"),
        ("label\ttext\nx\ty\nz\tw\n", r"holds 0 meanings with enough texts; 2 are needed"),
        ("", r"table.tsv:1: its columns are none"),
        ("label\ttext\nx\t\udcff\n", r"table.tsv: is not UTF-8 text"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "table.tsv"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ContentError, match=message):
        read_source(path)


def test_an_absent_table(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no.tsv: cannot be read \(No such file"):
        read_source(tmp_path / "no.tsv")


def test_a_corpus_teaches_its_wordings_and_its_answers() -> None:
    entries = [
        Entry("a", "Why A?", "Because.\n\nOf *this*.", alternates=("What for A?", "Reason of A?")),
        Entry("b", "Why B?", "Thus.", alternates=("What for B?",)),
        Entry("c", "Why C?", "So."),
        Entry("gap", "Why D?", "", alternates=("What for D?",)),
    ]
    material = of_corpus(entries, ["Who?"])
    wordings, answers = material.sources
    assert wordings.questions == (
        ("Why A?", "What for A?", "Reason of A?"),
        ("Why B?", "What for B?"),
        ("Why D?", "What for D?"),
    )
    assert answers.answers == ("Because. Of *this*.", "Thus.", "So.")
    assert (material.unanswerable, material.is_corpus) == (["Who?"], True)
    with pytest.raises(ContentError, match="the corpus has 1 answers; 2 are needed"):
        of_corpus(entries[:1])


def test_entries_with_one_answer_mean_the_same() -> None:
    """Red when they are told from each other."""
    rows = [("a", "Why A?", "Call us."), ("b", "What for?", "Call us."), ("c", "Why C?", "So."), ("d", "Who?", "So.")]
    wordings, answers = of_corpus([Entry(*row) for row in rows]).sources
    assert wordings.questions == answers.questions == (("Why A?", "What for?"), ("Why C?", "Who?"))
    assert answers.answers == ("Call us.", "So.")


def test_a_batch_holds_each_meaning_once_and_follows_from_its_number(source: Source) -> None:
    batches = Batches([source], dataclasses.replace(SMALL, pairs=5), no_vectors)
    drawn = [batches.pairs(step) for step in range(4)]
    for pairs in drawn:
        verbs = [text.split()[0] for text in pairs.texts]
        assert verbs == [text.split()[0] for text in pairs.likes]
        assert len(set(verbs)) == 5
        assert not set(pairs.texts) & set(pairs.likes)
    assert drawn == [Batches([source], dataclasses.replace(SMALL, pairs=5), no_vectors).pairs(n) for n in range(4)]
    assert all(one != other for one, other in itertools.combinations(drawn, 2))
    assert Batches([source], dataclasses.replace(SMALL, seed=1, pairs=5), no_vectors).pairs(0) != drawn[0]


def test_sources_take_turns(source: Source) -> None:
    answers = Source("answers", (("Why?",), ("How?",)), ("Thus.", "So."))
    batches = Batches([source, answers], SMALL, no_vectors)
    assert [sorted(batches.pairs(step).likes) == ["So.", "Thus."] for step in range(4)] == [False, True] * 2
    assert {"Why?", "How?"} & {text for step in range(9) for text in batches.distilled(step).plain}


def test_a_batch_never_sets_a_question_against_itself() -> None:
    source = Source("twice", (("Why?", "How?", "Who?"), ("why", "Where?", "When?")), ())
    batches = Batches([source], SMALL, no_vectors)
    assert {len(batches.pairs(step).texts) for step in range(9)} == {1, 2}
    for step in range(9):
        texts = [*batches.pairs(step).texts, *batches.pairs(step).likes]
        assert len({text.lower().strip("?") for text in texts}) == len(texts)


def test_all_texts_of_a_batch_are_put_on_one_topic() -> None:
    questions = (("What is gout?", "what are the mumps"), ("How do I pay my late fee?", "When?"))
    batches = Batches([Source("s", questions)], dataclasses.replace(SMALL, on_topic=1.0), no_vectors)
    seen = set()
    for step in range(30):
        pairs = batches.pairs(step)
        common = set.intersection(*({*text.replace(":", "").lower().split()} for text in [*pairs.texts, *pairs.likes]))
        assert common
        seen |= common
    assert {"gout", "late", "fee"} <= seen


def test_what_is_taught_is_on_a_topic_for_the_student_alone(source: Source) -> None:
    """Red when the teacher hears the topic, too, or the student hears other questions."""
    always = Batches([source], dataclasses.replace(SMALL, on_topic=1.0), no_vectors)
    never = Batches([source], dataclasses.replace(SMALL, on_topic=0.0), no_vectors)
    for step in range(5):
        plain, shown = always.distilled(step)
        assert set(plain) <= set(source.texts)
        assert all(text in said and said != text for text, said in zip(plain, shown, strict=True))
        assert never.distilled(step) == (never.distilled(step).plain,) * 2


def test_what_a_question_is_about() -> None:
    asked = [
        "What is gout?",
        "what are the mumps",
        "What is (are) Marfan syndrome ?",
        "What is it that I need?",
        "A?",
    ]
    assert named([*asked, "What is the flu?"]) == ["gout", "mumps", "Marfan syndrome", "flu"]
    assert ending("How do I pay a late fee?") == "late fee"
    put = put_on("gout", ["Why me?"] * 50, np.random.default_rng(0))
    assert set(put) == {"gout Why me", "Why me gout", "gout: Why me", "Why me - gout"}


def test_rivals_stand_in_one_batch() -> None:
    """Meanings on a circle: with rivals a batch holds neighbours."""
    meanings = 40
    source = Source("circle", tuple((f"{n}", f"{n} again") for n in range(meanings)))

    def on_circle(texts: Sequence[str]) -> np.ndarray:
        angle = 2 * np.pi * np.array([int(text) for text in texts]) / meanings
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)

    batches = Batches([source], dataclasses.replace(SMALL, rivals=1.0, pairs=10), on_circle)
    for step in range(5):
        drawn = [int(text.split()[0]) for text in batches.pairs(step).texts]
        near = [min((n - drawn[0]) % meanings, (drawn[0] - n) % meanings) for n in drawn[:5]]
        assert max(near) <= 2
        assert len(set(drawn)) == 10


def test_lessons_against_their_definitions() -> None:
    import torch

    rng = np.random.default_rng(0)
    a, b = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in rng.normal(size=(2, 5, 3)))
    scores = a @ b.T / 0.1
    wanted = -np.mean([scores[i, i] - np.log(np.exp(scores[i]).sum()) for i in range(5)])
    wanted -= np.mean([scores[i, i] - np.log(np.exp(scores[:, i]).sum()) for i in range(5)])
    assert float(losses.contrastive(torch.tensor(a), torch.tensor(b), 0.1)) == pytest.approx(wanted / 2)
    total = 0.0
    for i in range(5):
        others = [j for j in range(5) if j != i]
        have, want = (np.exp((v @ v.T)[i, others] / 0.2) for v in (a, b))
        have, want = have / have.sum(), want / want.sum()
        total += float((want * np.log(want / have)).sum()) / 5
    assert float(losses.distillation(torch.tensor(a), torch.tensor(b @ b.T), 0.2)) == pytest.approx(total)
    assert float(losses.distillation(torch.tensor(a), torch.tensor(a @ a.T), 0.2)) == pytest.approx(0, abs=1e-9)


def test_the_teacher_is_trusted_by_its_share(model: str) -> None:
    class Fixed:
        def __init__(self, vectors: Sequence[Sequence[float]]) -> None:
            self.fingerprint, self._vectors = "f", np.array(vectors, np.float32)

        def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
            return self._vectors[[int(text) for text in texts]]

        def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
            return self.encode_queries(texts)

    start, better = Fixed([[1, 0], [0, 1], [1, 0]]), Fixed([[1, 0], [1, 0], [0, 1]])
    steps = [["0", "1"], ["2", "1", "0"]]
    teacher = Teacher(steps.__getitem__, start, better, 0.75)
    np.testing.assert_allclose(teacher.cosines(0, 2), [[1, 0.75], [0.75, 1]])
    np.testing.assert_allclose(teacher.cosines(1, 2), [[1, 0, 0.25], [0, 1, 0.75], [0.25, 0.75, 1]])
    np.testing.assert_allclose(Teacher(steps.__getitem__, start, None, 0.75).cosines(0, 2), np.eye(2))


def test_questions_are_held_back_for_the_exam(source: Source) -> None:
    poor = Source("poor", (("one", "two"), ("three", "four")))
    left, exam = hold_out([source, poor, Source("answers", (("one",), ("two",)), ("1", "2"))])
    assert exam is not None
    assert len(exam) == len(VERBS)
    assert left[0].questions == tuple(group[:-1] for group in source.questions)
    assert left[1:] == [poor, Source("answers", (("one",), ("two",)), ("1", "2"))]
    letters = {verb: at for at, verb in enumerate(VERBS)}
    assert exam.scores(lambda texts: np.eye(len(VERBS))[[letters[text.split()[0]] for text in texts]]) == (1.0, None)
    assert exam.scores(lambda texts: np.eye(len(VERBS))[[0 for _ in texts]]).success_at_1 == pytest.approx(
        1 / len(VERBS)
    )
    assert hold_out([poor]) == ([poor], None)


def test_a_wording_of_several_meanings_is_held_back_from_all() -> None:
    """Red when a meaning stays behind with one wording: it has no like to be set against."""
    shared = (("a", "b", "Same?"), ("c", "same"), ("d", "e", "f"), ("g", "h"))
    left, exam = hold_out([Source("s", shared), Source("answers", (("same",), ("g",), ("i",)), ("1", "2", "3"))])
    assert exam is not None
    assert left[0].questions == (("a", "b"), ("d", "e"), ("g", "h"))
    assert (left[1].questions, left[1].answers) == ((("g",), ("i",)), ("2", "3"))
    assert not {"Same?", "same", "f"} & {text for part in exam.known for text, _ in part}
    batches = Batches(left, SMALL, no_vectors)
    assert all(len(batches.pairs(step).texts) > 1 for step in range(9))
    none_left = [Source("s", (("a", "b", "Same?"), ("c", "same")))]
    assert hold_out(none_left) == (none_left, None)


def test_the_exam_tells_questions_without_an_answer_apart() -> None:
    near, far = Holdout([[("q", 0), ("r", 1)]], [[("k", 0), ("l", 1)]], ["u", "v"]), ["u"]
    vectors = {
        "k": (1, 0, 0),
        "l": (0, 1, 0),
        "q": (0.8, 0, 0.6),
        "r": (0, 0.6, 0.8),
        "u": (0.7, 0, 0.7),
        "v": (0, 0, 1),
    }
    mark = near.scores(lambda texts: np.array([vectors[text] for text in texts]))
    assert mark == (1.0, 3 / 4)
    assert (
        dataclasses.replace(near, unanswerable=far).scores(lambda ts: np.array([vectors[t] for t in ts])).auroc == 0.5
    )
    assert (
        dataclasses.replace(near, unanswerable=["q"]).scores(lambda ts: np.array([vectors[t] for t in ts])).auroc
        == 0.25
    )
    assert (
        dataclasses.replace(near, unanswerable=()).scores(lambda ts: np.array([vectors[t] for t in ts])).auroc is None
    )


def test_an_adapter_is_learnt(source: Source, model: str, tmp_path: Path) -> None:
    shown: list[tuple[int, int]] = []
    learnt = learn(Material([source]), SMALL, tmp_path / "a", model, progress=lambda: lambda *at: shown.append(at))
    assert learnt.after is not None
    assert learnt.before is not None
    assert learnt.after.success_at_1 > learnt.before.success_at_1
    assert shown == [(step, 30) for step in range(31)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]
    asked = ["sell the coat today", "sell the tent today", "rent the coat today"]
    before, after = (load_model(name, "cpu").encode_queries(asked) for name in (model, str(tmp_path / "a")))
    assert after[0] @ (after[1] - after[2]) > before[0] @ (before[1] - before[2]) + 0.05


def test_it_is_repeatable_and_resumes(source: Source, model: str, tmp_path: Path) -> None:
    """Broken off and taken up again it comes to the same weights as in one go."""
    whole = learn(Material([source]), SMALL, tmp_path / "whole", model)

    def stop(done: int, total: int) -> None:
        if done == 15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(Material([source]), SMALL, tmp_path / "part", model, progress=lambda: stop)
    assert (tmp_path / "part.unfinished").is_file()
    shown: list[int] = []
    part = learn(
        Material([source]), SMALL, tmp_path / "part", model, progress=lambda: lambda done, _: shown.append(done)
    )
    assert shown[0] == 10
    assert part[1:] == whole[1:]
    one, two = Adapter.read(whole.folder), Adapter.read(part.folder)
    for name, parts in one.changes.items():
        for mine, theirs in zip(parts, two.changes[name], strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_what_was_learnt_otherwise_is_not_taken_up(source: Source, model: str, tmp_path: Path) -> None:
    import torch

    def stop(done: int, total: int) -> None:
        if done == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(Material([source]), SMALL, tmp_path / "a", model, progress=lambda: stop)
    with pytest.raises(UsageError, match=r"a.unfinished: was learnt otherwise, or from other texts"):
        learn(Material([source]), dataclasses.replace(SMALL, seed=1), tmp_path / "a", model)
    poorer = Material([Source(source.name, source.questions[1:])])
    with pytest.raises(UsageError, match="from other texts"):
        learn(poorer, SMALL, tmp_path / "a", model)
    with pytest.raises(UsageError, match="from other texts"):
        learn(Material([source]), SMALL, tmp_path / "a", model, teacher=str(tiny_model(tmp_path / "teacher", seed=1)))
    torch.save({"step": 1}, tmp_path / "a.unfinished")
    with pytest.raises(UsageError, match=r"a.unfinished: is damaged; delete it to begin again"):
        learn(Material([source]), SMALL, tmp_path / "a", model)
    (tmp_path / "a.unfinished").write_bytes(b"damaged")
    with pytest.raises(UsageError, match=r"a.unfinished: is damaged; delete it to begin again"):
        learn(Material([source]), SMALL, tmp_path / "a", model)


def test_the_teacher_is_asked_about_plain_questions(
    source: Source, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when it hears them on a topic: then it would tell how alike the topic makes them."""
    heard: list[str] = []
    encode = SentenceTransformersEncoder.encode_passages

    def listening(self: SentenceTransformersEncoder, texts: Sequence[str]) -> np.ndarray:
        heard.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(SentenceTransformersEncoder, "encode_passages", listening)
    learn(Material([source]), dataclasses.replace(SMALL, steps=2, on_topic=1.0), tmp_path / "a", model)
    assert len(heard) == 2 * SMALL.distilled
    assert set(heard) <= set(source.texts)


def test_a_teacher_is_followed(source: Source, model: str, tmp_path: Path) -> None:
    """Towards its cosines, not away from them, nor to those of the start."""
    teacher = str(tiny_model(tmp_path / "teacher", seed=1))
    recipe = dataclasses.replace(SMALL, teaching=20.0, trust=1.0, sharpness=0.1)
    learnt = learn(Material([source]), recipe, tmp_path / "a", model, teacher)
    untaught = learn(Material([source]), dataclasses.replace(recipe, teaching=0.0), tmp_path / "b", model)
    others = ~np.eye(len(source.texts), dtype=bool)

    def cosines(name: str) -> np.ndarray:
        vectors = load_model(name, "cpu").encode_passages(source.texts)
        return np.asarray((vectors @ vectors.T)[others])

    wanted = cosines(teacher)
    alike = {
        name: np.corrcoef(wanted, cosines(name))[0, 1] for name in (str(learnt.folder), str(untaught.folder), model)
    }
    assert alike[str(learnt.folder)] > max(alike[model], alike[str(untaught.folder)]) + 0.05


def test_the_rate_rises_and_falls(source: Source, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    recipe = dataclasses.replace(SMALL, steps=10, warm_up=4)
    assert [_pace(step, recipe) for step in range(10)] == pytest.approx(
        [1 / 4, 2 / 4, 3 / 4, 1, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6]
    )
    assert [_pace(step, dataclasses.replace(recipe, steps=2)) for step in range(2)] == [1, 1]
    rates: list[float] = []
    step = torch.optim.AdamW.step

    def noted(self: torch.optim.AdamW) -> object:
        rates.append(self.param_groups[0]["lr"])
        return step(self)

    monkeypatch.setattr(torch.optim.AdamW, "step", noted)
    learn(Material([source]), recipe, tmp_path / "a", model)
    assert rates == pytest.approx([recipe.rate * _pace(step, recipe) for step in range(10)])


def test_what_a_student_begins_with_follows_from_the_seed(model: str) -> None:
    one, again, other = (Student(find_model(model), 4, 64, seed, "cpu").learning for seed in (0, 0, 1))
    downs = [name for name in one if ".lora_A." in name]
    assert downs
    assert all(bool((one[name] == again[name]).all()) and not bool((one[name] == other[name]).any()) for name in downs)


def test_a_student_hears_so_many_tokens(model: str) -> None:
    short, long = (Student(find_model(model), 4, tokens, 0, "cpu") for tokens in (8, 48))
    texts = ["wash the boat", "wash the boat today and mend the old coat and the tent of the lamp"]
    np.testing.assert_allclose(short.encoded(texts[:1]), long.encoded(texts[:1]), atol=1e-6)
    assert float((short.encoded(texts[1:]) * long.encoded(texts[1:])).sum()) < 0.999


def test_strength_averages_with_the_start(source: Source, model: str, tmp_path: Path) -> None:
    full = learn(Material([source]), SMALL, tmp_path / "full", model)
    half = learn(Material([source]), dataclasses.replace(SMALL, strength=0.5), tmp_path / "half", model)
    one, two = Adapter.read(full.folder), Adapter.read(half.folder)
    for name, (down, up) in one.changes.items():
        np.testing.assert_allclose(two.changes[name][1], up / 2, atol=1e-4)
        np.testing.assert_array_equal(two.changes[name][0], down)
    none = learn(Material([source]), dataclasses.replace(SMALL, strength=0.0), tmp_path / "none", model)
    assert none.after == none.before != full.after  # the marks are those of what is written


def test_learning_goes_on_from_an_adapter(source: Source, model: str, tmp_path: Path) -> None:
    """The result is one adapter, for the weights below both."""
    first = learn(Material([source]), SMALL, tmp_path / "first", model)
    second = learn(Material([source]), dataclasses.replace(SMALL, steps=2), tmp_path / "second", str(first.folder))
    one, two = Adapter.read(first.folder), Adapter.read(second.folder)
    assert two.base_sha256 == one.base_sha256
    assert len(next(iter(two.changes.values()))[0]) == 2 * SMALL.rank
    assert second.before == first.after


def test_the_verb_teaches_tables_and_says_how_to_use_it(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = tmp_path / "verbs.tsv", tmp_path / "own"
    table.write_text(TABLE)
    asked = ["train", str(table), "--out", str(out), "--start", model, "--steps", "2"]
    assert main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["folder"] == str(out)
    assert found["recipe"]["steps"] == 2
    assert main(asked) == 2
    assert f"{out}: is there already" in capsys.readouterr().err


def test_the_verb_teaches_a_corpus(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    entries = [
        {"question": f"{verb} the boat?", "answer": f"To {verb}.", "alternates": [f"I {verb}"]} for verb in VERBS
    ]
    (corpus / "faq.json").write_text(json.dumps(entries))
    out = tmp_path / "own"
    asked = ["train", "--corpus", str(corpus), "--start", model, "--steps", "2", "--out"]
    assert main([*asked, str(tmp_path / "other"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["recipe"]["rivals"] == 0.5
    assert main([*asked, str(out)]) == 0
    said = capsys.readouterr()
    assert "no entry has three wordings" in said.out
    assert f'to use it, write encoder = "{out}" into bot.toml and build' in said.err
    assert main(["ask", "x", "--index", str(tmp_path / "none")]) == 1
    (corpus / "bot.toml").write_text(f'encoder = "{out}"')
    assert len((out / "learnt.txt").read_text().split()) == 2 * len(VERBS)
    capsys.readouterr()
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["expected"]["held_out"] is None  # it was taught them all


def test_tables_and_a_corpus_are_too_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "verbs.tsv"
    table.write_text(TABLE)
    assert main(["train", str(table), "--corpus", str(tmp_path), "--out", str(tmp_path / "x")]) == 2
    assert "give tables or --corpus, not both" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named_before_anything_is_learnt(source: Source, model: str) -> None:
    with pytest.raises(UsageError, match=r"/proc/x: cannot be written .*; name another folder"):
        learn(Material([source]), SMALL, Path("/proc/x"), model)


def test_whatever_is_not_there_is_named_as_it_was_given(source: Source, tmp_path: Path) -> None:
    for start, teacher, option in (("./none", None, "--start"), ("base", "./none", "--teacher"), ("", None, "--start")):
        with pytest.raises(ModelMissing, match=rf"correct {option}$"):
            learn(Material([source]), SMALL, tmp_path / "a", start, teacher)


def test_without_a_gpu_none_is_used(source: Source, model: str, tmp_path: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(ChatbotError, match="torch finds no GPU; use --device auto"):
        learn(Material([source]), SMALL, tmp_path / "a", model, device="cuda")


def test_a_run_that_is_broken_off_says_how_to_go_on(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "verbs.tsv"
    table.write_text(TABLE)

    def stop(done: int, total: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr("chatbot.cli.verbs.training.progress", lambda *_: stop)
    assert main(["train", str(table), "--out", str(tmp_path / "a"), "--start", model, "--steps", "20"]) == 130
    assert f"{tmp_path / 'a.unfinished'}: holds what was learnt; the same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (HoldoutScores(0.5, 0.9), HoldoutScores(0.6, 0.9), []),
        (HoldoutScores(0.5, None), HoldoutScores(0.5, None), ["no better than before: do not use it"]),
        (HoldoutScores(0.5, 0.9), HoldoutScores(0.6, 0.8), ["worse than before: evaluate both encoders"]),
        (HoldoutScores(0.5, 0.9), HoldoutScores(0.4, 0.8), ["no better than before", "worse than before: evaluate"]),
    ],
)
def test_the_verdict(
    before: HoldoutScores, after: HoldoutScores, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _print_scores(Trained(Path("a"), 1, 9, before, after)) == (after.success_at_1 > before.success_at_1)
    out = capsys.readouterr().out
    scores = f"{before.success_at_1:.1%} found their meaning before, {after.success_at_1:.1%} do now"
    assert f"of 9 questions held out, {scores}" in out
    assert ("distinguished from questions without an answer" in out) == (before.auroc is not None)
    warnings = [line for line in out.splitlines() if line.startswith("that is")]
    assert len(warnings) == len(said)
    assert all(part in line for part, line in zip(said, warnings, strict=True))


def test_without_peft_it_says_what_to_do(
    source: Source, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "peft", None)
    with pytest.raises(ChatbotError, match=r"learning needs PEFT.*run: pip install peft"):
        learn(Material([source]), SMALL, tmp_path / "a", model)
