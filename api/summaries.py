"""What a call is called in the document: what it does, not the name of a function."""

import re
from typing import Any


def name_calls(document: dict[str, Any]) -> None:
    """Give every call the head of its description for a summary; a command keeps its name."""
    for methods in document["paths"].values():
        for operation in methods.values():
            if "commands" not in operation.get("tags", ()):
                operation["summary"] = re.split(r"[.;:]", operation["description"], maxsplit=1)[0]
