"""LangChain with its FAISS store."""

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings

ENCODES = ("sentence_transformers", "SentenceTransformer")


def build(model, texts, folder):
    store = FAISS.from_texts(list(texts.values()), HuggingFaceEmbeddings(model_name=model), ids=list(texts))
    store.save_local(folder)


def opened(model, folder):
    store = _load(model, folder)
    return lambda question: [found.id for found, _ in store.similarity_search_with_score(question, k=10)]


def update(model, folder, changed):
    store = _load(model, folder)
    store.delete(list(changed))
    store.add_texts(list(changed.values()), ids=list(changed))
    store.save_local(folder)


def _load(model, folder):
    embeddings = HuggingFaceEmbeddings(model_name=model)
    return FAISS.load_local(folder, embeddings, allow_dangerous_deserialization=True)  # it keeps texts as a pickle
