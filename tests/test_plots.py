import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chatbot.core.errors import UsageError
from chatbot.insight.metrics import Judged
from chatbot.insight.plots import BINS, plot_folder, reliability, write_plots

pytestmark = pytest.mark.slow

JUDGED = [
    Judged("1", frozenset("a"), ["a"], 0.95),
    Judged("2", frozenset("a"), ["b"], 0.91),
    Judged("3", frozenset("a"), ["a"], 1.0),
    Judged("4", frozenset(), ["a"], 0.05),
]


def test_the_reliability_curve_by_hand() -> None:
    mean, share, count = reliability(JUDGED)
    assert count.tolist() == [1] + [0] * (BINS - 2) + [3]
    assert mean[[0, -1]] == pytest.approx([0.05, (0.95 + 0.91 + 1) / 3])
    assert share[[0, -1]] == pytest.approx([0, 2 / 3])
    assert np.isnan(mean[1:-1]).all()
    assert np.isnan(share[1:-1]).all()


@pytest.mark.parametrize("judged", [JUDGED, JUDGED[:1], JUDGED[3:]], ids=["both", "one answerable", "one unanswerable"])
@pytest.mark.parametrize("threshold", [0.0, 0.37, 1.0])
def test_the_pictures_are_drawn_of_any_set(tmp_path: Path, judged: list[Judged], threshold: float) -> None:
    folder = tmp_path / "new" / "folder"
    plot_folder(folder)
    write_plots(judged, threshold, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["reliability.png", "scores.png"]
    for path in folder.iterdir():
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG")
        assert len(data) > 10_000


def test_pictures_show_their_data(tmp_path: Path) -> None:
    """Other questions, another picture; the same questions, the same bytes."""
    drawn = []
    for at, judged in enumerate((JUDGED, JUDGED, JUDGED[:3])):
        folder = tmp_path / str(at)
        plot_folder(folder)
        write_plots(judged, 0.5, folder)
        drawn.append([(folder / name).read_bytes() for name in ("reliability.png", "scores.png")])
    assert drawn[0] == drawn[1]
    assert drawn[0][0] != drawn[2][0]
    assert drawn[0][1] != drawn[2][1]


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="file: is a file; name a folder"):
        plot_folder(tmp_path / "file")
    with pytest.raises(UsageError, match="below: cannot be made"):
        plot_folder(tmp_path / "file" / "below")


def test_a_picture_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "reliability.png").mkdir()
    with pytest.raises(UsageError, match=r"reliability\.png: cannot be written"):
        write_plots(JUDGED, 0.5, tmp_path)


def test_without_matplotlib_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ImportError("No module named 'matplotlib'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"need matplotlib .*; run: pip install -r requirements\.txt"):
        plot_folder(tmp_path)
