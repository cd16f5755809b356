"""Vendors: a wait for one names whom the directory of the library has, so that the next person can reach them."""

from api.patience import patiently
from api.services import Services
from escalation.errors import UnknownName
from escalation.library import DocumentKind, RevisionState, Wanted
from escalation.library.documents import VendorContact
from escalation.ports import Token, Unavailable

_IN_THE_DIRECTORY = Wanted(kind=DocumentKind.VENDOR_CONTACT, state=RevisionState.PUBLISHED)


async def check_vendor(services: Services, token: Token, named: str) -> None:
    """Raise UnknownName for a contact that is neither the id nor the vendor of a published contact.

    Nothing is held up where no contact is published, or the library cannot be asked.
    """
    wanted = _IN_THE_DIRECTORY.model_copy(update={"clients": token.clients})
    try:
        found = [each.document for each in await patiently(services.library.find, wanted)]
    except Unavailable:
        return
    known = {each.id: each.vendor for each in found if isinstance(each, VendorContact)}
    if known and named.strip().casefold() not in {word.casefold() for word in (*known, *known.values())}:
        there = ", ".join(f"{name} ({vendor})" for name, vendor in known.items())
        raise UnknownName(
            f"The directory has no vendor contact {named[:60]!r}; it has {there}.",
            field="evidence.vendor_contact",
            value=named[:60],
        )
