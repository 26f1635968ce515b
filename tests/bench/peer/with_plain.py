"""sentence-transformers and a flat FAISS index, with nothing between: what one writes first."""

import json
from pathlib import Path

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

ENCODES = ("sentence_transformers", "SentenceTransformer")


def build(model, texts, folder):
    vectors = SentenceTransformer(model).encode(list(texts.values()))
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    index.add_with_ids(vectors, np.arange(len(vectors)))
    _save(folder, index, list(texts), list(texts.values()))


def opened(model, folder):
    encoder, (index, ids, _) = SentenceTransformer(model), _load(folder)

    def ask(question):
        _, rows = index.search(encoder.encode([question]), 10)
        return [ids[row] for row in rows[0]]

    return ask


def update(model, folder, changed):
    index, ids, texts = _load(folder)
    rows = np.array([ids.index(name) for name in changed])
    vectors = SentenceTransformer(model).encode(list(changed.values()))
    index.remove_ids(rows)
    index.add_with_ids(vectors, rows)
    for row, text in zip(rows, changed.values(), strict=True):
        texts[row] = text
    _save(folder, index, ids, texts)


def encoder(model, _):
    """`SentenceTransformer.encode` at its defaults."""
    return SentenceTransformer(model).encode


def _save(folder, index, ids, texts):
    faiss.write_index(index, str(Path(folder, "vectors.faiss")))
    Path(folder, "texts.json").write_text(json.dumps([ids, texts]))


def _load(folder):
    return faiss.read_index(str(Path(folder, "vectors.faiss"))), *json.loads(Path(folder, "texts.json").read_text())
