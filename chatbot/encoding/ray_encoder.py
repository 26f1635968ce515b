"""Passages encoded on other machines, by Ray Data. The only door to ray.

For the first build of millions of passages: each worker runs the same export of the encoder as this process would, so
the vectors are the same. Ray runs again what a lost worker had begun. Fewer texts than are worth the trouble are
encoded here, as everything is that a visitor asks.
"""

import contextlib
import logging
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.core.errors import EncoderError, UsageError
from chatbot.encoding.onnx import OnnxEncoder, verified_facts
from chatbot.encoding.protocols import Encoder, Export, Progress

if TYPE_CHECKING:
    from ray.data import Dataset

RAY = "ray"
PACKAGE = "ray[data]==2.60.0"
WORTH_IT = 2_000  # texts; starting Ray takes as long as encoding some hundreds
_BATCH = 512  # texts that a worker has at once, and that are lost with it
_PATIENCE = 10.0  # seconds until a machine must answer
_SHOWN = 200  # characters of what Ray says
_PROGRAM = Path(__file__).parents[1]
_SILENT: Mapping[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}  # it tells nobody that it is used


def ray_address(encode_with: str) -> str | None:
    """The address in "ray" or "ray:ADDRESS"; None for Ray on this machine. UsageError for anything else."""
    name, colon, address = encode_with.partition(":")
    if name != RAY or (colon and not address):
        raise UsageError(
            f"--encode-with {encode_with}: not known; write {RAY} for this machine, or {RAY}:ADDRESS for a cluster"
        )
    return address or None


class RayEncoder:
    """`encoder`, which is exported into a folder, with its work given to the workers of a cluster."""

    def __init__(self, encoder: Encoder, folder: Path, address: str | None) -> None:
        """`folder`: of the export, which need not be there yet. `address`: of a cluster; None: this machine alone.
        UsageError for an encoder that is never exported."""
        if encoder.export is None:
            raise UsageError("--encode-with: this encoder has no export that others could run; leave it out")
        self._encoder, self._folder, self._address = encoder, folder, address
        self.fingerprint = encoder.fingerprint

    @property
    def tells_apart(self) -> bool:
        return self._encoder.tells_apart

    @property
    def export(self) -> Export | None:
        return self._encoder.export

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encoded(texts, "queries", None)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        return self._encoded(texts, "passages", progress)

    def _encoded(self, texts: Sequence[str], kind: str, progress: Progress | None) -> np.ndarray:
        if len(texts) < WORTH_IT:
            here = self._encoder
            return here.encode_queries(texts) if kind == "queries" else here.encode_passages(texts, progress)
        files = _files_of(self._folder)
        with _connected(self._address) as ray:
            kept = ray.put(files)  # once for each machine, not for each batch
            asked = [{"row": row, "text": text} for row, text in enumerate(texts)]
            data: Dataset = ray.data.from_items(asked, override_num_blocks=-(-len(texts) // _BATCH))
            found = data.map_batches(
                _Worker,
                fn_constructor_kwargs={"files": kept, "kind": kind},
                batch_size=_BATCH,
                num_cpus=1,
                compute=ray.data.ActorPoolStrategy(min_size=1, max_size=max(int(ray.cluster_resources()["CPU"]), 1)),
            )
            return _gathered(found.iter_batches(batch_size=_BATCH), len(texts), progress)


class _Worker:
    """One process of the cluster. It reads no file of the machine that builds."""

    def __init__(self, files: Any, kind: str) -> None:
        import tempfile

        import ray

        self._folder = tempfile.TemporaryDirectory(prefix="verbatim-encoder-")
        folder = Path(self._folder.name)
        for name, data in ray.get(files).items():
            (folder / name).write_bytes(data)
        encoder = OnnxEncoder(folder, verified_facts(folder))
        self._encode = encoder.encode_queries if kind == "queries" else encoder.encode_passages

    def __call__(self, batch: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
        return {"row": batch["row"], "vector": self._encode([str(text) for text in batch["text"]])}


def _files_of(folder: Path) -> Mapping[str, bytes]:
    """The files of the export in `folder`, verified."""
    facts = verified_facts(folder)
    if facts.backend == "torch":
        raise EncoderError(f"the model {facts.trouble}, so it cannot be run elsewhere; leave out --encode-with")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _gathered(batches: Any, n: int, progress: Progress | None) -> np.ndarray:
    """(n, d) float32, whatever order they come in."""
    vectors: np.ndarray | None = None
    done = 0
    for batch in batches:
        part = np.stack(batch["vector"])
        if vectors is None:
            vectors = np.empty((n, part.shape[1]), np.float32)
        vectors[batch["row"]] = part
        done += len(part)
        if progress:
            progress(done, n)
    if vectors is None or done != n:
        raise EncoderError(f"Ray gave {done} of {n} vectors; build again, or leave out --encode-with")
    return vectors


def _require_reachable(address: str) -> None:
    """EncoderError where nothing listens there: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdigit():  # such as "auto"
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise EncoderError(
            f"Ray at {address} cannot be reached ({error}); correct the address, or leave out --encode-with"
        ) from None


@contextlib.contextmanager
def _connected(address: str | None) -> Iterator[Any]:
    """Ray, as long as it is needed. What goes wrong becomes one sentence."""
    os.environ |= _QUIET  # Ray reads them when it is loaded
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise EncoderError(f'--encode-with needs a package ({error}): run: pip install "{PACKAGE}"') from None
    was_there = ray.is_initialized()
    try:
        if not was_there and address:
            _require_reachable(address)
            # Its machines need not have this program, only the packages that it uses.
            ray.init(address, runtime_env={"py_modules": [str(_PROGRAM)]}, **_SILENT)
        elif not was_there:
            ray.init("local", include_dashboard=False, **_SILENT)
        logging.getLogger("ray").setLevel(logging.ERROR)  # after `init`, which sets it
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield ray
    except EncoderError:
        raise
    except Exception as error:  # Ray raises a dozen kinds
        said = (str(error).splitlines() or [""])[0][:_SHOWN]
        where = f"Ray at {address}" if address else "Ray"
        raise EncoderError(
            f"{where} could not encode ({type(error).__name__}: {said}); see to the cluster, or leave out --encode-with"
        ) from None
    finally:
        if not was_there and ray.is_initialized():
            ray.shutdown()
