"""Haystack: its in-memory store with an embedding retriever, in a pipeline as its tutorials build it."""

from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

ENCODES = ("sentence_transformers", "SentenceTransformer")


def build(model, texts, folder):
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(_embedded(model, texts))
    store.save_to_disk(_file(folder))


def opened(model, folder):
    store = InMemoryDocumentStore.load_from_disk(_file(folder))
    pipeline = Pipeline()
    pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=model, progress_bar=False))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(document_store=store, top_k=10))
    pipeline.connect("embedder.embedding", "retriever.query_embedding")

    def ask(question):
        return [document.id for document in pipeline.run({"embedder": {"text": question}})["retriever"]["documents"]]

    return ask


def update(model, folder, changed):
    store = InMemoryDocumentStore.load_from_disk(_file(folder))
    store.write_documents(_embedded(model, changed), policy=DuplicatePolicy.OVERWRITE)
    store.save_to_disk(_file(folder))


def _embedded(model, texts):
    embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
    return embedder.run([Document(id=name, content=text) for name, text in texts.items()])["documents"]


def _file(folder):
    return str(Path(folder, "documents.json"))
