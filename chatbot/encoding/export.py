"""A sentence-transformers model to ONNX, once: what is served from then on needs no torch.

The whole model is exported, pooling and normalisation included, and its graph fused by onnxruntime's optimizer. It is
of use only where it gives the same vectors, which is tried on probe texts and on texts of the corpus; in int8, vectors
that are near enough, and how near is written down.
"""

import contextlib
import dataclasses
import io
import logging
import shutil
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from chatbot.core.errors import EncoderError, ModelMissing, NotExportable
from chatbot.encoding.centring import Centres
from chatbot.encoding.onnx import FACTS, INPUTS, MODEL, WORDS, ExportedFacts, OnnxEncoder, digest
from chatbot.encoding.packing import is_packed, pack
from chatbot.encoding.pieces import PIECES, TOKENIZER
from chatbot.encoding.protocols import Encoder
from chatbot.encoding.sentence_transformers import SentenceTransformersEncoder, prompts_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LEAST_COSINE = {"fp32": 0.9999, "int8": 0.9}  # of a text through the model and through its export
_OPSET = 17
_APART = 32_000_000  # bytes, more than any product of a layer has
_SAMPLE = 1_000  # rows of the table of words
_FLOAT = 1  # onnx.TensorProto.FLOAT
# Short, long, empty, and in scripts and signs that a tokenizer may treat in its own way.
_PROBES = (
    "Why does my back hurt when I go running?",
    "back pain",
    "",
    " two  blanks\tand a tab\n",
    "UPPER and lower CASE",
    "\u00dc\u00f1\u00ee\u00e7\u00f6d\u00e9 na\u00efve \u201cquoted\u201d \u2014 caf\u00e9",
    "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8 \u0928\u092e\u0938\u094d\u0924\u0947",
    "\u0645\u0631\u062d\u0628\u0627",
    "emoji \U0001f3c3\u200d\u2642\ufe0f and #1 c++ @ 50% <b>",
    "A sentence that is repeated until no model reads to its end. " * 120,
)


def export(
    encoder: SentenceTransformersEncoder, backend: str, fingerprint: str, texts: Sequence[str], target: Path
) -> ExportedFacts:
    """Writes `encoder` into the new folder `target`, tried on `texts`. `backend`: "fp32" or "int8".

    NotExportable where it cannot be, or would give other vectors; ModelMissing where what exports is not installed.
    """
    target.mkdir(parents=True)
    texts = [*_PROBES, *texts]
    as_both = encoder.tells_apart  # what fails here, and below, tells nothing of the export
    wanted = _vectors(encoder, texts, as_both)
    try:
        with _quiet():
            model = encoder.load(attn_implementation="eager")  # the fused kernels of torch cannot be exported
            inputs = _write_model(model, backend, target / MODEL)
            _write_tokenizer(encoder, model, target)
            facts = _facts(model, backend, fingerprint, inputs, target, encoder.centres)
            cosines = np.einsum("ij,ij->i", wanted, _vectors(OnnxEncoder(target, facts), texts, as_both))
    except (OSError, MemoryError):  # which tell nothing of the model
        raise
    except ImportError as error:
        raise ModelMissing(f"cannot be exported ({error}); run: pip install -r requirements.txt") from error
    except Exception as error:  # of torch, its exporter, or a model that is unlike the others
        reason = (str(error).splitlines() or [""])[0][:200]
        kind = "" if isinstance(error, EncoderError) else f"{type(error).__name__}: "
        raise NotExportable(f"cannot be exported ({kind}{reason})") from error
    if not cosines.min() >= LEAST_COSINE[backend]:  # also where it is no number
        raise NotExportable(f"gives other vectors when it is exported (cosine {cosines.min():.4f})")
    facts = dataclasses.replace(facts, least_cosine=float(cosines.min()), mean_cosine=float(cosines.mean()))
    (target / FACTS).write_text(facts.to_json(), encoding="utf-8")
    return facts


def _write_tokenizer(encoder: SentenceTransformersEncoder, model: "SentenceTransformer", target: Path) -> None:
    if (pieces := encoder.folder / PIECES).is_file():
        shutil.copyfile(pieces, target / PIECES)
    else:
        model.tokenizer.backend_tokenizer.save(str(target / TOKENIZER))


def _facts(
    model: "SentenceTransformer",
    backend: str,
    fingerprint: str,
    inputs: Sequence[str],
    target: Path,
    centres: Centres,
) -> ExportedFacts:
    """What belongs to the vectors beside the weights in `target`, but for the cosines. EncoderError for a model that
    `OnnxEncoder` cannot run."""
    if unknown := sorted(set(inputs) - set(INPUTS)):
        raise EncoderError(f"it takes {', '.join(unknown)}, too")
    if not model.max_seq_length:
        raise EncoderError("it has no max_seq_length; write one into its sentence_bert_config.json")
    query_prompt, passage_prompt = prompts_of(model)
    return ExportedFacts(
        fingerprint=fingerprint,
        backend=backend,
        dim=int(model.get_embedding_dimension() or 0),
        max_tokens=int(model.max_seq_length),
        lower_case=bool(getattr(model[0], "do_lower_case", False)),
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
        inputs=inputs,
        query_centre=centres.queries.tolist(),
        passage_centre=centres.passages.tolist(),
        files={path.name: digest(path) for path in sorted(target.iterdir())},
    )


def _write_model(model: "SentenceTransformer", backend: str, path: Path) -> list[str]:
    """Writes the fused graph; returns the names of its inputs."""
    import torch
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    sample = {k: v for k, v in model.preprocess(["a b c", "hello there"]).items() if isinstance(v, torch.Tensor)}

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            given = {**dict(zip(sample, tensors, strict=True)), "modality": "text"}
            embedding: torch.Tensor = self.model(given)["sentence_embedding"]
            return embedding

    raw = path.with_name("raw.onnx")
    axes = {**{name: {0: "texts", 1: "tokens"} for name in sample}, "vectors": {0: "texts"}}
    with torch.inference_mode():
        torch.onnx.export(
            Whole().eval(),
            tuple(sample.values()),
            str(raw),
            input_names=list(sample),
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
    config = model[0].model.config
    heads, width = (int(getattr(config, key, 0)) for key in ("num_attention_heads", "hidden_size"))  # 0: look for it
    options = FusionOptions("bert")
    if packs := is_packed(model[0].model.get_input_embeddings().weight.detach().numpy()[:_SAMPLE]):
        options.enable_embed_layer_norm, options.use_multi_head_attention = False, True  # the others take whole tables
    fused = optimizer.optimize_model(
        str(raw), "bert", num_heads=heads, hidden_size=width, opt_level=0, optimization_options=options
    )
    fused.save_model_to_file(str(path))
    if backend == "int8":
        _quantize(path, raw, packs)
    raw.unlink()
    _finish(path, packs)
    return list(sample)


def _finish(path: Path, packs: bool) -> None:
    """Packs the weights where that loses nothing, and puts the table of words apart.

    It is half of a small model, and a question reads a few lines of it. Mapped into memory it takes neither time to
    load nor room. What is read for each question stays where it may lie in huge pages.
    """
    import onnx

    model = onnx.load(str(path))
    if packs:
        pack(model.graph)
    onnx.save_model(model, str(path), save_as_external_data=True, location=WORDS, size_threshold=_APART)
    with contextlib.suppress(FileNotFoundError):  # a table of few words stays in the file of the model
        path.with_name(WORDS).chmod(path.stat().st_mode)  # onnx keeps it from all other users


def _quantize(path: Path, scratch: Path, packs: bool) -> None:
    """`packs`: the table of words is packed afterwards, so it stays as it is."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    path.replace(scratch)
    quantize_dynamic(
        scratch,
        path,
        per_channel=True,
        reduce_range=True,  # a bit less for each weight: without it the sums of AVX2 overflow
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"] if packs else None,
        extra_options={"DefaultTensorType": _FLOAT},  # what fused operations give is not known to it
    )


def _vectors(encoder: Encoder, texts: Sequence[str], as_both: bool) -> np.ndarray:
    """(texts, dim): each as a passage; (2 * texts, dim) where each is to be encoded as a question, too."""
    passages = encoder.encode_passages(texts)
    return np.concatenate([encoder.encode_queries(texts), passages]) if as_both else passages


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporter warns of what it does with every model, the quantizer of what it would rather have."""
    loggers = [logging.getLogger(name) for name in ("onnxruntime.transformers", "root")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
