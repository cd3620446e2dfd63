"""Headlines from whatever a person follows: RSS, Atom, JSON Feed, CSV, Parquet, GDELT, an OPML of files.

Files are read piece by piece, so that a long one needs little memory. Nothing is fetched: an address in a
list of feeds is named, not opened. An item that cannot be read is named and passed over.
"""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast
from xml.etree import ElementTree

import pandas as pd

from ..errors import not_installed
from ..frames import is_missing
from ..text import shorten

#: Names that files give to the parts of an item, the first that is there counts.
_COLUMNS = {
    "title": ("title", "headline", "heading", "name", "page_title"),
    "text": ("summary", "description", "first_sentence", "text", "excerpt", "content", "body", "snippet"),
    "url": ("url", "link", "address", "sourceurl", "documentidentifier", "href", "external_url"),
    "publisher": ("publisher", "source", "domain", "site", "outlet", "sourcecommonname", "paper"),
    "published": ("published", "date", "pubdate", "seendate", "date_published", "updated", "day", "datetime"),
}
#: Columns of GDELT's files, which have no header: events 2.0 (61), knowledge graph 2.1 (27).
_GDELT = {61: {"url": 60, "published": 1}, 58: {"url": 57, "published": 1}}
_GRAPH = 27
_GRAPH_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_SUFFIXES = (
    ".rss",
    ".atom",
    ".xml",
    ".json",
    ".jsonl",
    ".ndjson",
    ".csv",
    ".tsv",
    ".parquet",
    ".opml",
    ".gz",
    ".zip",
)
#: No headline is longer; what is, is cut, so that one item cannot fill the memory.
_LONGEST = 2_000
_BATCH = 20_000
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One headline: plain text, and its day (YYYY-MM-DD) or an empty text."""

    title: str
    text: str = ""
    url: str = ""
    publisher: str = ""
    published: str = ""


@dataclass
class Faults:
    """What could not be read: how much, and the first of it by name."""

    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        """Count a fault, and keep it if it is one of the first."""
        self.count += 1
        if len(self.named) < _SHOWN:
            self.named.append(f"{where}: {what}")


def plain(text: object) -> str:
    """Return a cell of a feed as plain text in one line: no markup, no control characters."""
    if text is None or (not isinstance(text, str) and is_missing(text)):
        return ""
    text = str(text)
    if text.isprintable() and len(text) <= _LONGEST and "<" not in text and "&" not in text:
        return text.strip()  # the usual case, quick
    words = html.unescape(_TAG.sub(" ", text[: 10 * _LONGEST]))
    # What was written as &lt;b&gt; is markup, too.
    words = _TAG.sub(" ", words).encode("utf-8", "replace").decode()
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:_LONGEST]


def day_of(value: object) -> str:
    """Return the day of a date in any common form as YYYY-MM-DD; an empty text if it is none."""
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    text = plain(value)
    if not text:
        return ""
    if found := _DAY.match(text):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            return ""
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, IndexError, OverflowError):
        return ""


def _item(cells: Mapping[str, Any], where: str, faults: Faults) -> Item | None:
    """Return the item of a row; None, and a fault, if it has no headline."""
    title = plain(cells.get("title")) or _title_of(str(cells.get("url") or ""))
    if not title:
        faults.add(where, "has no headline")
        return None
    text = plain(cells.get("text"))
    return Item(
        title,
        "" if text == title else text,
        "".join(str(cells.get("url") or "").split())[:_LONGEST],
        plain(cells.get("publisher")),
        day_of(cells.get("published")),
    )


def _title_of(url: str) -> str:
    """Return the words of an address, which is all that GDELT's events have of a headline."""
    slug = max(re.split(r"[/?#]", url.partition("://")[2].partition("/")[2]), key=len, default="")
    words = [word for word in re.split(r"[-_+.]", slug.rpartition(".")[0] or slug) if word.isalpha()]
    return " ".join(words) if len(words) > 3 else ""


def read(feed: Any, faults: Faults, on_item: Callable[[], None] = lambda: None) -> Iterator[Item]:
    """Yield the headlines of a feed: a file, a folder, a text, a frame, or several of them.

    Parameters
    ----------
    feed : path, str, bytes, DataFrame or iterable of them
        A path, or the text of a feed itself (which begins with ``<``, ``{`` or ``[``, or has several lines).
    faults : Faults
        What could not be read is added here.
    on_item : callable
        Called once for each item, read or not, for a sign of progress.
    """
    for cells, where in _cells(feed, faults):
        on_item()
        item = _item(cells, where, faults)
        if item is not None:
            yield item


Cells = tuple[Mapping[str, Any], str]


def _cells(feed: Any, faults: Faults) -> Iterator[Cells]:
    if isinstance(feed, pd.DataFrame):
        yield from _frame(feed, "the frame", faults)
    elif isinstance(feed, bytes):
        with _told(faults, "the text"):
            yield from _stream(io.BytesIO(feed), "the text", "", faults)
    elif isinstance(feed, str) and (feed.lstrip("\ufeff \n\r\t")[:1] in ("<", "{", "[") or "\n" in feed):
        yield from _cells(feed.encode("utf-8", "replace"), faults)
    elif isinstance(feed, str | Path):
        yield from _path(Path(feed).expanduser(), faults)
    elif isinstance(feed, Iterable):
        for one in feed:
            yield from _cells(one, faults)
    else:
        raise TypeError(f"a feed is a path, a text, a frame or a list of them; got {type(feed).__name__}")


def _path(path: Path, faults: Faults, seen: frozenset[Path] = frozenset()) -> Iterator[Cells]:
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.is_file() and _is_feed(one))
        if not files:
            faults.add(str(path), "holds no feed")
        for one in files:
            yield from _path(one, faults, seen)
        return
    if "://" in str(path) or re.match(r"https?:/", str(path)):
        raise ValueError(f"{path} is an address: fetch it first, mineralmap asks no network")
    if not path.exists():
        raise FileNotFoundError(f"there is no feed {path}")
    if not path.is_file():
        raise ValueError(f"{path} is neither a file nor a folder")
    real = path.resolve()
    if real in seen:
        return
    with _told(faults, str(path)), _opened(path) as (stream, name):
        if _begins(stream, name) == "opml":
            yield from _opml(stream, path, faults, seen | {real})
        else:
            yield from _stream(stream, str(path), name, faults)


@contextmanager
def _told(faults: Faults, where: str) -> Iterator[None]:
    """Make a fault of what a reader says of damaged bytes; pyarrow's errors are of these kinds, too."""
    try:
        yield
    except (OSError, ValueError, NotImplementedError, EOFError, zipfile.BadZipFile) as error:
        faults.add(where, shorten(str(error), 200))


def _is_feed(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and not path.name.startswith(".")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], str]]:
    """Open a file, unpacked if it is packed, with its name."""
    name = path.name.lower()
    if name.endswith(".gz"):
        with gzip.open(path) as stream:
            yield io.BufferedReader(stream), name.removesuffix(".gz")
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.namelist() if not one.endswith("/")]
            if len(inside) != 1:
                raise ValueError(f"holds {len(inside)} files; unpack it first")
            with archive.open(inside[0]) as stream:
                yield io.BufferedReader(cast(io.RawIOBase, stream)), inside[0].lower()
    else:
        with path.open("rb") as stream:
            yield stream, name


def _begins(stream: IO[bytes], name: str) -> str:
    """Return what a stream is, by its first bytes; by its name where they do not tell."""
    head = stream.peek(4096)[:4096] if hasattr(stream, "peek") else stream.read(4096)
    if not hasattr(stream, "peek"):
        stream.seek(0)
    if head[:4] == b"PAR1":
        return "parquet"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return "opml" if b"<opml" in head.lower() else "xml"
    if start.startswith((b"{", b"[")):
        lines = start.split(b"\n", 2)
        one_a_line = len(lines) > 1 and lines[0].rstrip().endswith(b"}") and lines[1].startswith(b"{")
        return "jsonl" if one_a_line or name.endswith((".jsonl", ".ndjson")) else "json"
    return "csv"


def _stream(stream: IO[bytes], where: str, name: str, faults: Faults) -> Iterator[Cells]:
    kind = _begins(stream, name)
    readers = {"parquet": _parquet, "xml": _xml, "json": _json, "jsonl": _json_lines, "csv": _csv}
    if kind == "opml":
        faults.add(where, "is a list of feeds: give it as a file, so that its files can be found")
        return
    yield from readers[kind](stream, where, faults)


def _xml(stream: IO[bytes], where: str, faults: Faults) -> Iterator[Cells]:
    try:
        import feedparser  # noqa: PLC0415  not needed for other files
    except ModuleNotFoundError as error:
        raise not_installed(error, "leads") from error
    # As bytes: an address would be fetched. What markup is left is taken away here.
    parsed = feedparser.parse(io.BytesIO(stream.read()), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries:
        problem = parsed.get("bozo_exception")
        faults.add(where, f"no item was found{f' ({shorten(str(problem), 100)})' if problem else ''}")
    source = parsed.feed.get("title", "")
    for number, entry in enumerate(parsed.entries, start=1):
        yield (
            {
                "title": entry.get("title"),
                "text": entry.get("summary"),
                "url": entry.get("link"),
                "publisher": (entry.get("source") or {}).get("title") or source,
                "published": _moment(entry),
            },
            f"{where}, item {number}",
        )
    if parsed.get("bozo") and parsed.entries:
        faults.add(
            where, f"is damaged after item {len(parsed.entries)} ({shorten(str(parsed.bozo_exception), 100)})"
        )


def _moment(entry: Any) -> str:
    """Return the day of an item, whatever form its feed writes it in."""
    for name in ("published", "updated", "created"):
        if parsed := entry.get(f"{name}_parsed"):
            return f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}"
    return ""


def _json(stream: IO[bytes], where: str, faults: Faults) -> Iterator[Cells]:
    try:
        found = json.loads(stream.read().decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        faults.add(where, f"is no JSON ({shorten(str(error), 100)})")
        return
    source = ""
    if isinstance(found, dict):
        source = found.get("title", "")
        lists = [
            found[key]
            for key in ("items", "articles", "entries", "results")
            if isinstance(found.get(key), list)
        ]
        found = lists[0] if lists else [found]
    for number, one in enumerate(found, start=1):
        place = f"{where}, item {number}"
        if not isinstance(one, dict):
            faults.add(place, "is no object")
            continue
        cells = dict(_named(one))
        cells.setdefault("text", one.get("content_text") or one.get("content_html"))
        cells.setdefault("publisher", source)
        yield cells, place


def _json_lines(stream: IO[bytes], where: str, faults: Faults) -> Iterator[Cells]:
    for number, line in enumerate(stream, start=1):
        if line.strip():
            try:
                yield dict(_named(json.loads(line))), f"{where}, line {number}"
            except (ValueError, AttributeError, RecursionError):
                faults.add(f"{where}, line {number}", "is no JSON object")


def _named(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the parts of an item that a row has, by our names."""
    folded = {str(key).strip().casefold(): key for key in reversed(list(row))}
    for part, names in _COLUMNS.items():
        values = (row[folded[name]] for name in names if name in folded)
        for value in values:
            if value is not None and value != "" and not isinstance(value, dict | list):
                yield part, value
                break


def _csv(stream: IO[bytes], where: str, faults: Faults) -> Iterator[Cells]:
    with io.TextIOWrapper(cast(io.BufferedReader, stream), "utf-8-sig", errors="replace", newline="") as text:
        lines = (line.replace("\0", " ") for line in text)
        first = next(lines, "")
        sign = max("\t;,", key=first.count)
        width = first.count("\t") + 1
        if width in (*_GDELT, _GRAPH):
            yield from _gdelt(chain([first], lines), where, width, faults)
        else:
            yield from _rows_of_csv(csv.reader(chain([first], lines), delimiter=sign), where, faults)


def _rows_of_csv(rows: Iterator[list[str]], where: str, faults: Faults) -> Iterator[Cells]:
    number, places = 0, None
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            faults.add(f"{where}, row {number}", str(error))
            continue
        if places is None:
            places = _places(row, where, faults)
            if not places:
                return
        elif any(row):
            yield {part: row[at] for part, at in places.items() if at < len(row)}, f"{where}, row {number}"


def _places(header: list[Any], where: str, faults: Faults) -> dict[str, int]:
    """Return where the parts of an item are; nowhere, and a fault, if there is no column of headlines."""
    places = {part: header.index(name) for part, name in _named({name: name for name in header})}
    if "title" in places or "url" in places:
        return places
    faults.add(where, f"has no column of headlines; there are {shorten(', '.join(map(str, header)), 100)}")
    return {}


def _gdelt(lines: Iterable[str], where: str, width: int, faults: Faults) -> Iterator[Cells]:
    """Yield the items of a file of GDELT, which has no header and quotes nothing."""
    for number, line in enumerate(lines, start=1):
        row = line.rstrip("\r\n").split("\t")
        if len(row) != width:
            faults.add(f"{where}, row {number}", f"has {len(row)} cells, not {width}")
        elif width == _GRAPH:
            title = _GRAPH_TITLE.search(row[26])
            cells = {"published": row[1], "publisher": row[3], "url": row[4]}
            yield {**cells, "title": title[1] if title else ""}, f"{where}, row {number}"
        else:
            yield {part: row[at] for part, at in _GDELT[width].items()}, f"{where}, row {number}"


def _frame(frame: pd.DataFrame, where: str, faults: Faults, first: int = 1) -> Iterator[Cells]:
    places = _places([*frame.columns], where, faults)
    columns = [frame.iloc[:, at].array for at in places.values()]
    for number, row in enumerate(zip(*columns, strict=True), start=first):
        yield dict(zip(places, row, strict=True)), f"{where}, row {number}"


def _parquet(stream: IO[bytes], where: str, faults: Faults) -> Iterator[Cells]:
    try:
        from pyarrow import parquet  # noqa: PLC0415  not needed for other files
    except ModuleNotFoundError as error:
        raise not_installed(error, "parquet") from error
    with parquet.ParquetFile(stream if stream.seekable() else io.BytesIO(stream.read())) as file:
        names = dict(_named({name: name for name in file.schema_arrow.names}))
        first = 1
        for batch in file.iter_batches(_BATCH, columns=list(names.values()) or None):
            yield from _frame(batch.to_pandas(), where, faults, first)
            first += batch.num_rows


def _opml(stream: IO[bytes], path: Path, faults: Faults, seen: frozenset[Path]) -> Iterator[Cells]:
    """Yield the items of the files that a list of feeds names; an address is named as a fault."""
    outlines = (one for _, one in ElementTree.iterparse(stream, ("start",)) if one.tag.lower() == "outline")
    try:
        names = [name for one in outlines for key, name in one.items() if key.lower() == "xmlurl"]
    except ElementTree.ParseError as error:
        faults.add(str(path), f"is a damaged list of feeds ({error})")
        return
    for name in (name.removeprefix("file://") for name in names):
        if re.match(r"[a-z][a-z0-9+.-]+:", name, re.IGNORECASE):
            faults.add(str(path), f"names the address {shorten(name)}: fetch it first, and name the file")
        elif not (file := path.parent / name).is_file():
            faults.add(str(path), f"names {shorten(name)}, which is not there")
        else:
            yield from _path(file, faults, seen)
