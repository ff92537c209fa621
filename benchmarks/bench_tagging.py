"""Speed of tagging against the bare work: cutting the same text with rjieba and running one
Aho-Corasick of all names and terms over it. FLOOR holds for pyahocorasick, the usual library; the
one in use (ahocorasick_rs, eight times as fast on these names) is printed beside it.

    python -m benchmarks.bench_tagging [--eval DIR]

All take the same few texts in turn in one process and are timed by its own processor time, so that
a busy machine slows all alike. Texts are the project's
own examples made into documents of about 1,300 characters; with --eval the texts of that folder.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ahocorasick
import rjieba
from ahocorasick_rs import AhoCorasick

from pipeline import segment
from pipeline.companies import Matcher
from pipeline.companies_table import load_companies
from pipeline.themes import Themes, load_themes

ROUNDS = 3
CHUNK = 20  # texts that each job takes in turn
FLOOR = 0.5  # of the speed of rjieba + pyahocorasick


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, help="folder of *.jsonl whose texts are tagged")
    args = parser.parse_args(arguments)
    matcher, themes = Matcher(load_companies()), load_themes()
    texts = _texts(args.eval) if args.eval else _examples(themes)
    words = sorted({name.text for name in matcher.table.names}.union(*map(themes.terms_of, _names(themes))))
    usual, quick = _usual(words), AhoCorasick(words, store_patterns=False)
    jobs: dict[str, Callable[[str], object]] = {
        "rjieba + pyahocorasick": lambda text: (rjieba.cut(text, True), [*usual.iter(text)]),
        "rjieba + ahocorasick_rs": lambda text: (
            rjieba.cut(text, True),
            quick.find_matches_as_indexes(text, overlapping=True),
        ),
        "tagging": lambda text: (segment.words(text), matcher.tag("", text), themes.weigh("", text)),
    }
    spent = dict.fromkeys(jobs, 0.0)
    for at in range(0, len(texts) * ROUNDS, CHUNK):
        chunk = [texts[i % len(texts)] for i in range(at, at + CHUNK)]
        for name, job in jobs.items():
            start = time.process_time()
            for text in chunk:
                job(text)
            spent[name] += (time.process_time() - start) / ROUNDS
    size = sum(len(text.encode()) for text in texts)
    print(f"{len(texts)} texts, {sum(map(len, texts)):,} characters, {size / 1e6:.1f} MB")
    for name, seconds in spent.items():
        rate = f"{size / 1e6 / seconds:6.1f} MB/s  {len(texts) / seconds:8.0f} documents/s a core"
        print(f"{name:<24} {rate}  tagging is {seconds / spent['tagging']:.2f} of it")
    print(_startup())
    ratio = spent["rjieba + pyahocorasick"] / spent["tagging"]
    if ratio < FLOOR:
        print(f"below the floor of {FLOOR}", file=sys.stderr)
    return 0 if ratio >= FLOOR else 1


def _names(themes: Themes) -> list[str]:
    return [theme.name for theme in themes.themes]


def _usual(words: list[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word, len(word))
    automaton.make_automaton()
    return automaton


def _examples(themes: Themes) -> list[str]:
    sentences = [sentence for theme in themes.themes for sentence in (*theme.hit, *theme.miss)]
    for path in sorted(Path(__file__).with_name("data").glob("*_written.jsonl")):
        sentences += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    plain = Path(__file__).with_name("data").joinpath("plain.txt").read_text(encoding="utf-8").splitlines()
    shuffled = random.Random(8)
    texts = []
    for _ in range(300):  # names and terms about as dense as in the texts of the evaluation folder
        lines = shuffled.sample(sentences, 6) + shuffled.choices(plain, k=26)
        shuffled.shuffle(lines)
        texts.append("\n".join(lines))
    return texts


def _texts(folder: Path) -> list[str]:
    texts = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            text = case.get("text") or case.get("input") or case.get("Doc")
            if isinstance(text, str) and len(text) > 200:
                texts.append(text)
    return random.Random(8).sample(texts, min(2000, len(texts)))


def _startup() -> str:
    """A fresh process: seconds until its first text is tagged, and what the names and terms take (Linux)."""
    code = (
        "import time; at = time.perf_counter()\n"
        "import pipeline.tagger\n"
        "pages = lambda: int(open('/proc/self/statm').read().split()[1])\n"
        "before = pages(); lexicon = pipeline.tagger.load_lexicon()\n"
        "lexicon.companies.tag('', '朗玛信息公告')\n"
        "print(f'{time.perf_counter() - at:.2f} {(pages() - before) * 4096 / 1e6:.0f}')"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    seconds, megabytes = done.stdout.split()
    return (
        f"a new process has tagged its first text after {seconds} s; tables and automata take {megabytes} MB"
    )


if __name__ == "__main__":
    sys.exit(main())
