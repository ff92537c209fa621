"""Companies as a query knows them: any name or code gives the codes it may stand for."""

from __future__ import annotations

from pipeline.companies_table import CompanyTable
from search.analyse import label


class CompanyNames:
    def __init__(self, table: CompanyTable) -> None:
        self._table = table
        self._unlisted = frozenset(map(label, table.unlisted))
        self._codes: dict[str, list[str]] = {}
        for name in table.names:
            if name.code is not None:
                known = self._codes.setdefault(label(name.text), [])
                if name.code not in known:
                    known.append(name.code)

    def known(self, name: str) -> bool:
        """Also one of the desk's names without a code."""
        return bool(self.codes(name)) or label(name) in self._unlisted

    def codes(self, name: str) -> list[str]:
        """Empty when the table does not know the name; several when it is ambiguous."""
        text = label(name)
        if text.isdigit() and len(text) == 6:  # of a company that the table lacks too
            return [self._table.current(text)]
        if company := self._table.coded(text):
            return [company.code]
        return self._codes.get(text, [])
