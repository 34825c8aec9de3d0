"""A tiny domain that the kernel's own tests use: visits, and a rule that notices two missed ones."""
