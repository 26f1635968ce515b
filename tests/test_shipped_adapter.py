"""The adapter that ships: small, readable by PEFT, gives the vectors it gave when it was measured, costs nothing."""

import json
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.settings import BotSettings
from chatbot.encoding.models import SHIPPED, find_model
from chatbot.encoding.onnx import MODEL
from chatbot.encoding.protocols import Encoder
from chatbot.encoding.sentence_transformers import load_model
from chatbot.indexing.encoders import kept_encoders
from tests.conftest import ROOT
from tests.exported import exported

STORED = json.loads((ROOT / "tests" / "data" / "shipped_vectors.json").read_text(encoding="utf-8"))
LARGEST = 4_000_000  # bytes


def test_it_is_small_and_says_what_it_is() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= LARGEST
    card = (SHIPPED / "README.md").read_text(encoding="utf-8")
    for named in ("BANKING77", "CLINC150", "HWU64", "MedQuAD", "CC BY 4.0", "CC BY 3.0", "all-mpnet-base-v2", "MiniLM"):
        assert named in card


@pytest.mark.model
def test_it_reproduces_its_stored_vectors(real_encoder: Encoder) -> None:
    """Through sentence-transformers and as exported. Red with another adapter, scale or base."""
    stored = np.array(STORED["vectors"], np.float32)
    for encoder in (load_model("default", "cpu"), real_encoder):
        assert encoder.fingerprint == STORED["fingerprint"]
        cosines = (encoder.encode_passages(STORED["texts"]) * stored).sum(axis=1) / np.linalg.norm(stored, axis=1)
        assert cosines.min() > 0.99999
    assert (load_model("base", "cpu").encode_passages(STORED["texts"]) * stored).sum(axis=1).max() < 0.995


@pytest.mark.model
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`")  # PEFT asks transformers for it
def test_peft_gives_the_same_vectors(real_encoder: Encoder) -> None:
    from peft import PeftModel
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(find_model("base").folder), device="cpu", local_files_only=True)
    theirs[0].model = PeftModel.from_pretrained(theirs[0].model, str(SHIPPED))
    wanted = theirs.encode(STORED["texts"], normalize_embeddings=True)
    np.testing.assert_allclose(real_encoder.encode_passages(STORED["texts"]), wanted, atol=1e-5)


@pytest.mark.model
@pytest.mark.long
def test_it_is_served_by_the_very_graph_of_the_base_encoder(shipped_index: Path, tmp_path: Path) -> None:
    """So serving costs what it costs without. Red when it is put beside the weights instead of into them."""
    import onnx

    exported(tmp_path, BotSettings(encoder="base"))
    graphs = [
        onnx.load(str(folder / MODEL), load_external_data=False).graph
        for index in (shipped_index, tmp_path)
        for folder in kept_encoders(index)
    ]
    assert len(graphs) == 2
    shape = [
        ([node.op_type for node in graph.node], sorted((list(w.dims), w.data_type) for w in graph.initializer))
        for graph in graphs
    ]
    assert shape[0] == shape[1]
