"""What can go wrong while an instance is run: each message names the option, file or program and the rule."""

from __future__ import annotations


class OperateError(Exception):
    """The command cannot do what was asked; nothing was changed beyond what the message says."""


class NotRunning(OperateError):
    """The instance is not up, and the command needs it."""
