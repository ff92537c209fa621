from __future__ import annotations

import pytest

from pipeline.tagger import Lexicon, load_lexicon
from weekly.desk import Desk, load_desk


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="session")
def desk() -> Desk:
    return load_desk()
