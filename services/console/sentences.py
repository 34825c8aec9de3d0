"""Sentences that tell why something rang, one for each rule, and the words of the codes that stand in them."""

from __future__ import annotations

from services.console import sentences_of_placements, sentences_of_referrals

Three = tuple[str, str, str]

SENTENCES: dict[str, Three] = {
    "R-ABS-1": (
        "Poissa {absent_days}/{scheduled_days} sovitusta päivästä, {unexcused_days} ilman hyväksyttyä syytä ({window})",
        "Borta {absent_days}/{scheduled_days} avtalade dagar, {unexcused_days} utan godtagbar orsak ({window})",
        "Absent {absent_days} of {scheduled_days} agreed days, {unexcused_days} without a good reason ({window})",
    ),
    "R-ABS-2": (
        "Ilmoittamatta poissa {consecutive} sovittua päivää peräkkäin ({window})",
        "Borta utan att meddela {consecutive} avtalade dagar i rad ({window})",
        "Absent without notice {consecutive} agreed days in a row ({window})",
    ),
    "R-ABS-3": (
        "Poissa {rate_pct} % sovituista päivistä: {absent_days}/{scheduled_days} ({window})",
        "Borta {rate_pct} % av de avtalade dagarna: {absent_days}/{scheduled_days} ({window})",
        "Absent {rate_pct} % of the agreed days: {absent_days} of {scheduled_days} ({window})",
    ),
    "R-ABS-7": (
        "{told_by}: {concern}",
        "{told_by}: {concern}",
        "{told_by}: {concern}",
    ),
    "R-ABS-8": (
        "Läsnäolotietoa ei ole saatu {days} päivään ({provider_org}). Viimeisin tieto: {heard}",
        "Inga närvarouppgifter på {days} dagar ({provider_org}). Senaste uppgift: {heard}",
        "No attendance data for {days} days ({provider_org}). Latest: {heard}",
    ),
    "R-REV-1": (
        "{plan_type} on tarkistettava viimeistään {due_on}. Edellinen tarkistus {last_reviewed_on}; {booking}",
        "{plan_type} ska ses över senast {due_on}. Föregående översyn {last_reviewed_on}; {booking}",
        "{plan_type} must be reviewed by {due_on}. Last review {last_reviewed_on}; {booking}",
    ),
    "R-REV-1-OVERDUE": (
        "{plan_type} olisi pitänyt tarkistaa viimeistään {due_on}. Edellinen tarkistus {last_reviewed_on}; {booking}",
        "{plan_type} borde ha setts över senast {due_on}. Föregående översyn {last_reviewed_on}; {booking}",
        "{plan_type} should have been reviewed by {due_on}. Last review {last_reviewed_on}; {booking}",
    ),
    "R-END-1": (
        "Jakso päättyy {end_on}: {step}",
        "Perioden slutar {end_on}: {step}",
        "The period ends on {end_on}: {step}",
    ),
    "R-LIM-3": (
        "{days} osallistumispäivää vuodessa, laki sallii {cap} ({window})",
        "{days} deltagardagar på ett år, lagen tillåter {cap} ({window})",
        "{days} days of participation within a year, the law allows {cap} ({window})",
    ),
    "R-LIM-3-CAP": (
        "Lain enimmäismäärä {cap} päivää vuodessa täyttyi: {days} päivää ({window})",
        "Lagens maximum {cap} dagar på ett år är nått: {days} dagar ({window})",
        "The law's maximum of {cap} days within a year is reached: {days} days ({window})",
    ),
    **sentences_of_placements.SENTENCES,
    **sentences_of_referrals.SENTENCES,
}
"""By the id of the rule; a rule that is not here is told by its family and its numbers."""

CODES: dict[str, Three] = {
    **sentences_of_placements.CODES,
    **sentences_of_referrals.CODES,
    "double": (
        "raja ylittyi kaksinkertaisesti",
        "gränsen överskreds dubbelt",
        "twice over the limit",
    ),
    "concern.many": (
        "poissaoloja on huolestuttavan paljon",
        "oroväckande mycket frånvaro",
        "worryingly many absences",
    ),
    "concern.pattern": (
        "poissaolot toistuvat samalla tavalla",
        "frånvaron följer ett mönster",
        "the absences follow a pattern",
    ),
    "concern.worry": (
        "huoli, joka ei näy luvuista – ota yhteyttä",
        "en oro som inte syns i siffrorna – ta kontakt",
        "a worry that the numbers do not show – please get in touch",
    ),
    "booking.yes": ("aika on varattu {booked_on}", "tid är bokad {booked_on}", "a meeting is booked for {booked_on}"),
    "booking.no": ("aikaa ei ole varattu", "ingen tid är bokad", "no meeting is booked"),
    "heard.none": (
        "ei yhtään päivää (alkoi {started_on})",
        "ingen enda dag (började {started_on})",
        "not a single day (began {started_on})",
    ),
    "step.notice": (
        "on aika suunnitella jatko",
        "det är dags att planera fortsättningen",
        "it is time to plan what comes next",
    ),
    "step.assessment_booked": (
        "loppuarviointia ei ole varattu",
        "slutbedömningen är inte bokad",
        "the final assessment is not booked",
    ),
    "step.assessment_held": (
        "loppuarviointi on pitämättä",
        "slutbedömningen är inte gjord",
        "the final assessment has not been held",
    ),
    "step.continuation_decided": (
        "jatkosta ei ole päätetty",
        "fortsättningen är inte beslutad",
        "what comes next is not decided",
    ),
    "step.preparation": (
        "valmistelu alkoi eikä sosiaalityötä ole kutsuttu",
        "beredningen har börjat och socialarbetet har inte kallats",
        "its preparation began and social work has not been invited",
    ),
    "step.signed": (
        "allekirjoitettu ilman että sosiaalityö oli mukana",
        "undertecknad utan att socialarbetet var med",
        "signed without social work taking part",
    ),
    "step.reviewed": (
        "tarkistettu ilman että sosiaalityö oli mukana",
        "sedd över utan att socialarbetet var med",
        "reviewed without social work taking part",
    ),
    "plan_type.activation_plan": ("Aktivointisuunnitelma", "Aktiveringsplanen", "The activation plan"),
    "plan_type.employment_plan": ("Työllistymissuunnitelma", "Sysselsättningsplanen", "The employment plan"),
    "plan_type.multisector_employment_plan": (
        "Monialainen työllistymissuunnitelma",
        "Den sektorsövergripande sysselsättningsplanen",
        "The multi-sector employment plan",
    ),
    "plan_type.integration_plan": ("Kotoutumissuunnitelma", "Integrationsplanen", "The integration plan"),
    "plan_type.client_plan": ("Asiakassuunnitelma", "Klientplanen", "The client plan"),
    "plan_type.": ("Suunnitelma", "Planen", "The plan"),
    "and": ("ja", "och", "and"),
}

NUMBERS: dict[str, Three] = {
    "due_on": ("määräpäivä {}", "senast {}", "due on {}"),
    "end_on": ("päättyy {}", "slutar {}", "ends on {}"),
    "start_by": ("alkamispäivä viimeistään {}", "börjar senast {}", "to start by {}"),
    "absent_days": ("poissaolopäiviä {}", "frånvarodagar {}", "days absent: {}"),
    "days": ("päiviä {}", "dagar {}", "days: {}"),
    "window": ("aikavälillä {}", "under {}", "between {}"),
}
"""What is told of a rule that has no sentence yet, in this order."""
