"""Weights in 4 bits within an ONNX graph, where that loses nothing.

A model whose weights were rounded to 4 bits, as those of `multilingual.py` were, is exported in single precision, eight
times as large as what it says. What has just 16 values in each block of 32 is packed again: a product with
onnxruntime's `MatMulNBits`, a table of words with a few operations on the lines that are taken from it. So a process
that serves needs 320 MB less, and a question need not read 86 MB.
"""

from collections.abc import Collection
from typing import Any

import numpy as np

_BLOCK = 32
_WEIGHT_OF = {"MatMul": 1, "Gather": 0}  # operation -> which of what it takes can be packed
_WORTH_IT = 100_000  # bytes of a tensor
_SAMPLE = 1_000  # lines of a table
_TOGETHER = 4_096  # lines; all those of a table at once would take gigabytes
_ROUNDING = 1e-3  # of a step between two values
_AS_FLOATS = 1  # how `MatMulNBits` computes: in single precision
FUSED = "com.microsoft"  # whose operations onnxruntime alone has


def is_packable(table: np.ndarray) -> bool:
    """Whether a table of words, (words, width), can be packed, as its first lines tell."""
    return _in_blocks(table[:_SAMPLE]) is not None


def pack(graph: Any, kinds: Collection[str] = _WEIGHT_OF) -> None:
    """Packs what can be in `graph`, of onnx: what operations of these `kinds` take."""
    tensors = {tensor.name: tensor for tensor in graph.initializer if len(tensor.raw_data) >= _WORTH_IT}
    for node in list(graph.node):
        if node.op_type not in kinds:
            continue
        at = _WEIGHT_OF[node.op_type]
        if node.input[at] not in tensors:
            continue
        tensor = tensors[node.input[at]]
        values = _values(tensor)
        blocks = _in_blocks(values.T if node.op_type == "MatMul" else values) if values.ndim == 2 else None
        if blocks is None:
            continue
        graph.initializer.remove(tensor)
        (_pack_product if node.op_type == "MatMul" else _pack_table)(graph, node, tensor.name, *blocks)


def _values(tensor: Any) -> np.ndarray:
    from onnx import numpy_helper

    return np.asarray(numpy_helper.to_array(tensor))


def _in_blocks(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """((n, blocks, 32) uint8 below 16, (n, blocks) float32) of (n, width) `rows`: each weight is its number less 8,
    times the scale of its block. None where that does not say the same."""
    n, width = rows.shape
    if width % _BLOCK:
        return None
    numbers, scales = np.empty((n, width // _BLOCK, _BLOCK), np.uint8), np.empty((n, width // _BLOCK), np.float32)
    for begin in range(0, n, _TOGETHER):
        found = _blocks_of(rows[begin : begin + _TOGETHER])
        if found is None:
            return None
        numbers[begin : begin + _TOGETHER], scales[begin : begin + _TOGETHER] = found
    return numbers, scales


def _blocks_of(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """`_in_blocks` of a few."""
    n = len(rows)
    blocks = rows.reshape(n, -1, _BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(2)[..., np.newaxis], 2)[..., 0]
    scales = np.zeros(largest.shape, np.float32)
    is_open = largest != 0
    for steps in range(-8, 8):  # of the largest weight; the smallest of these scales that fits
        if not steps or not is_open.any():
            continue
        scale = largest[is_open] / np.float32(steps)
        number = blocks[is_open] / scale[:, np.newaxis]
        nearest = np.rint(number)
        fits = (np.abs(number - nearest).max(1) < _ROUNDING) & (nearest.min(1) >= -8) & (nearest.max(1) <= 7)
        found = np.flatnonzero(is_open)[fits]
        scales.reshape(-1)[found] = scale[fits]
        is_open.reshape(-1)[found] = False
        if steps == 7 and is_open.any():
            return None
    numbers = np.rint(blocks / np.where(scales, scales, 1)[..., np.newaxis]) + 8
    return numbers.astype(np.uint8), scales


def _pack_product(graph: Any, node: Any, name: str, numbers: np.ndarray, scales: np.ndarray) -> None:
    """Two neighbours make a byte, the first its lower half."""
    from onnx import helper

    columns, blocks, _ = numbers.shape
    packed = numbers[..., 0::2] | (numbers[..., 1::2] << 4)
    _replace_input(graph, node, 1, [(f"{name}_packed", packed), (f"{name}_scales", scales.reshape(-1))])
    node.op_type, node.domain = "MatMulNBits", FUSED
    facts = {"K": blocks * _BLOCK, "N": columns, "bits": 4, "block_size": _BLOCK, "accuracy_level": _AS_FLOATS}
    node.attribute.extend(helper.make_attribute(key, value) for key, value in facts.items())


def _pack_table(graph: Any, node: Any, name: str, numbers: np.ndarray, scales: np.ndarray) -> None:
    """The first half of a block is in the lower halves of its bytes, the second in the upper ones."""
    from onnx import helper

    blocks, half = numbers.shape[1], _BLOCK // 2
    packed = (numbers[..., :half] | (numbers[..., half:] << 4)).reshape(len(numbers), -1)
    [lines], ids = node.output, node.input[1]
    constants = {
        "sixteen": np.float32(16),
        "eight": np.float32(8),
        "halves": np.array([0, 0, blocks, half], np.int64),
        "one_each": np.array([0, 0, blocks, 1], np.int64),
        "line": np.array([0, 0, blocks * _BLOCK], np.int64),
    }
    _add_tensors(graph, [(f"{name}_{key}", np.asarray(value)) for key, value in constants.items()])
    _add_tensors(graph, [(f"{name}_packed", packed), (f"{name}_scales", scales)])

    def made(kind: str, inputs: list[str], output: str, **facts: Any) -> Any:
        names = [value if value == ids else f"{name}_{value}" for value in inputs]
        return helper.make_node(kind, names, [lines if output == "lines" else f"{name}_{output}"], **facts)

    steps = [
        made("Gather", ["packed", ids], "taken"),
        made("Cast", ["taken"], "bytes", to=1),
        made("Reshape", ["bytes", "halves"], "pairs"),
        made("Div", ["pairs", "sixteen"], "shifted"),
        made("Floor", ["shifted"], "upper"),
        made("Mul", ["upper", "sixteen"], "upper_part"),
        made("Sub", ["pairs", "upper_part"], "lower"),
        made("Concat", ["lower", "upper"], "numbers", axis=-1),
        made("Sub", ["numbers", "eight"], "steps"),
        made("Gather", ["scales", ids], "taken_scales"),
        made("Reshape", ["taken_scales", "one_each"], "scale"),
        made("Mul", ["steps", "scale"], "blocks"),
        made("Reshape", ["blocks", "line"], "lines"),
    ]
    at = list(graph.node).index(node)
    graph.node.remove(node)
    for offset, step in enumerate(steps):
        graph.node.insert(at + offset, step)


def _replace_input(graph: Any, node: Any, at: int, tensors: list[tuple[str, np.ndarray]]) -> None:
    inputs = [*node.input[:at], *(name for name, _ in tensors), *node.input[at + 1 :]]
    del node.input[:]
    node.input.extend(inputs)
    _add_tensors(graph, tensors)


def _add_tensors(graph: Any, tensors: list[tuple[str, np.ndarray]]) -> None:
    from onnx import numpy_helper

    graph.initializer.extend(numpy_helper.from_array(np.ascontiguousarray(values), name) for name, values in tensors)
