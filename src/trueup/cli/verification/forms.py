"""The report as Markdown, for pull requests, and as JUnit's XML, for build servers.

Source of the XML: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..._visible import visible
from .lines import Line

_MARKDOWN = re.compile(r"[\\`*\[\]|~#&<@]")


def markdown(lines: Iterable[Line], summary: str) -> str:
    """A table of what does not agree, after the summary."""
    rows = [
        f"| {line.symbol} {line.verdict} | {_cell(line.table)} | {_cell(line.fact)} | "
        f"{_cell(line.expected)} | {_cell(line.found)} | "
        f"{line.severity if line.verdict == 'differs' else ''} | {_cell(line.mended_by)} |"
        for line in lines
        if line.verdict != "agrees"
    ]
    if not rows:
        return summary
    head = "| | table | fact | declared | found | severity | mend |\n|---|---|---|---|---|---|---|"
    return "\n".join([summary, "", head, *rows])


def junit(lines: Iterable[Line]) -> str:
    """A suite for each table, a case for each fact: a failure for one that differs, an error for
    one that is not known, `skipped` for one that is accepted."""
    root = Element("testsuites", name="trueup verify")
    for table, group in groupby(lines, lambda line: line.table):
        facts = list(group)
        suite = SubElement(
            root,
            "testsuite",
            name=table,
            tests=str(len(facts)),
            failures=str(sum(line.verdict == "differs" for line in facts)),
            errors=str(sum(line.verdict == "unknown" and not line.accepted for line in facts)),
            skipped=str(sum(line.accepted for line in facts)),
        )
        for line in facts:
            case = SubElement(suite, "testcase", classname=table, name=line.fact)
            if line.accepted:
                SubElement(case, "skipped", message=line.text)
            elif line.verdict != "agrees":
                kind = "failure" if line.verdict == "differs" else "error"
                told = SubElement(case, kind, message=line.text, type=str(line.severity))
                told.text = f"declared at {line.declared_at}\nfound at {line.found_at}"
    _well_formed(root)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True)


def _cell(text: str) -> str:
    """A text of a cell, no character of which is Markdown, HTML or the mention of a person."""
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", visible(text))


def _well_formed(element: Element) -> None:
    """Show what XML cannot hold, in all texts of an element and of those in it."""
    for one in element.iter():
        for name, value in one.attrib.items():
            one.set(name, visible(value))
        one.text = visible(one.text, keep="\n") if one.text else one.text
