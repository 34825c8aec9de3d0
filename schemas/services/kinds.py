"""What the catalogue of services tells of an offer and of a gap."""

from __future__ import annotations

from typing import Annotated, Literal

from schemas.fields import Open

Segment = Literal["intermediate_labour_market", "open_labour_market"]
GapReason = Annotated[Literal["attitude", "competence", "resources", "other"], Open()]
