"""Debian's Chromium, driven by playwright, for the browser tests and the screenshots."""

import contextlib
import shutil
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.command import ROOT

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


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


def axe_script() -> str:
    """axe-core, which judges accessibility: the newest from npm where that is installed, or else a Python package's."""
    newest = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
    file = newest if newest.is_file() else files("axe_playwright_python") / "axe.min.js"
    return file.read_text(encoding="utf-8")
