import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from escalation.log.rows import LogMapping, MalformedLog, cases_of, check_header, read_row
from tierline.log_files import DEFAULT_MAPPING, LogFileError, read_log, read_mapping

OPENED = datetime(2012, 5, 7, 9, tzinfo=UTC)
MAPPING = read_mapping()
COLUMNS = ["case_id", "seq", "ts_utc", "status", "substatus", "team", "tier", "impact", "owner", "product"]


def raw_row(case_id: str = "c1", number: int = 0, *, hour: int = 9) -> dict[str, str]:
    cells = [
        case_id,
        str(number),
        f"2012-05-07T{hour:02}:00:00Z",
        "Accepted",
        "In Progress",
        "T1",
        "1",
        "Medium",
        "Ann",
    ]
    return dict(zip(COLUMNS, [*cells, "PROD1"], strict=True))


# ----------------------------------------------------------------------------------------------- the rows


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("ts_utc", "yesterday", "'yesterday' is not an ISO 8601 time"),
        ("ts_utc", "2012-05-07T09:00:00", "has no UTC offset"),
        ("status", "Frozen", "unknown status 'Frozen' with substatus 'In Progress'"),
        ("tier", "4", "tier 4 is not between 1 and 3"),
        ("tier", "second", "'second' is not a whole number"),
        ("impact", "Huge", "unknown impact 'Huge'; known are Major, High, Medium, Low"),
        ("case_id", "", "an event without a case"),
        ("seq", "", "'' is not a whole number"),
    ],
)
def test_a_cell_that_makes_no_sense_is_named_by_line_and_column(column: str, text: str, says: str) -> None:
    with pytest.raises(MalformedLog) as refused:
        read_row(raw_row() | {column: text}, 17, MAPPING)
    assert (refused.value.line, refused.value.column) == (17, column)
    assert says in str(refused.value)


def test_an_unknown_kind_of_completion_is_refused_not_guessed() -> None:
    with pytest.raises(MalformedLog, match="unknown status 'Completed' with substatus 'Abandoned'"):
        read_row(raw_row() | {"status": "Completed", "substatus": "Abandoned"}, 2, MAPPING)


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(MalformedLog, match="'team', 'tier'"):
        check_header([name for name in COLUMNS if name not in {"team", "tier"}], MAPPING)


def test_events_of_a_case_are_put_in_the_order_of_time_then_number() -> None:
    raw = [raw_row(number=0), raw_row(number=1, hour=10), raw_row(number=2, hour=10)]
    (case,) = cases_of(read_row(row, 2, MAPPING) for row in reversed(raw))
    assert [row.order for row in case.rows] == [0, 1, 2]


def test_a_case_that_goes_on_after_another_began_is_refused() -> None:
    raw = [raw_row("a"), raw_row("b"), raw_row("a", 1, hour=10)]
    with pytest.raises(MalformedLog, match="line 4: case 'a' goes on here after it ended on line 2"):
        list(cases_of(read_row(row, line, MAPPING) for line, row in enumerate(raw, start=2)))


def test_times_without_an_offset_are_read_in_the_zone_of_the_mapping() -> None:
    local = MAPPING.model_copy(update={"zone": "Europe/Brussels"})
    assert read_row(raw_row() | {"ts_utc": "2012-05-07T11:00:00"}, 2, local).at == OPENED


# ----------------------------------------------------------------------------------------------- the files


def as_csv(rows: Sequence[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_a_log_is_read_plain_or_zipped_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    text = as_csv([raw_row(), raw_row(number=1, hour=10)])
    contents = {"log.csv": text.encode(), "log.gz": gzip.compress(text.encode()), "bom.csv": text.encode("utf-8-sig")}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        (case,) = read_log(tmp_path / name, MAPPING)
        assert [row.line for row in case.rows] == [2, 3]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "line 1: no column"),
        (b"a,b\n1,2\n", "line 1: no column 'case_id'"),
        (as_csv([raw_row()]).encode() + b"c2,0\n", "line 3: the row has fewer fields than the 10"),
        (as_csv([]).encode() + b"x," * 12 + b"\n", "line 2: the row has more fields than the 10"),
        (as_csv([]).encode() + b'"a"b,c\n', "line 2: this is not CSV"),
        (as_csv([]).encode() + b"\xff", "can't decode byte 0xff"),
        (gzip.compress(as_csv([raw_row()]).encode())[:60], "ended before"),
    ],
    ids=["empty", "another table", "short row", "long row", "bad quotes", "not text", "cut off"],
)
def test_a_broken_file_is_named_with_the_place(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    with pytest.raises(LogFileError, match=r"broken\.csv: ") as refused:
        list(read_log(path, MAPPING))
    assert says in str(refused.value)


def test_a_missing_file_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(LogFileError, match=r"nothing\.csv: No such file or directory$"):
        list(read_log(tmp_path / "nothing.csv", MAPPING))


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("name: Volvo IT incidents", "", "name: Field required"),
        ("{standing: queued}", "{standing: asleep}", "meanings.Queued.standing"),
        ("Europe/Brussels", "Europe/Bruges", "unknown time zone 'Europe/Bruges'"),
        ("calendar: around_the_clock}", "calendar: lunar}", "no calendar 'lunar'"),
        ("columns:", "columns: [", "line"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_by_name(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(DEFAULT_MAPPING.read_text().replace(was, becomes, 1))
    with pytest.raises(LogFileError, match=r"mapping\.yaml: ") as refused:
        read_mapping(path)
    assert says in str(refused.value)


def test_a_mapping_travels_as_json_and_comes_back_equal() -> None:
    assert LogMapping.model_validate_json(MAPPING.model_dump_json()) == MAPPING
