"""txtai with content stored and hybrid search, by its own encoder, which it chooses for the name of a model."""

from txtai import Embeddings

ENCODES = ("txtai.vectors", "HFVectors")


def build(model, texts, folder):
    embeddings = Embeddings(path=model, content=True, hybrid=True)
    embeddings.index((name, text, None) for name, text in texts.items())
    embeddings.save(folder)


def opened(model, folder):
    embeddings = _load(folder)
    return lambda question: [found["id"] for found in embeddings.search(question, 10)]


def update(model, folder, changed):
    embeddings = _load(folder)
    embeddings.upsert((name, text, None) for name, text in changed.items())
    embeddings.save(folder)


def _load(folder):
    embeddings = Embeddings()
    embeddings.load(folder)
    return embeddings
