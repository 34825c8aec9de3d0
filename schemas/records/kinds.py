"""Kinds of documents and where they are kept."""

from __future__ import annotations

from typing import Annotated, Literal

from schemas.fields import Open

DocumentType = Annotated[
    Literal[
        "activation_plan", "employment_plan", "multisector_employment_plan", "integration_plan", "client_plan",
        "ktt_agreement", "continuation_decision", "official_decision", "referral", "ability_evidence",
        "labour_policy_statement", "medical_certificate", "kela_absence_notice", "interruption_risk_notice",
        "disclosure_permit", "consent", "prohibition", "sosmeta_ktt_notice", "other",
    ],
    Open(),
]  # fmt: skip
DocumentSystem = Literal["kanta", "local"]
