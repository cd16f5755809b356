"""Whether the process lives, and whether it can do its work."""

import asyncio
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api.callers import Handed
from api.faults import NotReady
from api.problems import documented
from api.pulse import answers

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """Every part answers."""

    status: Literal["ready"] = "ready"
    parts: dict[str, Literal["up"]]


@router.get("/", include_in_schema=False)
async def front_door() -> RedirectResponse:
    """Whoever opens the bare address is a person who wants to see the desk."""
    return RedirectResponse("/console/")


@router.get("/healthz")
async def healthz() -> Alive:
    """200 while the process lives."""
    return Alive()


@router.get("/readyz", responses=documented("not_ready"))
async def readyz(services: Handed) -> Ready:
    """200 when Temporal and PostgreSQL answer; 503 with the names of those that do not."""
    up = await asyncio.gather(*map(answers, services.probes.values()))
    away = [name for name, answers in zip(services.probes, up, strict=True) if not answers]
    if away:
        raise NotReady(f"No answer from {' and '.join(away)}.", away=away)
    return Ready(parts=dict.fromkeys(services.probes, "up"))
