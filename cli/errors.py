"""How a command ends when it does not end well: one line on stderr and an exit code, whatever happened."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import typer

from cli import console
from cli.options import fail_setting
from experiments.config.settings import SettingError
from experiments.errors import (
    ClusterError,
    InterruptedRunError,
    MissingTrialsError,
    RefusedWorkerError,
    StoreError,
    UserCodeError,
)

EXIT_FAILED = 1
EXIT_INCOMPLETE = 3
EXIT_UNMET = 4  # a verdict that is not the one asked for
EXIT_SIGNAL = 128  # plus the signal's number: 130 for Ctrl-C, 143 for a request to terminate
GOES_ON = "The same command goes on from there."


class Interruption:
    """What Ctrl-C and a request to terminate do: leave at once while modules load, afterwards stop the work in order."""

    def __init__(self) -> None:
        self.signal = signal.SIGINT
        self._loading = True

    def __call__(self, number: int, _: FrameType | None) -> None:
        if self._loading:
            # An exception in the middle of an import may come out as any other.
            os.write(2, b"\nInterrupted: nothing was computed yet.\n")
            os._exit(EXIT_SIGNAL + number)
        self.signal = signal.Signals(number)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda second, _: os._exit(EXIT_SIGNAL + second))
        raise KeyboardInterrupt

    def loaded(self) -> None:
        """Says that modules are loaded and the work begins. From here on garbage is looked for, in what the work makes."""
        self._loading = False
        if not gc.isenabled():  # `cli.main.main` has it so.
            gc.freeze()
            gc.enable()


@contextlib.contextmanager
def ending_well() -> Iterator[Interruption]:
    """Turns what can end a command within it into one line and an exit code."""
    interruption = Interruption()
    with _handling(interruption):
        try:
            yield interruption
        except SettingError as error:
            raise fail_setting(error) from None
        except InterruptedRunError as error:
            _leave(f"Interrupted: {error.finished} of {error.total} trials are stored. {GOES_ON}", interruption)
        except KeyboardInterrupt:
            _leave(f"Interrupted: finished trials are stored. {GOES_ON}", interruption)
        except (ClusterError, RefusedWorkerError, MissingTrialsError, UserCodeError) as error:
            console.show_error(f"{error}")
            raise typer.Exit(EXIT_FAILED) from None
        except StoreError as error:
            console.show_error(f"{error}. Trials stored before are kept; {GOES_ON[0].lower()}{GOES_ON[1:]}")
            raise typer.Exit(EXIT_FAILED) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            console.show_error(f"{where}{error.strerror or error}. Trials stored before are kept; t{GOES_ON[1:]}")
            raise typer.Exit(EXIT_FAILED) from None


def _leave(line: str, interruption: Interruption) -> None:
    console.say_anyway(line)
    raise typer.Exit(EXIT_SIGNAL + interruption.signal) from None


@contextlib.contextmanager
def _handling(interruption: Interruption) -> Iterator[None]:
    """Has the signals go there, unless they are ignored, as Ctrl-C is in the background of a shell script."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(number, interruption)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
