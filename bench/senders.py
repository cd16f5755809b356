"""Machines that send, as light as they can be: what is measured is who is sent to, on the same two cores."""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def used(port: int) -> float:
    """Seconds of processor time that the process behind this port has used so far; what else runs does not count."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"tierline.serve:create" in words and str(port).encode() in words:
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            continue
    raise RuntimeError(f"no API listens on {port}")


class Door(NamedTuple):
    """Where they send, and with which key."""

    host: str
    port: int
    path: str
    key: str

    def request(self, body: bytes) -> bytes:
        """The whole request, as it goes over the wire."""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Round(NamedTuple):
    """How long each request took, in seconds, how long all of them, and how many were refused for want of room."""

    took: list[float]
    seconds: float
    refused: int


async def sent(door: Door, bodies: list[bytes], senders: int, pause: float = 0.0) -> Round:
    """All of them, by so many at the same time, each over one connection and pausing between two; RuntimeError for
    an answer that is neither 202 nor one to come again."""
    waiting, took, refused = iter(bodies), list[float](), list[int]()
    began = time.monotonic()
    async with asyncio.TaskGroup() as together:
        for _ in range(senders):
            together.create_task(_sender(door, waiting, took, refused, pause))
    return Round(took, time.monotonic() - began, len(refused))


async def _sender(door: Door, bodies: Iterator[bytes], took: list[float], refused: list[int], pause: float) -> None:
    reader, writer = await asyncio.open_connection(door.host, door.port)
    try:
        for body in bodies:
            began = time.monotonic()
            writer.write(door.request(body))
            status = await _answer(reader)
            took.append(time.monotonic() - began)
            if status == 503:
                refused.append(status)
            elif status != 202:
                raise RuntimeError(f"answered {status}")
            if pause:
                await asyncio.sleep(pause)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if length:
        await reader.readexactly(int(length[1]))
    return int(head.split(b" ", 2)[1])
