"""The bench of quality: it learns what is there to learn, and nothing from the set that is left out."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from chatbot.encoding.hashing import HashingEncoder
from chatbot.search.calibration import answered_from
from chatbot.search.parameters import PARAMETERS
from chatbot.search.ranking import Weights
from tests.bench import quality
from tests.bench.baselines import baselines
from tests.bench.cached_encoder import CachedEncoder
from tests.bench.labelled import Judged, Measured, Query, measure, prepare
from tests.bench.learning import SEED, _evidence, learn_weights, refit, shipped
from tests.bench.quality import families
from tests.test_trec_run import ASPECTS, TOPICS

pytestmark = pytest.mark.slow

WEIGHTS, INTERCEPT = np.array([3.0, -2.0]), 0.5


def synthetic(n: int, seed: int, answerable: float = 0.5) -> Measured:
    """Queries whose first entry is right with a logistic probability of two features, and then answerable."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 2))
    right = rng.random(n) < 1 / (1 + np.exp(-(features @ WEIGHTS + INTERCEPT)))
    keep = ~right | (rng.random(n) < 2 * answerable)
    judged = [Judged(str(at), frozenset("a" if yes else ""), ["a"], 0.5) for at, yes in enumerate(right)]
    return measured([j for j, k in zip(judged, keep, strict=True) if k], features[keep])


def measured(judged: list[Judged], features: np.ndarray) -> Measured:
    return Measured(judged, features, np.ones(len(judged), bool), {})


def test_refitting_finds_the_weights_that_made_the_data() -> None:
    found = synthetic(20_000, 1)
    decision = refit([[found]])
    share = np.mean([bool(j.relevant) for j in found.judged])
    shift = np.log((1 - share) / share * 0.6 / 0.4)  # six of ten are taken to be answerable, whatever their number
    logit = found.features @ WEIGHTS + INTERCEPT + shift
    assert np.abs(decision.probability(found) - 1 / (1 + np.exp(-logit))).max() < 0.03
    assert decision.balanced == pytest.approx(0.6, abs=0.06)  # where both kinds, each half, are equally likely


def test_every_set_counts_the_same_whatever_its_size() -> None:
    small, large, other = synthetic(500, 1), synthetic(500, 2), synthetic(300, 3)
    many = measured(large.judged * 8, np.concatenate([large.features] * 8))
    once, often = (refit([[small, few]]).probability(other) for few in (large, many))
    assert np.abs(once - often).max() < 1e-3


def test_every_family_counts_the_same_however_many_sets_it_has() -> None:
    one, two, other = synthetic(500, 1), synthetic(500, 2), synthetic(300, 3)
    once, often = (refit([[one], family]).probability(other) for family in ([two], [two] * 5))
    assert np.abs(once - often).max() < 1e-3
    together = refit([[one, two, two, two, two, two]]).probability(other)
    assert np.abs(once - together).max() > 1e-2


def test_the_cuts_for_tolerated_rates_keep_them_in_the_mean_of_the_sets() -> None:
    sets = [synthetic(4000, 1), synthetic(4000, 2, answerable=0.2)]
    decision = refit([sets])
    for rate, cut in decision.tolerated.items():
        rates = [np.mean(decision.probability(found)[[not j.relevant for j in found.judged]] >= cut) for found in sets]
        assert rate - 0.01 < np.mean(rates) <= rate
    assert decision.tolerated[0.05] > decision.tolerated[0.1] > decision.balanced - 0.5


def test_nothing_is_learnt_from_the_set_that_is_left_out() -> None:
    """The sets are of two families, and a fold of pages is left out as one."""
    sets = {"rasa_sara": synthetic(800, 1), "covidq": synthetic(800, 2), "jhu_covid": synthetic(800, 3)}
    upside_down = measured(
        [Judged(j.query, frozenset("" if j.relevant else "a"), j.ranked, 0.1) for j in sets["rasa_sara"].judged],
        -sets["rasa_sara"].features,
    )
    before = {name: refit(families(sets, name)) for name in sets}
    after = {name: refit(families(sets | {"rasa_sara": upside_down}, name)) for name in sets}
    of = {name: before[name].probability(sets["jhu_covid"]) for name in sets}
    assert (after["rasa_sara"].probability(sets["jhu_covid"]) == of["rasa_sara"]).all()
    assert after["rasa_sara"].balanced == before["rasa_sara"].balanced
    assert (after["covidq"].probability(sets["jhu_covid"]) != of["covidq"]).any()


def test_the_weights_of_ranking_are_those_that_put_right_entries_first(data: Path) -> None:
    """No single change of them makes the right entries likelier."""
    sets = [
        prepare(data / name / "entries.jsonl", data / name / "queries.jsonl", HashingEncoder())
        for name in quality.SETS[:2]
    ]
    learnt = learn_weights([sets])

    def likelihood(weights: Weights) -> float:
        total = 0.0
        for found in sets:
            kept = _evidence(found)
            shares = []
            for evidence, words, right in kept:
                odds = np.exp(np.logaddexp(*weights.ways(evidence)) + weights.words * words)
                shares.append(np.log(odds[right].sum() / odds.sum()))
            total += float(np.mean(shares)) / len(sets)
        return total - 1e-3 * float(np.square([*weights.rewords, *weights.asks, weights.words]).sum())

    flat = [*learnt.rewords, *learnt.asks, learnt.words]
    for at in range(len(flat)):
        for change in (0.9, 1.1):
            moved = [value * change if here == at else value for here, value in enumerate(flat)]
            assert likelihood(Weights(tuple(moved[:5]), tuple(moved[5:10]), moved[10])) <= likelihood(learnt) + 1e-6


def test_as_shipped_is_what_ships() -> None:
    decision = shipped()
    assert set(decision.probability(synthetic(10, 1))) == {0.5}
    assert decision.balanced == answered_from(0)
    assert decision.tolerated == {0.05: answered_from(0.05), 0.1: answered_from(0.1)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three small sets; the third has none unanswerable but for its variant with a topic taken out."""
    for at, name in enumerate(quality.SETS[:3]):
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        names = [(topic, aspect) for topic in TOPICS for aspect in ASPECTS[at : at + 4]]
        entries = [{"id": f"{t}-{a}", "question": f"{a} of a {t}?", "answer": f"The {a} of any {t}."} for t, a in names]
        queries = [{"id": f"{t}-{a}", "text": f"my {t} and its {a}", "relevant": [f"{t}-{a}"]} for t, a in names]
        missing = [{"id": f"no-{a}", "text": f"{a} of an elephant", "relevant": []} for a in ASPECTS]
        write(folder / "entries.jsonl", entries)
        write(folder / "queries.jsonl", queries if at == 2 else [*queries, *missing])
        if at == 2:
            write(folder / "entries_oos.jsonl", entries[8:])
            write(folder / "queries_oos.jsonl", [*queries[8:], *({**q, "relevant": []} for q in queries[:8])])
    return tmp_path / "data"


def write(path: Path, objects: Sequence[object]) -> None:
    path.write_text("\n".join(map(json.dumps, objects)))


@pytest.mark.parametrize("mode", [[], ["--as-shipped"]])
def test_the_whole_bench_on_small_sets(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: list[str]
) -> None:
    sets = ["--sets", *quality.SETS[:3]]
    quality.main(["--data", str(data), "--cache", str(tmp_path / "c"), "--encoder", "hashing", *sets, *mode])
    out = capsys.readouterr().out
    ranking, abstention = out.split("Abstention, ")
    assert [line.split("|")[1].strip() for line in ranking.splitlines() if line.startswith("| ")] == [
        "set", *quality.SETS[:3], "mean of intents", "mean",
    ]  # fmt: skip
    assert abstention.count(f"| {quality.SETS[2]} ") == 1  # by its variant
    assert abstention.startswith("constants as shipped" if mode else "constants learnt on the other sets")
    assert abstention.count(f"answered from {answered_from(0):.3f}") == (3 if mode else 0)


def test_its_figures_are_those_of_evaluate(data: Path, tmp_path: Path) -> None:
    from chatbot.core.settings import BotSettings
    from chatbot.dialogue.bot import Bot
    from chatbot.indexing.builder import build
    from chatbot.insight.evaluate import judge, read_queries

    folder, encoder = data / quality.SETS[0], HashingEncoder()
    found = measure(prepare(folder / "entries.jsonl", folder / "queries.jsonl", encoder))
    build(folder / "entries.jsonl", tmp_path / "i", BotSettings(encoder="hashing"), encoder)
    assert found.judged == judge(Bot.open(tmp_path / "i", encoder), read_queries(folder / "queries.jsonl"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sets", "nowhere"], "entries.jsonl: there is no such file"),
        (["--sets", quality.SETS[0]], "leaving one out needs two sets"),
    ],
)
def test_what_cannot_be_measured_is_said(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        quality.main(["--data", str(data), "--encoder", "hashing", *arguments])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_baselines_by_hand(data: Path) -> None:
    from chatbot.content.corpus import read_corpus

    entries = read_corpus(data / quality.SETS[0] / "entries.jsonl").entries
    queries = [Query("1", entries[5].question, frozenset({entries[5].id})), Query("2", "zzz", frozenset())]
    found = baselines(entries, queries, HashingEncoder())
    assert list(found) == ["dense q", "dense q+a", "mean of both", "BM25 q+a", "BM25 q"]
    for name, judged in found.items():
        assert judged[0].right_first, name
    assert found["dense q"][0].probability == pytest.approx(1.0)
    assert found["BM25 q"][1].ranked == []  # no word in common: nothing found


class Counting(HashingEncoder):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        self.asked += texts
        return super().encode_passages(texts)


def test_a_text_is_encoded_once_and_for_each_encoder_anew(tmp_path: Path) -> None:
    inner = Counting()
    encoder = CachedEncoder(inner, tmp_path / "cache")
    first = encoder.encode_passages(["one", "two", "one"])
    assert inner.asked == ["one", "two"]
    assert (first == HashingEncoder().encode_passages(["one", "two", "one"])).all()
    again = CachedEncoder(inner, tmp_path / "cache")
    assert (again.encode_passages(["two", "three"]) == HashingEncoder().encode_passages(["two", "three"])).all()
    assert inner.asked == ["one", "two", "three"]
    again.encode_queries(["one"])  # a model may encode a question in another way
    assert inner.asked[3:] == ["one"]
    assert len(again.encode_passages([])) == 0
    other = Counting()
    other.fingerprint = "another"
    CachedEncoder(other, tmp_path / "cache").encode_passages(["one"])
    assert other.asked == ["one"]


def test_what_was_learnt_says_from_what() -> None:
    """And what is learnt next will say it, too."""
    shipped_parameters = json.loads(PARAMETERS.read_text(encoding="utf-8"))
    written = json.loads(quality._parameters(Weights.shipped(), shipped(), ["rasa_sara"]))
    assert written.keys() == shipped_parameters.keys()
    for section in ("provenance", "ranking", "probability"):
        assert written[section].keys() == shipped_parameters[section].keys()
    assert written["ranking"] == shipped_parameters["ranking"]
    for provenance in (shipped_parameters["provenance"], shipped_parameters["highlight"]["provenance"]):
        assert re.fullmatch(r"[0-9a-f]{12}", provenance["commit"])
        assert "python -m tests.bench." in provenance["command"]
    assert shipped_parameters["provenance"]["seed"] == SEED
