"""Start a worker. Nothing imports this file: `tierline up`, `tierline worker` and the container run it."""

import asyncio
import os
import sys

from tierline.faults import OperatorError
from tierline.logs import configure
from tierline.polling import AttributesMissingError, serve
from tierline.settings import Settings


def main() -> int:
    """The exit code: 0 after a clean stop, 1 if the worker may not start."""
    settings = Settings()
    configure(settings.log_format)
    try:
        asyncio.run(serve(settings))
    except (AttributesMissingError, OperatorError, ValueError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # the SDK can crash while the interpreter takes itself apart
