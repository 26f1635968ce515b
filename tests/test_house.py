"""The floors and the doors of the house, read from the imports.

A module imports from its own room and from floors below, never from above. A heavy library has one door: the
module or room that may import it.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "chatbot"
FLOORS = {
    "": 0,
    "content": 1,
    "search": 1,
    "indexing": 2,
    "importing": 2,
    "training": 3,
    "dialogue": 3,
    "insight": 4,
    "web": 5,
    "printing": 6,
    "mcp_server": 6,
    "verbs": 7,
    "cli": 8,
    "__main__": 9,
}
DOORS = {
    "markdown_it": ["content/render.py"],
    "nh3": ["content/render.py"],
    "httpx": ["importing/fetch.py"],
    "openpyxl": ["content/readers/spreadsheet.py"],
    "docutils": ["content/readers/restructured.py", "content/readers/rst_directives.py"],
    "mammoth": ["content/readers/word.py"],
    "pypdf": ["content/readers/pdf.py"],
    "yaml": ["content/readers/yaml_records.py"],
    "sentence_transformers": ["search/encoder.py", "search/export.py"],
    "transformers": ["search/encoder.py"],
    "huggingface_hub": ["search/models.py"],
    "safetensors": ["search/adapter.py"],
    "torch": [
        *("search/encoder.py", "search/export.py", "search/adapter.py"),
        *(f"training/{name}.py" for name in "lessons student trainer course".split()),
    ],
    "peft": ["training/student.py"],
    "onnxruntime": ["search/onnx_encoder.py", "search/export.py"],
    "tokenizers": ["search/onnx_encoder.py"],
    "faiss": ["search/vectors.py"],
    "wordfreq": ["search/words.py"],
    "snowballstemmer": ["search/words.py"],
    "symspellpy": ["search/spelling.py"],
    "gradio": ["web/chat_page.py"],
    "fastapi": [
        "web/server.py",
        "web/api.py",
        "web/embed.py",
        "web/chat_page.py",
        "web/chat_turn.py",
        "web/lifecycle.py",
    ],
    "starlette": [
        f"web/{name}.py"
        for name in "server api guard lifecycle limits metrics origins queue_gate relative_page chat_page".split()
    ],
    "uvicorn": ["web/connections.py"],
    "h11": ["web/connections.py"],
    "prometheus_client": ["web/metrics.py"],
    "mcp": ["mcp_server.py"],
    "sqlite3": [],
    "matplotlib": ["insight/plots.py"],
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the room"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def room(parts: tuple[str, ...]) -> str:
    """The room of a module given by its path below the package; modules at the top are on floor 0, but for the CLI."""
    return parts[0] if parts[0] in FLOORS else ""


IMPORTS = {path: imports(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_floors(path: Path) -> None:
    own = room(path.relative_to(PACKAGE).with_suffix("").parts)
    for name in IMPORTS[path]:
        if name.startswith("chatbot."):
            other = room(tuple(name.split(".")[1:]))
            assert other == own or FLOORS[other] < FLOORS[own], f"{own or 'floor 0'} may not import {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_doors(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    for library in {imported.split(".")[0] for imported in IMPORTS[path]} & DOORS.keys():
        assert name in DOORS[library], f"{name} may not import {library}; its door is {DOORS[library]}"


def test_every_door_is_used() -> None:
    for library, doors in DOORS.items():
        for door in doors:
            assert library in {name.split(".")[0] for name in IMPORTS[PACKAGE / door]}, f"{door} needs no {library}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.name != "__init__.py"], ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_a_module_is_of_a_size_to_be_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 350


def test_app_is_short() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) < 30


@pytest.mark.parametrize(
    "module",
    [
        "chatbot.cli",
        "chatbot.indexing.builder",
        "chatbot.dialogue.bot",
        "chatbot.insight.evaluate",
        "chatbot.insight.plots",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(module: str) -> None:
    heavy = "{'torch', 'gradio', 'pandas', 'fastapi', 'transformers', 'matplotlib'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
