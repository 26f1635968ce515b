"""The ONNX graph of a BERT, written straight from its weights.

Tracing a model takes torch, and most of the time of a first build; what comes out is the same graph each time. So the
encoders that ship are written down here: the operations that onnxruntime's optimizer makes of a traced BERT, mean
pooling and normalisation included. `proofs.py` says whether the result is right.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from chatbot.encoding.model_files import BertFiles
from chatbot.encoding.packing import FUSED

INPUT_NAMES = ["input_ids", "attention_mask"]  # all that is encoded is of one type, see `_places`
_OPSET, _IR = 17, 8
_FLOAT, _INT32 = 1, 6  # onnx.TensorProto
_TEXTS, _TOKENS = "texts", "tokens"


def write_out(files: BertFiles, *, in_parts: bool) -> Any:
    """As a model of onnx. `in_parts`: query, key and value each by a product of its own, and the table of words read
    by an operation of its own, so that `packing.py` can pack them; one operation for all is a bit faster."""
    from onnx import TensorProto, helper, numpy_helper

    graph = _Bert(files)
    hidden = graph.embeddings(in_parts)
    for layer in range(files.layers):
        hidden = graph.layer(layer, hidden, in_parts)
    graph.pooled(hidden)

    def tensor(name: str, kind: int, *shape: str | int) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    made = helper.make_graph(
        graph.nodes,
        "bert",
        [tensor(name, TensorProto.INT64, _TEXTS, _TOKENS) for name in INPUT_NAMES],
        [tensor("vectors", TensorProto.FLOAT, _TEXTS, files.width)],
    )
    domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(FUSED, 1)]
    model = helper.make_model(made, opset_imports=domains, ir_version=_IR)
    for name, values in graph.tensors.items():  # not earlier: `helper` copies what it is given, twice
        model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
    return model


class _Bert:
    """Its operations, in their order, and its weights."""

    def __init__(self, files: BertFiles) -> None:
        self._weights: Mapping[str, np.ndarray] = files.weights
        self._heads = files.heads
        self._epsilon = files.epsilon
        self.nodes: list[Any] = []
        self.tensors: dict[str, np.ndarray] = {}

    def embeddings(self, in_parts: bool) -> str:
        """The sum of the vectors of word and place, normalised; and the mask, for attention."""
        norm = [self._kept("embeddings.LayerNorm.weight"), self._kept("embeddings.LayerNorm.bias")]
        words = self._kept("embeddings.word_embeddings.weight")
        places = self._tensor("places", self._places())
        mask = self._node("Cast", ["attention_mask"], "mask", to=_INT32)
        if not in_parts:
            ids = self._node("Cast", ["input_ids"], "ids", to=_INT32)
            given = [ids, "", words, places, "", *norm, mask]
            self._fused("EmbedLayerNormalization", given, "embedded", "lengths", epsilon=self._epsilon)
            return "embedded"
        self._node("ReduceSum", [mask, self._tensor("tokens_axis", np.array([1], np.int64))], "lengths", keepdims=0)
        length = self._node("Shape", ["input_ids"], "length", start=1, end=2)
        begin = self._tensor("begin", np.array([0], np.int64))
        taken = self._node("Slice", [places, begin, length, begin], "taken_places")
        summed = self._node("Add", [self._node("Gather", [words, "input_ids"], "taken_words"), taken], "summed")
        return self._node("LayerNormalization", [summed, *norm], "embedded", axis=-1, epsilon=self._epsilon)

    def layer(self, number: int, hidden: str, in_parts: bool) -> str:
        """Attention, then two products; to each, what went in is added. `hidden`: name of what goes in."""
        name = f"encoder.layer.{number}"
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        bias = self._tensor(f"{name}.bias", np.concatenate([self._weights[f"{part}.bias"] for part in parts]))
        if in_parts:
            given = [self._product(part, hidden) for part in parts] + [bias, "lengths"]
            seen = self._fused("MultiHeadAttention", given, f"{name}.seen", num_heads=self._heads)
        else:
            weights = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
            given = [hidden, self._tensor(f"{name}.weight", weights), bias, "lengths"]
            seen = self._fused("Attention", given, f"{name}.seen", num_heads=self._heads)
        attended = self._added(f"{name}.attention.output", seen, hidden)
        inner = f"{name}.intermediate.dense"
        product = self._product(inner, attended)
        active = self._fused("BiasGelu", [product, self._kept(f"{inner}.bias")], f"{name}.active")
        return self._added(f"{name}.output", active, attended)

    def pooled(self, hidden: str) -> None:
        """The mean of the vectors of all tokens, of length 1."""
        last = self._tensor("last_axis", np.array([-1], np.int64))
        tokens = self._tensor("pooled_axis", np.array([1], np.int64))
        shown = self._node("Unsqueeze", [self._node("Cast", ["attention_mask"], "counted", to=_FLOAT), last], "shown")
        count = self._node("ReduceSum", [shown, tokens], "count", keepdims=0)
        total = self._node("ReduceSum", [self._node("Mul", [hidden, shown], "kept"), tokens], "total", keepdims=0)
        mean = self._node("Div", [total, count], "mean")
        least = self._tensor("least", np.array(1e-12, np.float32))
        length = self._node("Max", [self._node("ReduceL2", [mean], "size", axes=[-1], keepdims=1), least], "length_1")
        self._node("Div", [mean, length], "vectors")

    def _places(self) -> np.ndarray:
        """(places, width): what is added at each. All that is encoded is of type 0."""
        places: np.ndarray = self._weights["embeddings.position_embeddings.weight"]
        return np.asarray(places + self._weights["embeddings.token_type_embeddings.weight"][0], np.float32)

    def _added(self, name: str, given: str, before: str) -> str:
        """`given` through the product `name`, and `before` added, normalised."""
        product = self._product(f"{name}.dense", given)
        norm = [self._kept(f"{name}.LayerNorm.weight"), self._kept(f"{name}.LayerNorm.bias")]
        inputs = [product, before, *norm, self._kept(f"{name}.dense.bias")]
        return self._fused("SkipLayerNormalization", inputs, f"{name}.normed", epsilon=self._epsilon)

    def _product(self, name: str, given: str) -> str:
        return self._node("MatMul", [given, self._tensor(f"{name}.weight", self._weights[f"{name}.weight"].T)], name)

    def _kept(self, name: str) -> str:
        return self._tensor(name, self._weights[name])

    def _tensor(self, name: str, values: np.ndarray) -> str:
        self.tensors[name] = values
        return name

    def _fused(self, kind: str, inputs: list[str], *outputs: str, **facts: Any) -> str:
        """An operation that onnxruntime alone has."""
        return self._node(kind, inputs, *outputs, domain=FUSED, **facts)

    def _node(self, kind: str, inputs: list[str], *outputs: str, **facts: Any) -> str:
        """The name of the first of its `outputs`."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, list(outputs), name=outputs[0], **facts))
        return outputs[0]
