"""How each publishing system is asked, by the name that its reader has in `pipeline.read`.

A system that is not named here has lists of pages with an address each: `Asking` itself.
"""

from __future__ import annotations

from crawlers.sources import Source
from crawlers.spiders.asking import Asking, Step
from crawlers.spiders.cninfo import Cninfo
from crawlers.spiders.exchanges import Bse, BseIssuers, BseNews, Eastmoney, Sse, SseIssuers, Szse

__all__ = ["Asking", "Step", "asking_of"]

_ASKING: dict[str, type[Asking]] = {
    "bse": Bse,
    "bse_issuers": BseIssuers,
    "bse_news": BseNews,
    "cninfo": Cninfo,
    "eastmoney": Eastmoney,
    "sse": Sse,
    "sse_issuers": SseIssuers,
    "szse": Szse,
}


def asking_of(source: Source, system: str) -> Asking:
    return _ASKING.get(system, Asking)(source)
