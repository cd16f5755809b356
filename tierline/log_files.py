"""Opening event logs and their mappings; errors name the file, the line and the column."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from escalation.log.rows import LogCase, LogMapping, LogRow, MalformedLog, cases_of, check_header, read_row
from tierline import PARTS_ROOT
from tierline.faults import OperatorError

DEFAULT_MAPPING = PARTS_ROOT / "policies" / "logs" / "volvo_it.yaml"
_GZIP_MAGIC = b"\x1f\x8b"

Wrap = Callable[[BinaryIO], BinaryIO]
"""Put around the opened file, to watch how far it has been read."""


class LogFileError(OperatorError):
    """A log or mapping file that cannot be read; the message names the file and the place."""


def read_mapping(path: Path = DEFAULT_MAPPING) -> LogMapping:
    """The column mapping of one kind of log, from YAML."""
    try:
        return LogMapping.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise LogFileError(f"{path}: {_said(error)}") from error
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'document'}: {e['msg']}" for e in error.errors())
        raise LogFileError(f"{path}: {problems}") from error


def read_log(path: Path, mapping: LogMapping, wrap: Wrap = lambda file: file) -> Iterator[LogCase]:
    """The cases of a CSV log, one by one as they are read; gzip is recognised by its first bytes."""
    try:
        with _opened(path, wrap) as text:
            yield from cases_of(_rows(text, mapping))
    except (MalformedLog, OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise LogFileError(f"{path}: {_said(error)}") from error


@contextmanager
def _opened(path: Path, wrap: Wrap) -> Iterator[io.TextIOWrapper]:
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        watched = wrap(cast("BinaryIO", file))
        binary = cast("BinaryIO", gzip.GzipFile(fileobj=watched)) if zipped else watched
        yield io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")


def _rows(text: io.TextIOWrapper, mapping: LogMapping) -> Iterator[LogRow]:
    reader = csv.DictReader(text, strict=True)
    try:
        header = reader.fieldnames or []
        check_header(header, mapping)
        yield from _read(reader, header, mapping)
    except csv.Error as error:
        raise MalformedLog(reader.reader.line_num, f"this is not CSV: {error}") from error


def _read(reader: "csv.DictReader[str]", header: Sequence[str], mapping: LogMapping) -> Iterator[LogRow]:
    for raw in reader:
        if None in raw or None in raw.values():
            surplus = "more" if None in raw else "fewer"
            raise MalformedLog(reader.line_num, f"the row has {surplus} fields than the {len(header)} of the header")
        yield read_row(raw, reader.line_num, mapping)


def _said(error: Exception) -> str:
    """What an operator needs of it: the system's own words without its number and the file's name again."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
