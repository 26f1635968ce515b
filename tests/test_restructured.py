"""reStructuredText becomes blocks, that of Sphinx too, and docutils gets no word into an answer."""

import pytest

from chatbot.content.document import Document
from chatbot.content.readers.restructured import read_restructured
from chatbot.content.readers.source import Unreadable
from tests.blocks import lost, markdown, pairs, places


def read(text: str) -> Document:
    return read_restructured("faq.rst", text.encode())


def test_headings_have_levels_lines_and_anchors() -> None:
    document = read(
        "====\nShop\n====\n\n.. _pay:\n\nMay I *pay* late?\n-----------------\n\nYes.\n\nNext?\n-----\n\nx\n"
    )
    found = [(block.level, block.words, block.line) for block in document.blocks if block.level]
    assert found == [(1, "Shop", 2), (2, "May I pay late?", 7), (2, "Next?", 12)]
    assert "pay" in document.blocks[1].anchors
    assert markdown(document)[1] == "## May I *pay* late?"
    assert document.any_heading


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a **bold** *soft* ``co*de`` 3 * 4 snake_case", "a **bold** *soft* `co*de` 3 * 4 snake_case"),
        ("`the site <https://x.org/a_b>`_ and `site`_", "[the site](https://x.org/a_b) and [site](https://s.org)"),
        ("https://x.org/a.", "[https://x.org/a](https://x.org/a)."),
        (":ref:`pay`, :ref:`so <pay>`, :ref:`elsewhere`", "[May I?](#pay), [so](#pay), elsewhere"),
        (":doc:`the guide </guide>` :term:`word` :odd:role:`x y`", "the guide word `x y`"),
        (":guilabel:`&Save` :kbd:`F1` :py:func:`~a.b.run` :file:`/etc`", "**Save** **F1** `run` `/etc`"),
        ("`broken <nowhere_>`__ and `gone`_ and gone_", "broken and gone and gone\\_"),
        ("|known| |unknown|", "**text** |unknown|"),
        ("note [1]_ and [#a]_", "note [1] and [2]"),
        ("H\\ :sub:`2`\\ O", "H<sub>2</sub>O"),
        ("\\*no\\* <b>tag</b>", "\\*no\\* \\<b>tag\\</b>"),
        ("wrapped\nlines", "wrapped lines"),
        ("| line\n| another", "line  \nanother"),
    ],
)
def test_words_within_a_line(written: str, shown: str) -> None:
    """Red without: a role of Sphinx, a link that leads nowhere, lines that are joined."""
    below = ".. _site: https://s.org\n.. |known| replace:: **text**\n\n.. [1] One.\n.. [#a] Two.\n"
    document = read(f".. _pay:\n\nMay I?\n------\n\n{written}\n\n{below}")
    assert markdown(document)[1] == shown


def test_lists_keep_their_nesting() -> None:
    document = read("- a\n- b\n\n  More of b.\n\n  3. three\n  4. four\n\n     - deep\n")
    assert markdown(document) == ["- a\n- b\n\n  More of b.\n  3. three\n  4. four\n     - deep"]
    assert [item[0].words for item in document.blocks[0].items] == ["a", "b"]


def test_terms_and_fields_ask_and_what_they_mean_answers() -> None:
    document = read(
        "Title\n=====\n\nx\n\n**Is it open?**\n   Yes.\n\n   - a\n\n:May I pay by card?: Sure.\n:Q: How?\n:A: So.\n"
    )
    assert pairs(document) == [("Is it open?", ["Yes.", "a"]), ("May I pay by card?", ["Sure."])]
    assert markdown(document)[2] == "**Is it open?**"
    assert markdown(document)[-2:] == ["**Q:** How?", "**A:** So."]


@pytest.mark.parametrize("name", ["dropdown", "collapse", "details", "toggle"])
def test_what_opens_at_a_click_answers_its_title(name: str) -> None:
    document = read(f".. {name}:: Can I?\n   :open:\n\n   Yes.\n\n   * a\n\nNot of it.\n")
    assert pairs(document) == [("Can I?", ["Yes.", "a"])]
    assert not lost(document)


def test_directives_that_nobody_knows_keep_their_words() -> None:
    """Red without: options that are not read, or with a word of docutils about any of them."""
    text = """.. note:: Mind
   the gap.

.. wholly-unknown:: Its title
   :option: 1
   :other:

   Its text.

.. tab-set::

   .. tab-item:: Linux

      Like this.

.. seealso:: That.
"""
    document = read(text)
    assert markdown(document) == [
        *("**Note:** Mind the gap.", "**Its title**", "Its text.", "**Linux**", "Like this.", "**See also:** That.")
    ]
    assert document.blocks[1].box.name == "wholly-unknown"
    assert not document.problems
    assert not lost(document)


@pytest.mark.parametrize(
    "written",
    [
        ".. code-block:: python\n   :linenos:\n   :caption: c\n\n   if a:\n\n       b\n",
        ".. sourcecode:: python\n\n   if a:\n\n       b\n",
    ],
)
def test_code_keeps_its_lines_and_language(written: str) -> None:
    document = read(f"Do::\n\n  x\n    y\n\n{written}")
    assert markdown(document) == ["Do:", "```\nx\n  y\n```", "```python\nif a:\n\n    b\n```"]
    assert places(document.blocks[1]) == [3, 4]


def test_tables_keep_their_rows() -> None:
    grid = "+---+---+\n| Q | A |\n+===+===+\n| a | b |\n|   +---+\n|   | c |\n+---+---+\n\n"
    simple = '=  =\ns  t\n=  =\n\n.. csv-table::\n   :header: Q, A\n\n   a, "b, c"\n\n'
    listed = ".. list-table::\n   :header-rows: 1\n\n   * - Q\n     - A\n   * - a | b\n     - - x\n       - y\n"
    document = read(grid + simple + listed)
    assert [block.rows for block in document.blocks] == [
        [["Q", "A"], ["a", "b"], ["", "c"]],
        [["", ""], ["s", "t"]],
        [["Q", "A"], ["a", "b, c"]],
        [["Q", "A"], ["a \\| b", "- x<br>- y"]],
    ]


def test_what_is_set_in_is_no_quotation_but_one_with_its_author_is() -> None:
    document = read("Can I?\n\n  Yes.\n\n  - a\n\n.. epigraph::\n\n   Said.\n\nx\n\n   Words.\n\n   -- Somebody\n")
    assert markdown(document) == ["Can I?", "Yes.", "- a", "> Said.", "x", "> Words.\n>\n> \u2014 Somebody"]


def test_what_is_no_content_is_dropped_with_its_reason() -> None:
    text = """:orphan:
:lang: de

Title
=====

:source: Board https://x.org/faq
:tags: a, b

.. contents::
   :local:

.. toctree::

   other

.. aside
   more of it

.. image:: a.png
   :alt: A

Text.
"""
    document = read(text)
    assert markdown(document) == ["# Title", "Text."]
    assert document.values == {"lang": "de", "source": "Board", "url": "https://x.org/faq", "tags": ("a", "b")}
    assert document.metadata == {2, 7, 8}
    assert not lost(document)
    assert [document.dropped[n] for n in (1, 10, 15, 17, 18)] == [
        *("field of the document", "table of contents", "table of contents", "comment", "comment")
    ]
    assert document.dropped[20].startswith("a picture is not shown")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (".. include:: /etc/passwd", "include"),
        (".. literalinclude:: /etc/passwd\n   :lines: 1-2", "literalinclude"),
        (".. raw:: html\n\n   <script>x</script>", "raw"),
        (".. raw:: html\n   :file: /etc/passwd", "raw"),
        (".. csv-table:: T\n   :file: /etc/passwd", "csv-table with :file: or :url:"),
        (".. csv-table::\n   :url: http://127.0.0.1/x", "csv-table with :file: or :url:"),
    ],
)
def test_nothing_is_read_from_elsewhere(written: str, name: str) -> None:
    document = read(f"Before.\n\n{written}\n\nAfter.\n")
    assert markdown(document) == ["Before.", "After."]
    assert [(p.line, p.rule, p.severity) for p in document.problems] == [(3, "include", "warning")]
    assert document.problems[0].message.startswith(f'"{name}" is not read')


def test_raw_roles_show_nothing() -> None:
    document = read(".. role:: html(raw)\n   :format: html\n\na :html:`<br>` b :raw:`c`\n")
    assert markdown(document) == ["a b"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+---+---+\n| a | b |\n+---+\n", "\\| a | b |"),
        (".. list-table::\n\n   no list\n", "no list"),
        ("A\n=\n\nB\n-\n\n.. note::\n\n   Inner?\n   ------\n\n   x\n", "# Inner?"),
        ("A\n=\n\nB\n-\n\nC\n=\n\nx\n\n=====\nOdd?\n=====\n\ny\n", "## Odd?"),
    ],
)
def test_what_docutils_leaves_out_stays_and_is_named(written: str, kept: str) -> None:
    document = read(written)
    assert kept in "\n".join(markdown(document))
    assert [p.rule for p in document.problems] == ["rst"]
    assert "not understood as reStructuredText" in document.problems[0].message


@pytest.mark.parametrize("text", ["Short\n==\n\nx *open `and ``more\n", "- a\n - b\nc\n", "x\n  y\n z\n"])
def test_slips_cost_no_word(text: str) -> None:
    document = read(text)
    assert not lost(document)
    assert "System Message" not in "\n".join(markdown(document))


@pytest.mark.parametrize(
    ("data", "rule"), [(b"", "empty-file"), (b"\n \n", "empty-file"), (b"\x89PNG\r\n\x1a\n\xff", "encoding")]
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, rule: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_restructured("faq.rst", data)
    assert refused.value.args[1] == rule


def test_docutils_is_as_it_was_afterwards() -> None:
    """Red without: the end of `installed`."""
    from docutils.parsers.rst import directives, roles

    before = directives.directive, roles.role
    read(".. wholly-unknown:: x\n\n:odd:`y`\n")
    assert (directives.directive, roles.role) == before
