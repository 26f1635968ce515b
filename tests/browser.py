"""Debian's Chromium, driven by playwright, for the browser tests and the screenshots."""

import contextlib
import shutil
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.command import ROOT

PATIENCE = 20_000  # milliseconds; a busy machine may stand still for more than the usual five seconds
expect.set_options(timeout=PATIENCE)

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium_path() -> str | None:
    """The shell without windows where it is installed: the same engine, and a page costs it a third of the time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next(filter(None, map(shutil.which, names)), None)


# The marks of a test module that drives it.
in_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="needs Chromium: apt-get install chromium"),
]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """For the pages of many tests, whose files are fetched and compiled once: Gradio's take a page a second of CPU.

    A page of its own has nothing of the others in its `sessionStorage`; the chat page uses no other storage.
    """
    context = browser.new_context(viewport={"width": 390, "height": 780})
    yield context
    context.close()


def axe_script() -> str:
    """axe-core, which judges accessibility: the newest from npm where that is installed, or else a Python package's."""
    newest = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
    file = newest if newest.is_file() else files("axe_playwright_python") / "axe.min.js"
    return file.read_text(encoding="utf-8")
