"""LlamaIndex with its FAISS store.

That store can delete nothing. Its sibling that can gives a node added after a deletion the number of another that is
still there, and from then on finds the wrong one. So an update makes the store anew out of the vectors it holds:
nothing else is encoded.
"""

from pathlib import Path

import faiss
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore

ENCODES = ("sentence_transformers", "SentenceTransformer")
_DIM = 384


def build(model, texts, folder):
    _write([TextNode(id_=name, text=text) for name, text in texts.items()], model, folder)


def opened(model, folder):
    retriever = _load(model, folder).as_retriever(similarity_top_k=10)
    return lambda question: [found.node.node_id for found in retriever.retrieve(question)]


def update(model, folder, changed):
    index = _load(model, folder)
    rows = index.vector_store.client
    nodes = []
    for row, name in index.index_struct.nodes_dict.items():
        node = index.docstore.get_node(name)
        if name in changed:
            nodes.append(TextNode(id_=name, text=changed[name]))
        else:
            node.embedding = rows.reconstruct(int(row)).tolist()
            nodes.append(node)
    _write(nodes, model, folder)


def _write(nodes, model, folder):
    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(_DIM))
    storage = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex(nodes, storage_context=storage, embed_model=HuggingFaceEmbedding(model_name=model))
    index.storage_context.persist(folder)


def _load(model, folder):
    store = FaissVectorStore.from_persist_dir(folder)
    storage = StorageContext.from_defaults(vector_store=store, persist_dir=str(Path(folder)))
    return load_index_from_storage(storage, embed_model=HuggingFaceEmbedding(model_name=model))
