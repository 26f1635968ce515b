"""`build --encode-with ray`: much text is encoded by others, with the same vectors; a lost worker costs time alone."""

import contextlib
import importlib.util
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from chatbot.cli.main import main
from chatbot.core.errors import EncoderError, UsageError
from chatbot.encoding import ray_encoder
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.onnx import FACTS, ExportedFacts
from chatbot.encoding.protocols import Encoder
from chatbot.encoding.ray_encoder import RayEncoder, ray_address
from chatbot.indexing.encoders import kept_encoders
from tests.bench.questions import faqs

TEXTS = [f"What is number {at}?" for at in range(40)]
needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason=f"needs {ray_encoder.PACKAGE}")


@pytest.mark.parametrize(
    ("said", "address"), [("ray", None), ("ray:auto", "auto"), ("ray:ray://10.0.0.5:10001", "ray://10.0.0.5:10001")]
)
def test_the_address_of_a_cluster(said: str, address: str | None) -> None:
    assert ray_address(said) == address


@pytest.mark.parametrize("said", ["dask", "ray:", "", "Ray"])
def test_anything_else_is_refused_before_the_corpus_is_read(
    said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="--encode-with"):
        ray_address(said)
    if said:
        assert main(["build", "--corpus", str(tmp_path / "none"), "--encode-with", said]) == 2
        assert f"--encode-with {said}: not known" in capsys.readouterr().err


def test_it_belongs_to_a_build_that_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--dry-run", "--encode-with", "ray"]) == 2
    assert "--dry-run" in capsys.readouterr().err


def test_an_encoder_without_an_export_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no export that others could run"):
        RayEncoder(HashingEncoder(), tmp_path, None)


@pytest.mark.model
def test_few_texts_are_encoded_here(
    real_encoder: Encoder, shipped_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when Ray is started for every edit."""
    monkeypatch.setitem(sys.modules, "ray", None)
    [folder] = kept_encoders(shipped_index)
    encoder = RayEncoder(real_encoder, folder, None)
    assert encoder.fingerprint == real_encoder.fingerprint
    assert encoder.export is real_encoder.export
    np.testing.assert_array_equal(encoder.encode_passages(TEXTS), real_encoder.encode_passages(TEXTS))
    np.testing.assert_array_equal(encoder.encode_queries(TEXTS), real_encoder.encode_queries(TEXTS))
    monkeypatch.setattr(ray_encoder, "WORTH_IT", 10)
    with pytest.raises(EncoderError, match=r'run: pip install "ray\[data\]==2\.60\.0"'):
        encoder.encode_passages(TEXTS)


def test_a_model_that_cannot_be_exported_cannot_be_run_elsewhere(tmp_path: Path) -> None:
    facts = ExportedFacts("f" * 16, "torch", trouble="cannot be exported (why)")
    (tmp_path / FACTS).write_text(facts.to_json(), encoding="utf-8")
    with pytest.raises(EncoderError, match="cannot be run elsewhere; leave out --encode-with"):
        ray_encoder._files_of(tmp_path)


@needs_ray
@pytest.mark.filterwarnings("ignore")  # Ray warns of its own parts
@pytest.mark.model
@pytest.mark.long
def test_a_cluster_that_is_not_there_is_one_sentence(
    real_encoder: Encoder, shipped_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_encoder, "WORTH_IT", 10)
    [folder] = kept_encoders(shipped_index)
    encoder = RayEncoder(real_encoder, folder, "127.0.0.1:1")
    with pytest.raises(EncoderError, match=r"Ray at 127\.0\.0\.1:1 cannot be reached .*leave out --encode-with"):
        encoder.encode_passages(TEXTS)


@needs_ray
@pytest.mark.filterwarnings("ignore")  # Ray warns of its own parts
@pytest.mark.model
@pytest.mark.long
def test_two_workers_encode_twenty_thousand_passages_though_one_is_killed(
    real_encoder: Encoder, shipped_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same vectors, in the same order. Red where rows are put as they come."""
    for name, value in ray_encoder._QUIET.items():  # Ray reads them when it is loaded
        monkeypatch.setenv(name, value)
    import psutil
    import ray

    [folder] = kept_encoders(shipped_index)
    texts = [faq.question for faq in faqs(5_000).values()]
    texts += [f"{faq.reworded} ({at})" for at in range(3) for faq in faqs(5_000).values()]
    assert len(texts) == 20_000
    killed: list[int] = []
    at_first: dict[int, float] = {}  # process of a worker -> its CPU seconds when it was first seen

    def kill_one() -> None:
        while not killed:
            time.sleep(0.5)
            for child in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    if "MapWorker" not in " ".join(child.cmdline()):
                        continue
                    used = child.cpu_times().user
                    if used - at_first.setdefault(child.pid, used) > 8:  # in the middle of its work: it began in less
                        os.kill(child.pid, signal.SIGKILL)
                        killed.append(child.pid)
                        return

    watcher = threading.Thread(target=kill_one, daemon=True)
    ray.init("local", num_cpus=2, include_dashboard=False, **ray_encoder._SILENT)
    try:  # as many workers as there are CPUs
        watcher.start()
        vectors = RayEncoder(real_encoder, folder, None).encode_passages(texts)
    finally:
        ray.shutdown()
    assert killed
    assert len(at_first) >= 2
    sample = list(range(0, 20_000, 7))
    np.testing.assert_allclose(vectors[sample], real_encoder.encode_passages([texts[at] for at in sample]), atol=1e-5)
