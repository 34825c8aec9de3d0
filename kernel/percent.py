"""Values of `ce-` headers: unquoted first, then decoded exactly once; anything that is not UTF-8 is refused."""

from __future__ import annotations

import re

from kernel.strict import refuse

ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


def header_value(value: str, pointer: str) -> str:
    """The text that a header stands for. Refused 400 for bad quoting, bad percent signs and invalid UTF-8."""
    if value.startswith('"'):
        if len(value) < 2 or not value.endswith('"'):
            refuse(400, "header", "a quoted value does not end", pointer)
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    if not value.isascii() or any(ord(c) < 0x20 or ord(c) == 0x7F for c in value):
        refuse(400, "header", "characters outside ASCII are percent-encoded", pointer)
    if value.count("%") != len(ENCODED.findall(value)):
        refuse(400, "header", "a percent sign without two hexadecimal digits", pointer)
    raw = ENCODED.sub(lambda m: chr(int(m.group()[1:], 16)), value).encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        refuse(400, "header", "the decoded value is not UTF-8", pointer)
