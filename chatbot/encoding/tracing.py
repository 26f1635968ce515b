"""A sentence-transformers model of any kind to an ONNX graph: traced by torch, fused by onnxruntime's optimizer."""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.encoding.packing import FUSED, is_packable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_OPSET = 17


def trace(model: "SentenceTransformer", scratch: Path) -> tuple[Any, Sequence[str], bool]:
    """Pooling and normalisation included. `scratch`: a file that may be written, and is deleted.

    Returns the graph as a model of onnx, the names of its inputs, and whether `packing.py` can pack its weights.
    """
    import torch
    from onnx import helper
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

    axes = {**{name: {0: "texts", 1: "tokens"} for name in sample}, "vectors": {0: "texts"}}
    with quiet(), torch.inference_mode():
        torch.onnx.export(
            Whole().eval(),
            tuple(sample.values()),
            str(scratch),
            input_names=list(sample),
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
        config = model[0].model.config
        heads, width = (int(getattr(config, key, 0)) for key in ("num_attention_heads", "hidden_size"))  # 0: look
        options = FusionOptions("bert")
        if packs := is_packable(model[0].model.get_input_embeddings().weight.detach().numpy()):
            # the others take whole tables
            options.enable_embed_layer_norm, options.use_multi_head_attention = False, True
        fused = optimizer.optimize_model(
            str(scratch), "bert", num_heads=heads, hidden_size=width, opt_level=0, optimization_options=options
        )
        fused.topological_sort()
    scratch.unlink()
    graph = fused.model
    if all(own.domain != FUSED for own in graph.opset_import):  # the optimizer leaves that to who writes the file
        graph.opset_import.append(helper.make_opsetid(FUSED, 1))
    return graph, list(sample), packs


@contextlib.contextmanager
def quiet() -> Iterator[None]:
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
