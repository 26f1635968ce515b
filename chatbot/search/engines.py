"""The engines that can search the vectors of a build, by the name that `engine` in bot.toml and the manifest give."""

from collections.abc import Mapping

from chatbot.search import faiss_engine, milvus_engine
from chatbot.search.protocols import EngineModule

ENGINES: Mapping[str, EngineModule] = {"faiss": faiss_engine, "milvus": milvus_engine}
