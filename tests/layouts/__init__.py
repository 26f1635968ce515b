"""The same questions and answers, written in all the ways in which people keep an FAQ."""

from tests.layouts import data, documents, markup, text, web
from tests.layouts.layout import Layout

LAYOUTS: dict[str, Layout] = {**web.LAYOUTS, **markup.LAYOUTS, **text.LAYOUTS, **data.LAYOUTS, **documents.LAYOUTS}
