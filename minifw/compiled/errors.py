"""What can go wrong with the engine, each with what to do about it."""

from __future__ import annotations


class EngineError(RuntimeError):
    """The compiled engine cannot run here."""


class StaleBuildError(EngineError):
    """A library was built from other source than lies here; the message has the command that builds it anew."""


class UnsupportedError(ValueError):
    """A setting or a module that the compiled engine does not know; the message names it."""
