"""`.xlsx`: the rows of a workbook, read as those of a table. The only door to openpyxl.

Formulas are refused, since their results need not be in the file.
"""

import datetime
import io
import warnings
from collections.abc import Iterator
from typing import Any

from chatbot.content.ledger import Content
from chatbot.content.readers.fields import FIELDS, FieldReading
from chatbot.content.readers.source import Unreadable
from chatbot.content.readers.table import add_row, column_names
from chatbot.content.readers.zipped import check_size
from chatbot.text import one_line


def read_spreadsheet(file: str, data: bytes) -> Iterator[Content]:
    """The sheets one after the other. The "line" of a row is its number; Unreadable for what is no workbook."""
    check_size(data, "xlsx", "workbook", "split it, or save it as .csv")
    from openpyxl.reader.excel import ExcelReader  # half a second, for corpora that need it only

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that we do not read
        try:
            reader = ExcelReader(io.BytesIO(data), read_only=True)
            # It holds no rows, and one without a chart cannot be read.
            reader.read_chartsheet = lambda sheet, rel: None  # type: ignore[method-assign]
            reader.read()
            sheets = reader.wb.worksheets
        except Exception as error:  # whatever the library meets in a damaged file
            raise Unreadable(0, "xlsx", f"not a workbook that can be read ({type(error).__name__}); {_SAVE}") from None
        found_any = False
        for at, sheet in enumerate(sheets):
            reading = FieldReading(file if at == 0 else f"{file}#{sheet.title}")
            try:
                _read_sheet(reading, sheet)
            except Exception as error:
                message = f"the sheet cannot be read ({type(error).__name__}); {_SAVE}"
                reading.problem(0, "xlsx", message)
            found_any |= reading.found_any
            yield reading.taken()
        if not found_any:
            raise Unreadable(0, "no-question", "holds no entry; name columns question and answer in the first row")


_SAVE = "save it anew as .xlsx"


def _read_sheet(reading: FieldReading, sheet: Any) -> None:
    sheet.reset_dimensions()  # what the file says of its size may be a lie
    columns: list[str] = []
    why_none = ""
    if sheet.sheet_state != "visible":
        why_none = "hidden sheet"
    for number, row in enumerate(sheet.iter_rows(), 1):
        texts = [_text(cell.value) for cell in row]
        if not any(text.strip() for text in texts):
            continue
        shown = one_line(" | ".join(text for text in texts if text.strip()))
        if why_none:
            reading.note(number, "dropped", shown, why_none)
        elif not columns:
            columns = column_names(texts)
            if "question" not in columns and "answer" not in columns:
                why_none = "on a sheet without columns question and answer"
            else:
                why_none = add_row(reading, [], texts, number)
            reading.note(number, "dropped" if why_none else "metadata", shown, why_none)
        else:
            texts += [""] * (len(columns) - len(texts))  # empty cells at the end of a row are not in the file
            reason = _formula(reading, columns, row, number) or add_row(reading, columns, texts, number)
            reading.note(number, "dropped" if reason else "entry", shown, reason)


def _formula(reading: FieldReading, columns: list[str], row: Any, number: int) -> str:
    for column, cell in zip(columns, row, strict=False):
        if column in FIELDS and cell.value is not None and cell.data_type in ("f", "e"):
            message = f'the cell below "{column}" holds a formula or an error; put its text there, as a value'
            reading.problem(number, "formula", message)
            return "a formula instead of a text"
    return ""


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
