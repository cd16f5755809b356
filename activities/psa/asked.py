"""What goes between a connection's workflow and its activities: ids, and never what a record says."""

from escalation.terms import Facts

AT_ONCE = 20


class Batch(Facts):
    """Records to bring into step, and tickets whose records are."""

    connection: str
    record_ids: tuple[str, ...] = ()
    ticket_ids: tuple[str, ...] = ()


class Synced(Facts):
    """What is left to be done: `later` soon, all of it once the other system answers again if it is `away`."""

    later: tuple[str, ...] = ()
    away: bool = False
    stopped: bool = False
    wrote: int = 0


class Look(Facts):
    """A look at everything: what changed since `cursor`, "" for what the store knows; `compare`: each that is open."""

    connection: str
    cursor: str = ""
    compare: bool = False


class Found(Facts):
    """The records to bring into step, where to go on from, and in how many seconds."""

    record_ids: tuple[str, ...] = ()
    cursor: str = ""
    every: int = 300
    away: bool = False
    stopped: bool = False
