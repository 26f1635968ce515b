"""Files to entries: one small function a format, chosen by suffix."""

from chatbot.content.readers.corpus import READERS, read_corpus

__all__ = ["READERS", "read_corpus"]
