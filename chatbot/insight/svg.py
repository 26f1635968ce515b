"""A figure of matplotlib as an element of a page that allows no style within elements, and takes the page's colours."""

import io
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE = re.compile(r' style="([^"]*)"')
_LEFT_OUT = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
_SIZE = re.compile(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>')


def inline_svg(figure: "Figure", name: str, alt: str) -> Markup:
    """Letters are drawn as shapes, so no font is needed. `name` keeps the ids of several on a page apart."""
    import matplotlib

    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": name}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = _LEFT_OUT.sub("", out.getvalue())
    text = _STYLE.sub(lambda style: _attributes(style[1]), text)
    text = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    box = _SIZE.search(text)
    assert box is not None
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{}" role="img" '
        'aria-label="{}" stroke-linejoin="round" stroke-linecap="butt">'
    ).format(box[1], alt)
    return head + Markup(text[box.end() :].strip())  # nosec B704: written by matplotlib, and holds no words of others


def _attributes(style: str) -> str:
    """All that matplotlib writes as a style is an attribute of SVG, too."""
    pairs = [part.split(":", 1) for part in style.split(";") if ":" in part]
    return "".join(f' {key.strip()}="{value.strip()}"' for key, value in pairs)
