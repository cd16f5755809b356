"""How lengths of time are spread, asked of PostgreSQL so that the answer is the one of the fold to the last digit."""

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, cast, func, literal
from sqlalchemy.dialects.postgresql import ARRAY

from escalation.metrics import QUANTILES
from escalation.published import Spread

_QUANTILES = literal(list(QUANTILES), ARRAY(Double))


def spread_columns(name: str, length: ColumnElement[int], where: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    """Number, sum and quantiles of a column of microseconds."""
    return [
        func.count(length).filter(where).label(f"{name}_n"),
        cast(func.sum(length).filter(where), BigInteger).label(f"{name}_total"),
        func.percentile_cont(_QUANTILES).within_group(hours_of(length)).filter(where).label(f"{name}_quantiles"),
    ]


def spread_of(row: Any, name: str) -> Spread:
    """The figure of those columns of a row."""
    n, total, quantiles = (getattr(row, f"{name}_{part}", None) for part in ("n", "total", "quantiles"))
    return Spread.of(n or 0, timedelta(microseconds=total or 0), quantiles or ())


def hours_of(length: ColumnElement[int]) -> ColumnElement[float]:
    """Microseconds as hours, rounded as `timedelta.total_seconds() / 3600` is."""
    hours: ColumnElement[Any] = cast(length, Double) / 1e6 / 3600.0
    return hours
