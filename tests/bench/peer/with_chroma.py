"""Chroma on the disk, with its own function for sentence-transformers."""

import chromadb
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

ENCODES = ("sentence_transformers", "SentenceTransformer")


def build(model, texts, folder):
    collection = _collection(model, folder)
    ids = list(texts)
    for begin in range(0, len(ids), 5000):  # it takes 5,461 at once
        part = ids[begin : begin + 5000]
        collection.add(ids=part, documents=[texts[name] for name in part])


def opened(model, folder):
    collection = _collection(model, folder)
    return lambda question: collection.query(query_texts=[question], n_results=10)["ids"][0]


def update(model, folder, changed):
    _collection(model, folder).upsert(ids=list(changed), documents=list(changed.values()))


def _collection(model, folder):
    client = chromadb.PersistentClient(path=folder)
    return client.get_or_create_collection(
        "faq",
        embedding_function=SentenceTransformerEmbeddingFunction(model_name=model),
        configuration={"hnsw": {"space": "cosine"}},
    )
