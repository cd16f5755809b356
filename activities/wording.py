"""The words of a message for one recipient and one way out: names for ids, and a link of their own to answer by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from temporalio.exceptions import ApplicationError

from escalation.messages import ANSWERED, SHIPPED, Message, UnresolvedPlaceholder, render
from escalation.ports import Directory, Policies


class Links(Protocol):
    """Where a message is answered."""

    def answer(self, message: Message, person: str, channel: str, now: datetime) -> str: ...


class Wording:
    """What a message says, by the texts of the policy of today."""

    def __init__(self, directory: Directory, policies: Policies, links: Links) -> None:
        self._directory, self._policies, self._links = directory, policies, links

    def link(self, message: Message, person: str, outlet: str, now: datetime) -> str:
        """Where this recipient answers what came by this outlet; blank where nothing is asked."""
        return self._links.answer(message, person, channel_of(outlet), now)

    def together(self, message: Message, link: str, along: Sequence[Message]) -> tuple[str, str]:
        """The message with what goes along with it."""
        subject, body = self.text(message, link)
        others = [self.text(each, "")[1] for each in along]
        if not others:
            return subject, body
        return f"{len(others) + 1} messages: {subject}", "\n\n".join([body, *others])

    def text(self, message: Message, link: str) -> tuple[str, str]:
        """Subject and body; an unresolved placeholder or an unknown template sends nothing and is an error."""
        templates = {**SHIPPED, **self._policies.current().messages}
        if message.template not in templates:
            raise ApplicationError(
                f"The policy has no message {message.template!r}.", type="unknown_template", non_retryable=True
            )
        named = {
            name: self._directory.display_name(value) if name.endswith("_name") else value
            for name, value in message.params.items()
        }
        if message.template in ANSWERED:
            named["ack_url"] = link
        try:
            body = render(templates[message.template], named, template=message.template)
        except UnresolvedPlaceholder as unresolved:
            raise ApplicationError(str(unresolved), type="unresolved_placeholder", non_retryable=True) from None
        return f"[{message.ticket_id}] {message.params.get('summary', '')}".strip(), body


def channel_of(outlet: str) -> str:
    """The channel in an outlet's name, which may end in a mark of its address: `apprise:slack:5d41`."""
    return ":".join(outlet.split(":")[:2])
