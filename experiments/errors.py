"""What can end a run besides a usage error; each message is one line for the user. Imports no torch."""

from __future__ import annotations


class InterruptedRunError(Exception):
    """The user interrupted; `finished` of `total` trials are in the store."""

    def __init__(self, finished: int, total: int) -> None:
        super().__init__(f"{finished} of {total} trials are stored")
        self.finished = finished
        self.total = total


class RefusedWorkerError(RuntimeError):
    """A worker runs other code or another torch than the driver, or lacks the device; its results are not taken."""


class UserCodeError(RuntimeError):
    """Python that the user wrote failed; the message has the traceback of the user's own lines."""


class ClusterError(RuntimeError):
    """A cluster cannot be reached, or has no workers."""


class MissingTrialsError(Exception):
    """The store lacks trials that were to be shown."""


class StoreError(Exception):
    """The store cannot be read or written; the message is one line for the user."""


class DamagedStoreError(StoreError):
    """The file is damaged, or is not a store."""


class MovedStoreError(StoreError):
    """The file that is open is no longer the one of that name: another process has mended it, or it was removed."""


class TableError(ValueError):
    """A table that cannot be judged. `about`: the argument at fault, such as `metric`, or `table` for its rows."""

    def __init__(self, about: str, message: str) -> None:
        super().__init__(message)
        self.about = about
        self.message = message
