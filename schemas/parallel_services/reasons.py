"""Why a service beside the work activity ended."""

from __future__ import annotations

from typing import Annotated, Literal

from schemas.fields import Open

ServiceEndReason = Annotated[
    Literal[
        "completed", "did_not_commit", "client_request", "not_available", "moved", "replaced", "no_longer_needed",
        "other",
    ],
    Open(),
]  # fmt: skip
