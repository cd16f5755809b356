"""The figures in SQL: each question of `escalation.figures` in a few statements, however many tickets there are."""

from stores.figures.answers import Figures

__all__ = ["Figures"]
