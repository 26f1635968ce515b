"""What is asked of a Milvus: its collections, their rows, and searches in them. The only door to `pymilvus`.

A server or cluster is reached over gRPC. A file is opened by milvus-lite in this process, which serves gRPC to itself
on the loopback address, so the same code speaks to both. The token is read from the environment and goes nowhere else:
what the package logs is not shown.
"""

import contextlib
import functools
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from chatbot.core.errors import IndexRefused
from chatbot.core.settings_sources import ENGINE_TOKEN, ENGINE_URI, SITES
from chatbot.search.service_calls import ServiceCalls, Unreachable

if TYPE_CHECKING:
    from pymilvus import MilvusClient

PIP = "pip install pymilvus==3.0.2"
PIP_EMBEDDED = f"{PIP} milvus-lite==3.2.2"
MOST_HITS = 16_384  # of one search, as Milvus has it

_LOOK, _WRITE, _INDEX = 10.0, 300.0, 3600.0  # seconds for what is quick, writes rows, builds or loads an index
_CONNECT = 1.0
# The package would ping every ten seconds, also when nothing is asked. A server of gRPC allows one in five minutes,
# unless it says otherwise, and ends the connection of who sends more; an index that was being built is then lost.
_CHANNEL = {"grpc.keepalive_time_ms": 330_000, "grpc.keepalive_permit_without_calls": 0}
_NOT_FOUND, _NOT_LOADED = (4, 100), (101,)  # codes of Milvus
_NO_ANSWER = (2,)  # it could not connect
_NO_CONNECTION = "no connection, or a wrong token"
VECTOR, ROW = "vector", "row"

T = TypeVar("T")


class Field(NamedTuple):
    """A field of text beside the vectors. `most`: bytes. `items`: the most texts of a list; 0: one text."""

    name: str
    most: int
    items: int = 0


class Milvus:
    """One database, for any number of threads. Every function raises EngineDown where it does not answer, and
    IndexRefused where it refuses."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._calls = ServiceCalls(f"Milvus at {uri}")
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None

    @property
    def trouble(self) -> str:
        return self._calls.trouble

    def has(self, collection: str, seconds: float) -> bool:
        return bool(self._call(seconds, lambda client, left: client.has_collection(collection, timeout=left), False))

    def collections(self) -> list[str]:
        return list(self._call(_LOOK, lambda client, left: client.list_collections(timeout=left)))

    def create(self, collection: str, dim: int, fields: Sequence[Field]) -> None:
        from pymilvus import DataType

        def act(client: "MilvusClient", left: float) -> None:
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field(ROW, DataType.INT64, is_primary=True)
            schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dim)
            for field in fields:
                kind = {"max_length": field.most, "datatype": DataType.VARCHAR}
                if field.items:
                    kind |= {"datatype": DataType.ARRAY, "element_type": DataType.VARCHAR, "max_capacity": field.items}
                schema.add_field(field.name, **kind)
            client.create_collection(collection, schema=schema, timeout=left, consistency_level="Bounded")

        self._call(_WRITE, act, may_repeat=False)

    def insert(self, collection: str, rows: list[dict[str, Any]]) -> None:
        self._call(_WRITE, lambda client, left: client.insert(collection, rows, timeout=left), may_repeat=False)

    def index(self, collection: str, kind: str, params: Mapping[str, int]) -> None:
        """Writes what was inserted to its storage, and builds and loads the index."""

        def act(client: "MilvusClient", left: float) -> None:
            client.flush(collection, timeout=left)
            made = client.prepare_index_params()
            made.add_index(VECTOR, index_type=kind, metric_type="COSINE", params=dict(params))
            client.create_index(collection, made, timeout=left)
            client.load_collection(collection, timeout=left)

        self._call(_INDEX, act, may_repeat=False)

    def drop_index(self, collection: str) -> None:
        def act(client: "MilvusClient", left: float) -> None:
            client.release_collection(collection, timeout=left)
            for name in client.list_indexes(collection, timeout=left):
                client.drop_index(collection, name, timeout=left)

        self._call(_WRITE, act, may_repeat=False)

    def count(self, collection: str) -> int:
        found = self._query(collection, "", ["count(*)"])
        return int(found[0]["count(*)"])

    def rows(self, collection: str, rows: Sequence[int], fields: Sequence[str]) -> list[dict[str, Any]]:
        """Those of `rows` that are there, in their order."""
        found = self._query(collection, f"{ROW} in {list(rows)}", [ROW, VECTOR, *fields])
        return sorted(found, key=lambda row: int(row[ROW]))

    def _query(self, collection: str, expression: str, fields: list[str]) -> list[dict[str, Any]]:
        def act(client: "MilvusClient", left: float) -> list[dict[str, Any]]:
            strong = {"consistency_level": "Strong"}  # with all that was inserted
            return list(client.query(collection, expression, fields, timeout=left, **strong))

        return self._loaded(collection, _LOOK, _INDEX, act)

    def search(
        self, collection: str, queries: np.ndarray, k: int, expression: str, params: Mapping[str, int], seconds: float
    ) -> list[tuple[list[int], list[float]]]:
        """For each of `queries`, (m, d) float32: rows and cosines of the `k` nearest, at most MOST_HITS, of those for
        which `expression` holds ("": all)."""

        def act(client: "MilvusClient", left: float) -> list[tuple[list[int], list[float]]]:
            found = client.search(
                collection,
                data=queries.tolist(),
                anns_field=VECTOR,
                limit=k,
                filter=expression,
                output_fields=[ROW],  # or milvus-lite sends the vectors
                search_params={"metric_type": "COSINE", "params": dict(params)},
                timeout=left,
            )
            return [(list(hits.ids), list(hits.distances)) for hits in found]

        return self._loaded(collection, seconds, seconds, act)

    def drop(self, collection: str) -> None:
        self._call(_WRITE, lambda client, left: client.drop_collection(collection, timeout=left))

    def alias_of(self, alias: str) -> str:
        """The collection that it stands for; "" where there is none."""
        try:
            described = self._call(_LOOK, lambda client, left: client.describe_alias(alias, timeout=left))
        except NotThere:
            return ""
        return str(described.get("collection_name", ""))

    def point(self, alias: str, collection: str) -> None:
        """Makes `alias` stand for `collection`, at once."""
        before = self.alias_of(alias)
        if before == collection:
            return

        def act(client: "MilvusClient", left: float) -> None:
            (client.alter_alias if before else client.create_alias)(collection, alias, timeout=left)

        self._call(_LOOK, act)

    def drop_alias(self, alias: str) -> None:
        self._call(_LOOK, lambda client, left: client.drop_alias(alias, timeout=left))

    def _loaded(self, collection: str, seconds: float, to_load: float, act: Callable[["MilvusClient", float], T]) -> T:
        """As `_call`; a collection that is not in memory, as after a restart of the server, is loaded first. `to_load`:
        seconds for all, where it has to be. When they are over, Milvus goes on loading."""
        begun = time.monotonic()
        try:
            return self._call(seconds, act)
        except _Unloaded:
            self._call(to_load, lambda client, _: client.load_collection(collection, timeout=_INDEX))
            left = begun + max(seconds, to_load) - time.monotonic()
            return self._call(max(min(seconds, left), 0.001), act)

    def _call(self, seconds: float, act: Callable[["MilvusClient", float], T], may_repeat: bool = True) -> T:
        from grpc import RpcError, StatusCode
        from pymilvus.exceptions import MilvusException

        def run(left: float) -> T:
            client = self._connected(min(left, _CONNECT))
            try:
                return act(client, left)
            except RpcError as error:
                self._disconnect(client)
                if error.code() == StatusCode.DEADLINE_EXCEEDED:
                    raise TimeoutError from None
                raise Unreachable(_NO_CONNECTION) from None
            except MilvusException as error:
                if error.code in _NOT_FOUND:
                    raise NotThere(f"Milvus at {self._uri}: {_brief(error)}") from None
                if error.code in _NOT_LOADED:
                    raise _Unloaded from None
                was_lost = error.code in _NO_ANSWER or not isinstance(error.code, int)
                if was_lost or client is not self._client:  # which another thread has closed
                    self._disconnect(client)
                    raise Unreachable(_NO_CONNECTION) from None
                raise IndexRefused(f"Milvus at {self._uri} refuses ({_brief(error)})") from None

        return self._calls.call(seconds, run, may_repeat)

    def _connected(self, seconds: float) -> "MilvusClient":
        from pymilvus import MilvusClient
        from pymilvus.exceptions import ConnectionConfigException, MilvusException

        with self._lock:
            if self._client is None:
                token = os.environ.get(ENGINE_TOKEN, "")
                try:
                    self._client = MilvusClient(
                        self._uri, token=token, timeout=seconds, dedicated=True, grpc_options=_CHANNEL
                    )
                except ConnectionConfigException as error:
                    raise IndexRefused(_not_opened(self._uri, str(error))) from None
                except MilvusException:
                    raise Unreachable(_NO_CONNECTION) from None
            return self._client

    def _disconnect(self, client: "MilvusClient") -> None:
        """The next call connects anew: a client that lost its server is not trusted to find it again."""
        with self._lock:
            if self._client is not client:
                return
            self._client = None
        assert client
        with contextlib.suppress(Exception):
            client.close()


class NotThere(IndexRefused):
    """There is no such collection or alias."""


class _Unloaded(Exception):
    """The collection is there, and not in memory."""


def _not_opened(path: str, reason: str) -> str:
    """Why the embedded Milvus cannot be opened."""
    if "required" in reason:
        return f"{path}: needs the package milvus-lite; run: {PIP_EMBEDDED}"
    folder = Path(path).parent
    if not folder.is_dir():
        return f"{path}: there is no folder {folder}; make it"
    if not os.access(folder, os.W_OK):
        return f"{path}: the embedded Milvus writes there, and may not; correct the permissions of {folder}"
    if Path(path).is_file():
        return f"{path}: a file that the embedded Milvus has not made; name another path as engine_uri"
    return (
        f"{path}: the embedded Milvus cannot be opened; another process may have it open, such as a server, and only "
        "one can at a time: stop that, or run a Milvus server and give its address as engine_uri"
    )


def _brief(error: Exception) -> str:
    """One line of what Milvus says."""
    text = str(getattr(error, "message", "") or error)
    return " ".join(text.split())[:200]


def missing() -> str:
    """A sentence where the package is not installed, else ""."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # or else its lines stand in the log, without a word of where
    try:
        import pymilvus  # noqa: F401
    except ImportError:
        return f"the package pymilvus is not installed; run: {PIP}"
    return ""


def foreign(uri: str) -> str:
    """A sentence where it is not for the corpus to say `uri`: one of many sites must not send the token of whoever runs
    the server, nor write a file, where it likes; else ""."""
    own = os.environ.get(ENGINE_URI, "")
    if not os.environ.get(SITES) or (own and uri == located(own)):
        return ""
    return f"{uri or 'no address'}: among many sites the server alone says where the engine is; set {ENGINE_URI}"


def milvus_at(uri: str) -> Milvus:
    """The database at `uri`, one for all builds. IndexRefused where the package is missing, or the address is
    `foreign`."""
    if sentence := foreign(uri):
        raise IndexRefused(sentence)
    return _milvus_at(uri)


@functools.cache
def _milvus_at(uri: str) -> Milvus:
    if sentence := missing():
        raise IndexRefused(sentence)
    for name in ("pymilvus", "pymilvus.milvus_client", "milvus_lite", "grpc"):  # which print traces
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return Milvus(uri)


def located(uri: str) -> str:
    """`uri`, with a path in full."""
    return uri.rstrip("/") if "://" in uri else str(Path(uri).absolute())
