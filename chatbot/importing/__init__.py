"""Imports pages and files that an owner has as Markdown, and starts a first corpus."""
