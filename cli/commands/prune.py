"""`minifw runs --prune`: removes stored trials of code that is gone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from cli import console

if TYPE_CHECKING:
    from experiments.store.store import Store

BYTES_PER_MEGABYTE = 1e6


def prune_store(store: Store, agreed: bool) -> None:
    """Says how many trials no code can find any more and how large they are, and removes them when the user agrees.

    Asks on a terminal. Elsewhere nothing is removed unless it was agreed to beforehand.
    """
    from experiments.store.prune import find_outdated, prune

    outdated = find_outdated(store)
    if not outdated.trials and not outdated.free_bytes:
        console.show_text("No stored trial comes from code that is gone; there is nothing to remove.")
        return
    console.show_text(
        f"{outdated.trials} of {console.counted(store.count(), 'trial')} in {store.path} come from code that is gone "
        f"({_megabytes(outdated.bytes)}); {_megabytes(outdated.free_bytes)} of the file are empty."
    )
    if not agreed and not _asked():
        return
    before = store.path.stat().st_size
    removed = prune(store)
    after = store.path.stat().st_size
    console.show_text(f"Removed {console.counted(removed, 'trial')}: from {_megabytes(before)} to {_megabytes(after)}.")


def _asked() -> bool:
    if _on_a_terminal():
        return typer.confirm("Remove them for good?")
    console.say("Nothing was removed; add --yes to remove them.")
    return False


def _on_a_terminal() -> bool:
    return sys.stdin.isatty()


def _megabytes(size: float) -> str:
    return f"{size / BYTES_PER_MEGABYTE:.1f} MB"
