"""An encoder to ONNX, once: what is served from then on needs no torch.

The graph of an encoder that ships is written straight from its weights, and tried by the vectors that
sentence-transformers gave with them, see `proofs.py`: that takes a second or two, and no torch. Any other model is
traced, and tried on the same texts and texts of the corpus. It is of use only where it gives the same vectors; in int8,
vectors that are near enough, and how near is written down.
"""

import contextlib
import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.core.errors import EncoderError, ModelMissing, NotExportable
from chatbot.encoding import bert_graph, proofs, tracing
from chatbot.encoding.model_files import BertFiles
from chatbot.encoding.onnx import FACTS, INPUTS, MODEL, WORDS, ExportedFacts, OnnxEncoder, digest
from chatbot.encoding.packing import is_packable, pack
from chatbot.encoding.pieces import PIECES, TOKENIZER
from chatbot.encoding.proofs import Proof, proof_of
from chatbot.encoding.protocols import Encoder
from chatbot.encoding.sentence_transformers import SentenceTransformersEncoder, prompts_of

LEAST_COSINE = {"fp32": 0.9999, "int8": 0.9}  # of a text through the model and through its export
_APART = 32_000_000  # bytes, more than any product of a layer has
_FLOAT = 1  # onnx.TensorProto.FLOAT


def export(
    encoder: SentenceTransformersEncoder,
    backend: str,
    fingerprint: str,
    texts: Sequence[str],
    target: Path,
    name: str = "",
) -> ExportedFacts:
    """Writes `encoder` into the new folder `target`, tried on `texts`. `backend`: "fp32" or "int8". `name`: that of the
    settings.

    NotExportable where it cannot be, or would give other vectors; ModelMissing where what exports is not installed.
    """
    target.mkdir(parents=True)
    tried: Sequence[str]
    if proof := proof_of(encoder.fingerprint):
        tried, wanted = proofs.TEXTS, np.concatenate([proof.queries, proof.passages])
    else:  # what fails here tells nothing of the export
        tried = (*proofs.TEXTS, *texts)
        wanted = _vectors(encoder, tried)
    with _exporting():
        facts = _written(encoder, proof, backend, target) if proof else _traced(encoder, backend, target)
        files = {path.name: digest(path) for path in sorted(target.iterdir())}
        facts = dataclasses.replace(facts, fingerprint=fingerprint, name=name, files=files)
        cosines = np.einsum("ij,ij->i", wanted, _vectors(OnnxEncoder(target, facts), tried))
    if not cosines.min() >= LEAST_COSINE[backend]:  # also where it is no number
        raise NotExportable(f"gives other vectors when it is exported (cosine {cosines.min():.4f})")
    facts = dataclasses.replace(facts, least_cosine=float(cosines.min()), mean_cosine=float(cosines.mean()))
    (target / FACTS).write_text(facts.to_json(), encoding="utf-8")
    return facts


@contextlib.contextmanager
def _exporting() -> Iterator[None]:
    """What goes wrong with the model becomes one sentence."""
    try:
        yield
    except (OSError, MemoryError):  # which tell nothing of the model
        raise
    except ImportError as error:
        raise ModelMissing(f"cannot be exported ({error}); run: pip install -r requirements.txt") from error
    except Exception as error:  # of torch, its exporter, or a model that is unlike the others
        reason = (str(error).splitlines() or [""])[0][:200]
        kind = "" if isinstance(error, EncoderError) else f"{type(error).__name__}: "
        raise NotExportable(f"cannot be exported ({kind}{reason})") from error


def _written(encoder: SentenceTransformersEncoder, proof: Proof, backend: str, target: Path) -> ExportedFacts:
    """An encoder that ships, from its files."""
    files = BertFiles.read(encoder.folder, encoder.adapter)
    packs = is_packable(files.words)
    _write_model(bert_graph.write_out(files, in_parts=packs), backend, packs, target)
    pieces = (encoder.folder / PIECES).is_file()
    shutil.copyfile(encoder.folder / (PIECES if pieces else TOKENIZER), target / (PIECES if pieces else TOKENIZER))
    return ExportedFacts(
        fingerprint=encoder.fingerprint,
        backend=backend,
        dim=files.width,
        max_tokens=files.max_tokens,
        query_prompt=files.query_prompt,
        passage_prompt=files.passage_prompt,
        inputs=bert_graph.INPUT_NAMES,
        query_centre=proof.centres.queries.tolist(),
        passage_centre=proof.centres.passages.tolist(),
    )


def _traced(encoder: SentenceTransformersEncoder, backend: str, target: Path) -> ExportedFacts:
    """Any other. EncoderError for one that `OnnxEncoder` cannot run."""
    model = encoder.load(attn_implementation="eager")  # the fused kernels of torch cannot be exported
    graph, inputs, packs = tracing.trace(model, target / "raw.onnx")
    _write_model(graph, backend, packs, target)
    if (pieces := encoder.folder / PIECES).is_file():
        shutil.copyfile(pieces, target / PIECES)
    else:
        model.tokenizer.backend_tokenizer.save(str(target / TOKENIZER))
    if unknown := sorted(set(inputs) - set(INPUTS)):
        raise EncoderError(f"it takes {', '.join(unknown)}, too")
    if not model.max_seq_length:
        raise EncoderError("it has no max_seq_length; write one into its sentence_bert_config.json")
    query_prompt, passage_prompt = prompts_of(model)
    return ExportedFacts(
        fingerprint=encoder.fingerprint,
        backend=backend,
        dim=int(model.get_embedding_dimension() or 0),
        max_tokens=int(model.max_seq_length),
        lower_case=bool(getattr(model[0], "do_lower_case", False)),
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
        inputs=inputs,
        query_centre=encoder.centres.queries.tolist(),
        passage_centre=encoder.centres.passages.tolist(),
    )


def _write_model(model: Any, backend: str, packs: bool, target: Path) -> None:
    """Quantises `model`, of onnx, packs its weights where that loses nothing, and puts the table of words apart.

    The table is half of a small model, and a question reads a few lines of it. Mapped into memory it takes neither time
    to load nor room. What is read for each question stays where it may lie in huge pages.
    """
    import onnx

    path = target / MODEL
    if packs:  # the table first, as what follows makes copies of all
        pack(model.graph, ["Gather"])
    if backend == "int8":
        model = _quantized(model, path, packs)
    if packs:
        pack(model.graph)
    onnx.save_model(model, str(path), save_as_external_data=True, location=WORDS, size_threshold=_APART)
    with contextlib.suppress(FileNotFoundError):  # a table of few words stays in the file of the model
        path.with_name(WORDS).chmod(path.stat().st_mode)  # onnx keeps it from all other users


def _quantized(model: Any, scratch: Path, packs: bool) -> Any:
    """`scratch`: a file that may be written. `packs`: the table of words is packed, and stays as it is."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tracing.quiet():
        quantize_dynamic(
            model,
            scratch,
            per_channel=True,
            reduce_range=True,  # a bit less for each weight: without it the sums of AVX2 overflow
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"] if packs else None,
            extra_options={"DefaultTensorType": _FLOAT},  # what fused operations give is not known to it
        )
    return onnx.load(str(scratch))


def _vectors(encoder: Encoder, texts: Sequence[str]) -> np.ndarray:
    """(2 * texts, dim): each as a question, then each as a passage."""
    passages = encoder.encode_passages(texts)
    return np.concatenate([encoder.encode_queries(texts) if encoder.tells_apart else passages, passages])
