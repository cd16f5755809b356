"""What can go wrong that the operator can put right."""


class OperatorError(Exception):
    """The command cannot go on; the message says what to do. Shown without a traceback, exit code 1.

    OperatorError
    ├── ApiRefusedError  the API cannot be reached, or said no
    ├── LocalPartError   an embedded part cannot be run here
    ├── NoAccountError   root, and no account for PostgreSQL
    ├── PolicyFileError  the policy document does not hold
    ├── PortTakenError   a port is in use
    ├── SettingsError    a setting makes no sense
    └── StateInUseError  another `up` runs on the state directory
    """
