"""Looks up what a code is called: by code list, code and language."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.labels.matters import MATTERS
from schemas.labels.parties import PARTIES
from schemas.labels.services import SERVICES

LANGUAGES = ("fi", "sv", "en")
LABELS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {**PARTIES, **SERVICES, **MATTERS}
"""Name of a code list in `schemas.codes` → code → label in the order of LANGUAGES."""


def label(code_list: str, code: str, language: str = "fi") -> str:
    """What a code is called; a code that the list does not know stands for itself. KeyError: no such list."""
    texts = LABELS[code_list].get(code)
    return texts[LANGUAGES.index(language)] if texts else code
