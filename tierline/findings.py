"""What a check of `tierline doctor` may find."""

UP = "start it with `tierline up`, or name the state directory that it uses with --state"


class UnwellError(Exception):
    """A fault; `cure` says what to do about it."""

    def __init__(self, fault: str, cure: str) -> None:
        super().__init__(fault)
        self.cure = cure
