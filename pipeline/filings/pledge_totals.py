"""What holders have pledged in all: a fact for each (`pledged_total`), and fields of their transactions."""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields, field_of
from pipeline.filings.names import Name
from pipeline.filings.pledge_deals import Total, clause_of, kind_of_count, ratio_check, ratios
from pipeline.filings.pledge_parties import Parties
from pipeline.filings.pledge_words import AND, AS_OF, CONCERT, DUE, GROWN, GROWS, HOLDS
from pipeline.filings.record import Filing
from pipeline.model import Day, Fact, Number


class Totals:
    """`read` is given the sentences in their order; `told` is what they say."""

    def __init__(self, filing: Filing, parties: Parties) -> None:
        self.filing, self.parties, self.text = filing, parties, filing.text
        self.told: list[Total] = []

    def read(self, start: int, end: int, holder: Name | None) -> None:
        text = self.text
        fields: dict[str, Number] = {}
        owners: tuple[Name, ...] = (holder,) if holder else ()
        if text[start - 1] in "；;" and self.told and not self.parties.owners(start, end):
            owners = self.told[-1].owners
        figures = [n for n in self.filing.figures if start <= n.start < end]
        floor = start
        for i, n in enumerate(figures):
            left = text[floor : n.start]
            floor = n.end
            opened = text.rfind("(", start, n.start)
            inside = opened > text.rfind(")", start, n.start)
            if n.base_unit != "股" or (inside and not HOLDS.match(text, opened)):
                continue  # parts of the count before
            if GROWS.match(text, n.end) or GROWN.search(left):
                continue
            limit = next((m.start for m in figures[i + 1 :] if m.base_unit == "股"), end)
            kind = kind_of_count(text[start : n.start], left, text[n.end : limit], text[n.end : end])
            if kind not in ("holding", "cum") or DUE.search(clause_of(left)):
                continue
            if "cum_shares" in fields and (kind == "holding" or self.parties.owners(floor, n.start)):
                self.told.append(Total(start, fields, owners))
                fields = {}
            if kind == "holding" and ("holding_shares" not in fields or "合计" in clause_of(left)):
                fields["holding_shares"] = n
                if (
                    r := ratios(self.text, figures[i + 1 :], self._skip(figures, i, end))
                ) and "ratio_of_total" in r:
                    fields["holding_ratio"] = r["ratio_of_total"]
            elif kind == "cum" and "cum_shares" not in fields:
                fields["cum_shares"] = n
                if "分别" in text[start : n.start] and (run := self._run(figures[i:])):
                    if len(whose := self.parties.owners(start, n.start)) == len(run):
                        self.told += [
                            Total(start, {"cum_shares": count}, (owner,))
                            for owner, count in zip(whose, run, strict=True)
                        ]
                    return
                for name, value in ratios(self.text, figures[i + 1 :], self._skip(figures, i, end)).items():
                    fields[f"cum_{name}"] = value
            owners = self.parties.owners(start, n.start) or owners
        if fields:
            self.told.append(Total(start, fields, owners))

    def _run(self, figures: list[Number]) -> list[Number]:
        """The counts that stand side by side (分别为N股、M股): of several holders."""
        run = figures[:1]
        for n in figures[1:]:
            if n.base_unit != "股" or not AND.fullmatch(self.text, run[-1].end, n.start):
                break
            run.append(n)
        return run if len(run) > 1 else []

    def facts(self) -> list[Fact]:
        """One fact for each holder's total; told twice it is one."""
        f, made, seen = self.filing, list[Fact](), set[tuple[object, ...]]()
        held: Total | None = None
        for total in self.told:
            count = total.fields.get("cum_shares")
            if count is None:
                held = total
                continue
            with_others = CONCERT.search(self.text, total.start, count.start)
            key = (count.base, bool(with_others), *(self.parties.word(n) for n in total.owners[:1]))
            if not total.owners or key in seen:
                continue
            seen.add(key)
            terms = tuple(f.name(*n.full) for n in total.owners)
            fields: Fields = {"holder": field_of(terms)}
            same = held is not None and [n.full for n in held.owners] == [n.full for n in total.owners]
            for name, number in {**(held.fields if held and same else {}), **total.fields}.items():
                fields[name] = f.number(number)
            if day := self._as_of(total.start, count.start):
                fields["as_of"] = day
            check = ratio_check(fields, "cum_shares", "holding_shares", "cum_ratio_of_holding")
            made.append(
                Fact(kind="pledged_total", company=f.company, fields=fields, checks=(check,) if check else ())
            )
        return made

    def _as_of(self, start: int, end: int) -> Day | None:
        """The day of a total: that of the 截至 told last before it."""
        line = self.text.rfind("\n", 0, start)
        if self.text[line - 1 : line] == ":":  # 截至本公告日: on the line before
            line = self.text.rfind("\n", 0, line)
        told = [*AS_OF.finditer(self.text, max(line + 1, start - 200), end)]
        return self.filing.up_to(*told[-1].span()) if told else None

    def _skip(self, figures: list[Number], i: int, end: int) -> int:
        """Where the ratios of a count end: at the next count that is not the share capital's."""
        for n in figures[i + 1 :]:
            opened = self.text.rfind("(", figures[i].end, n.start)
            inside = opened > self.text.rfind(")", figures[i].end, n.start)
            if (
                n.base_unit == "股"
                and not inside
                and not re.search(
                    r"(?:股本|总股数|股份总[数额])[^，。；]{0,4}$", self.text[max(0, n.start - 12) : n.start]
                )
            ):
                return n.start
        return end
