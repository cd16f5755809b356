"""`python -m bench.search`: looking something up in a library of thousands of documents, in milliseconds."""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine, text

from bench.database import database
from bench.table import MarkdownFile, Table, command, percentile, show
from escalation.library import Draft, Runbook
from escalation.library.markdown import written
from escalation.library.search import Found, Sought
from stores import document_rows as rows
from stores.database import transaction
from stores.search import Search
from stores.search_index import put

_AIM = 50  # milliseconds, p95
_NOW = datetime(2026, 11, 2, tzinfo=UTC)
_SEED = 7
_VOCABULARY, _AT_ONCE = 20_000, 500
_SYLLABLES = [first + second for first in "bcdfghjklmnprstvwxyz" for second in "aeiou"]


def main(
    documents: Annotated[int, typer.Option(help="Published documents.")] = 5_000,
    words: Annotated[int, typer.Option(help="Words in each.")] = 300,
    asked: Annotated[int, typer.Option(help="Questions of each sort.")] = 100,
    markdown: MarkdownFile = None,
) -> None:
    """Milliseconds for a question, over words that are as unevenly common as those of a language (Zipf)."""
    with database() as engine:
        vocabulary = _vocabulary()
        took, size = _fill(engine, vocabulary, documents, words)
        columns = ("Question", "p50 ms", "p95 ms", "processor ms", "right one first")
        table = Table(f"Search over {documents:,} documents of {words} words", columns)
        for name, question in _sorts(vocabulary, documents, words):
            table.add(name, *_measured(engine, question, asked))
        again = _again(engine, documents)
        table.notes += [
            f"Published and indexed in {took:,.1f} s, {documents / took:,.0f} documents a second.",
            f"One document indexed again: {again * 1000:,.0f} ms. The index: {size / 2**20:,.0f} MiB.",
            f"Aim: p95 below {_AIM} ms. Processor: the mean of a question, of PostgreSQL and of ours.",
        ]
        show([table], markdown)


Question = Callable[[random.Random], tuple[str, str | None]]
"""Makes a question, and names the document that should come first."""


def _sorts(vocabulary: Sequence[str], documents: int, words: int) -> Iterator[tuple[str, Question]]:
    def name(n: int) -> str:
        return f"RB-{n:05}"

    def title(chance: random.Random) -> tuple[str, str]:
        n = chance.randrange(documents)
        return _title(vocabulary, n), name(n)

    def mistyped(chance: random.Random) -> tuple[str, str]:
        said, which = title(chance)
        return " ".join(_slip(word, chance) for word in said.split()), which

    def sentence(chance: random.Random) -> tuple[str, str]:
        n = chance.randrange(documents)
        own = _words(vocabulary, n, words)
        return " ".join(chance.sample(own, 4) + _title(vocabulary, n).split()[:3]), name(n)

    def common(chance: random.Random) -> tuple[str, None]:
        return " ".join(chance.sample(vocabulary[:20], 2)), None

    def pasted(chance: random.Random) -> tuple[str, str]:
        n = chance.randrange(documents)
        return " ".join(_words(vocabulary, n, words) * 5)[:10_000], name(n)

    yield "the words of a title", title
    yield "the same, each with a slip", mistyped
    yield "seven words of a document", sentence
    yield "two words that nearly all hold", common
    yield "10 kB pasted", pasted


def _measured(engine: Engine, question: Question, asked: int) -> tuple[str, str, str, str]:
    chance, search = random.Random(_SEED), Search(engine)
    with engine.connect() as connection:
        backend = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    used = _processor(backend)
    took, right, meant = [], 0, 0
    for _ in range(asked):
        said, which = question(chance)
        began = time.perf_counter()
        found: list[Found] = search.find(Sought(text=said))
        took.append((time.perf_counter() - began) * 1000)
        meant += which is not None
        right += which is not None and bool(found) and found[0].id == which
    used = (_processor(backend) - used) * 1000 / asked
    first = f"{right / meant:.0%}" if meant else "–"
    return f"{percentile(took, 0.5):,.1f}", f"{percentile(took, 0.95):,.1f}", f"{used:,.1f}", first


def _processor(backend: int) -> float:
    """Seconds of processor time so far, of this process and of the one of PostgreSQL that answers it."""
    user, system = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _fill(engine: Engine, vocabulary: Sequence[str], documents: int, words: int) -> tuple[float, int]:
    """How long it took, and how large the index is."""
    began = time.monotonic()
    for start in range(0, documents, _AT_ONCE):
        made = [_document(vocabulary, n, words) for n in range(start, min(documents, start + _AT_ONCE))]
        with transaction(engine) as connection:
            for each in made:
                rows.add(connection, _draft(each), 1)
                rows.approve(connection, each.id, 1, by="ruth", at=_NOW)
                rows.publish(connection, each.id, 1, by="ruth", at=_NOW)
    took = time.monotonic() - began
    tables = ("search_documents", "search_terms", "search_postings")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        sizes = [connection.execute(text(f"SELECT pg_total_relation_size('{each}')")).scalar_one() for each in tables]
    return took, sum(sizes)


def _again(engine: Engine, documents: int) -> float:
    began = time.monotonic()
    for n in range(20):
        with transaction(engine) as connection:
            put(connection, f"RB-{n * documents // 20:05}")
    return (time.monotonic() - began) / 20


def _draft(document: Runbook) -> Draft:
    return Draft(document=document, text=written(document), author="bench", at=_NOW)


def _document(vocabulary: Sequence[str], n: int, words: int) -> Runbook:
    body = " ".join(_words(vocabulary, n, words))
    return Runbook(id=f"RB-{n:05}", title=_title(vocabulary, n), body=body)


def _title(vocabulary: Sequence[str], n: int) -> str:
    """Four words of middling rarity."""
    return " ".join(random.Random(f"title {n}").sample(vocabulary[200:8_000], 4))


def _words(vocabulary: Sequence[str], n: int, words: int) -> list[str]:
    chance = random.Random(f"body {n}")
    return [vocabulary[min(int(_VOCABULARY ** chance.random()), _VOCABULARY - 1)] for _ in range(words)]


def _vocabulary() -> list[str]:
    chance, made = random.Random(_SEED), dict[str, None]()
    while len(made) < _VOCABULARY:
        made["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(made)


def _slip(word: str, chance: random.Random) -> str:
    """Two letters exchanged."""
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


if __name__ == "__main__":
    command(main)
