"""Verbatim: a semantic-search FAQ chatbot that answers in the site's own words or says that it cannot."""

__version__ = "0.1.0"
