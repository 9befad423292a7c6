"""What keeps the local system from running; each message tells a person what to do about it.

LocalError
├── BadSetting      an environment variable says nothing that can be used
├── FolderInUse     another system runs on the folder
├── PortTaken       another program listens on the port
├── ChildFailed     the emulator, the app or another child ended, or did not answer in time
├── AccountFailed   the first account could not be made
└── DemoFailed      what runs in the demo shop could not be set up
"""


class LocalError(Exception):
    """The local system cannot run, or cannot go on."""


class BadSetting(LocalError):
    """An environment variable says nothing that can be used."""


class FolderInUse(LocalError):
    """Another system runs on the same folder."""


class PortTaken(LocalError):
    """Another program listens on the port."""


class ChildFailed(LocalError):
    """A child process ended, or did not answer in time."""


class AccountFailed(LocalError):
    """The first account could not be made."""


class DemoFailed(LocalError):
    """What runs in the demo shop could not be set up."""
