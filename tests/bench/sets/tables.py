"""Tables of labelled questions: tab-separated, a head, no quoting."""

from pathlib import Path


def rows_of(path: Path) -> list[dict[str, str]]:
    """A dictionary by column for each row. ValueError names the line that has another number of columns."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    names = head.split("\t")
    rows = []
    for number, line in enumerate(lines, 2):
        if line:
            cells = line.split("\t")
            if len(cells) > len(names):
                raise ValueError(f"{path}:{number}: has {len(cells)} columns and the head {len(names)}")
            rows.append(dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=True)))
    return rows
