"""Whether a worker polls, for whoever supervises it."""

import asyncio
from collections.abc import Callable

import structlog

from tierline.settings import Settings

log = structlog.get_logger()


async def healthy(settings: Settings, polls: Callable[[], bool]) -> asyncio.Server:
    """Answers 200 while the worker polls, 503 otherwise; plain HTTP, for supervisors."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.wait_for(reader.readline(), 2)
            status = "200 OK" if polls() else "503 Service Unavailable"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        except (TimeoutError, ConnectionError):
            log.debug("a health probe went away")
        finally:
            writer.close()

    return await asyncio.start_server(answer, settings.worker_health_host, settings.worker_health_port)
