"""How each publishing system is asked, by the name that its reader has in `pipeline.read`."""

from __future__ import annotations

from crawlers.spiders.asking import Asking, Step
from crawlers.spiders.cninfo import Cninfo

__all__ = ["ASKING", "Asking", "Step"]

ASKING: dict[str, type[Asking]] = {
    "cac": Asking,
    "cninfo": Cninfo,
    "jpaas": Asking,
    "sasac": Asking,
    "trs": Asking,
}
