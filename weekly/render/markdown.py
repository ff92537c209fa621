"""The issue in Markdown, with a footnote for each sentence."""

from __future__ import annotations

import re

from weekly.model import Issue
from weekly.render.notes import Note, sections

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def render(issue: Issue) -> str:
    lines = [f"# 计算机行业周报 {issue.week}", "", f"{issue.monday:%Y-%m-%d} 至 {issue.sunday:%Y-%m-%d}", ""]
    notes: list[Note] = []
    for section in sections(issue):
        lines += [f"## {section.title}", ""]
        for item in section.items:
            text = ""
            for line in item.lines:
                text += escape(line.text)
                if line.note:
                    text += f"[^{line.note.number}]"
                    notes.append(line.note)
            lines += [text, ""]
            lines += [f"> 校核不符：{escape(doubt)}\n" for doubt in item.paragraph.doubts]
        if not section.items:
            lines += ["本周没有入选的条目。", ""]
    lines += [
        f"[^{note.number}]: [{escape(note.title)}](<{note.url}>) {escape(note.document)}，"
        + "；".join(f"{place}" for place, _ in note.words)
        for note in notes
    ]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """What comes from outside is text, never markup."""
    return _SPECIAL.sub(r"\\\1", text)
