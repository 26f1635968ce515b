"""The floors and the doors of the house, read from the imports.

A module imports from its own room and from floors below, never from above. A heavy library has one door: the
module or room that may import it.
"""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "chatbot"
FLOORS = {
    "": 0,  # `chatbot/__init__.py`, which imports nothing of ours
    "core": 0,
    "content": 1,
    "encoding": 1,
    "search": 1,
    "indexing": 2,
    "importing": 2,
    "training": 3,
    "dialogue": 3,
    "insight": 4,
    "web": 5,
    "verbs": 6,
    "cli": 7,
    "__main__": 8,
}
DOORS = {
    "markdown_it": ["content/render.py", "content/positions.py"],
    "nh3": ["content/render.py"],
    "httpx": ["importing/fetch.py", "indexing/archive_source.py", "web/digests.py"],
    "cryptography": ["indexing/minisign.py"],
    "openpyxl": ["content/readers/spreadsheet.py"],
    "docutils": ["content/readers/restructured.py", "content/readers/rst_directives.py"],
    "mammoth": ["content/readers/word.py"],
    "pypdf": ["content/readers/pdf.py"],
    "yaml": ["content/readers/yaml_records.py"],
    "sentence_transformers": ["encoding/sentence_transformers.py", "encoding/tracing.py"],
    "transformers": ["encoding/sentence_transformers.py"],
    "huggingface_hub": ["encoding/models.py"],
    "safetensors": [f"encoding/{name}.py" for name in "adapter model_files multilingual".split()],
    "torch": [
        *("encoding/sentence_transformers.py", "encoding/tracing.py", "encoding/adapter.py"),
        *(f"training/{name}.py" for name in "losses student trainer run".split()),
    ],
    "peft": ["training/student.py"],
    "ray": ["encoding/ray_encoder.py"],
    "onnxruntime": ["encoding/onnx.py", "encoding/export.py", "encoding/tracing.py"],
    "tokenizers": ["encoding/onnx.py", "encoding/pieces.py", "encoding/fertility.py"],
    "sentencepiece": ["encoding/pieces.py"],
    "faiss": ["search/faiss_index.py"],
    "pymilvus": ["search/milvus_client.py"],
    "grpc": ["search/milvus_client.py"],
    "wordfreq": ["search/words.py"],
    "snowballstemmer": ["search/words.py"],
    "langcodes": ["indexing/stated_language.py"],
    "symspellpy": ["search/spelling.py"],
    "gradio": [
        *(f"web/gradio_page/{name}.py" for name in "mounting page".split()),
        *(f"web/desk/{name}.py" for name in "entry_form form page presses".split()),
        *(f"web/desk/{name}_tab.py" for name in "build entries gaps lint report try unanswered".split()),
    ],
    "pydantic": [
        *(f"core/{name}.py" for name in "locales setting_types settings settings_sources".split()),
        *(f"web/{name}.py" for name in "described api rebuild_api".split()),
        *(f"web/gradio_page/{name}.py" for name in "turn queue_gate".split()),
        "web/desk/page.py",
    ],
    "tree_sitter": ["core/toml_lines.py"],
    "tree_sitter_toml": ["core/toml_lines.py"],
    "fastapi": [
        "web/server.py",
        "web/opened_site.py",
        "web/open_sites.py",
        "web/asgi.py",
        "web/api.py",
        "web/rebuild_api.py",
        "web/sent_files.py",
        "web/widget/serving.py",
        "web/faq/serving.py",
        "web/gradio_page/serving.py",
        "web/gradio_page/page.py",
        "web/gradio_page/mounting.py",
        "web/gradio_page/turn.py",
        "web/desk/page.py",
        "web/desk/serving.py",
        "web/lifecycle.py",
    ],
    "starlette": [
        *(f"web/{name}.py" for name in "asgi sites api guard lifecycle limits metrics origins tokens waiting".split()),
        *(f"web/{name}.py" for name in "many_sites opened_site server".split()),
        *(f"web/gradio_page/{name}.py" for name in "queue_gate relative_page page mounting".split()),
        *(f"web/desk/{name}.py" for name in "entrance page".split()),
    ],
    "uvicorn": ["web/connections.py"],
    "h11": ["web/connections.py"],
    "prometheus_client": ["web/metrics.py"],
    "jinja2": ["core/templates.py"],
    "markupsafe": ["insight/report_page.py", "insight/svg.py", "web/faq/page.py", "web/gradio_page/first_page.py"],
    "mcp": ["cli/mcp.py"],
    "sqlite3": ["insight/journal_schema.py"],
    "matplotlib": ["insight/plots.py", "insight/maps.py", "insight/svg.py"],
    "scipy": ["insight/clusters.py"],
    "sklearn": ["insight/maps.py"],
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
    """The room of a module given by its path below the package."""
    return parts[0] if parts[0] in FLOORS else ""


IMPORTS = {path: imports(path) for path in MODULES}


def test_the_top_holds_no_modules_but_the_entrance() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == FLOORS.keys() - {"", "__main__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_floors(path: Path) -> None:
    own = room(path.relative_to(PACKAGE).with_suffix("").parts)
    for name in IMPORTS[path]:
        if name.startswith("chatbot."):
            other = room(tuple(name.split(".")[1:]))
            assert other == own or FLOORS[other] < FLOORS[own], f"{own or 'the top'} may not import {name}"


def test_the_plan_names_every_module() -> None:
    """Each in the box of its room; `content/readers/` is told as a whole."""
    plan = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    boxes = dict(re.findall(r"<b>\d (\w+)/</b>(.*)", plan))
    assert boxes.keys() == FLOORS.keys() - {"", "__main__"}
    for path in MODULES:
        own, *rest = path.relative_to(PACKAGE).with_suffix("").parts
        if own in boxes and rest[-1] != "__init__" and rest[0] != "readers":
            assert re.search(rf"\b{rest[-1]}\b", boxes[own]), f"{path.name} is missing from {own}/"


def test_no_imports_go_round_in_a_circle() -> None:
    """Those for the type checker among them."""
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    graph = {name: IMPORTS[path] & names.keys() - {name, PACKAGE.name} for name, path in names.items()}
    list(TopologicalSorter(graph).static_order())  # CycleError names them


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
        "chatbot.cli.main",
        "chatbot.indexing.builder",
        "chatbot.dialogue.bot",
        "chatbot.insight.evaluate",
        "chatbot.insight.plots",
        "chatbot.insight.report_page",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(module: str) -> None:
    heavy = "{'torch', 'gradio', 'pandas', 'fastapi', 'transformers', 'matplotlib', 'scipy', 'sklearn'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nobody_asks_what_kind_of_encoder_it_is() -> None:
    """An encoder says about itself what others need to know: see `encoding/protocols.py`."""
    asked = re.compile(r"isinstance\([^()]*(\([^()]*\)[^()]*)*, \w*Encoder\)")
    assert [path.name for path in MODULES if asked.search(path.read_text("utf-8"))] == []
