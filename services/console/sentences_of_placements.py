"""Sentences on days, periods, limits and meetings: what a client's time at her place calls for."""

from __future__ import annotations

Three = tuple[str, str, str]

SENTENCES: dict[str, Three] = {
    "R-ABS-4": (
        "Poissa {absent_days} sovittua päivää peräkkäin, syystä riippumatta ({window})",
        "Borta {absent_days} avtalade dagar i rad, oavsett orsak ({window})",
        "Absent {absent_days} agreed days in a row, whatever the reason ({window})",
    ),
    "R-ABS-5": (
        "Todistus puuttuu, poissa {days} päivää ({window})",
        "Intyg saknas, borta {days} dagar ({window})",
        "The certificate is missing, absent {days} days ({window})",
    ),
    "R-ABS-5-LATE": (
        "Todistusta ei ole saatu viikossa, poissa {days} päivää ({window})",
        "Intyget har inte kommit på en vecka, borta {days} dagar ({window})",
        "The certificate has not come within a week, absent {days} days ({window})",
    ),
    "R-ABS-6": (
        "Poissa {working_days} työpäivää syystä, joka oikeuttaa {days} päivään kerrallaan ({window})",
        "Borta {working_days} arbetsdagar av en orsak som berättigar till {days} dagar åt gången ({window})",
        "Absent {working_days} working days for a reason that excuses {days} at a time ({window})",
    ),
    "R-KELA-1": (
        "Kelalle ilmoittamatta {absent_days} poissaolopäivää ({window})",
        "{absent_days} frånvarodagar har inte anmälts till FPA ({window})",
        "{absent_days} days of absence not told to Kela ({window})",
    ),
    "R-REV-2": (
        "{contact} olisi pitänyt olla viimeistään {due_on}; {booking}",
        "{contact} borde ha varit senast {due_on}; {booking}",
        "{contact} should have been by {due_on}; {booking}",
    ),
    "R-END-2": (
        "Jakso päättyi {end_on}, eikä jatkoa ole kirjattu {days} päivään",
        "Perioden slutade {end_on} och fortsättningen har inte antecknats på {days} dagar",
        "The period ended on {end_on} and nobody has told within {days} days what followed",
    ),
    "R-LIM-1": (
        "{days} päivää viikossa, laki sallii {cap} ({window})",
        "{days} dagar i veckan, lagen tillåter {cap} ({window})",
        "{days} days in a week, the law allows {cap} ({window})",
    ),
    "R-LIM-2": (
        "Päivän tai viikon pituus ei ole lain rajoissa: {minutes} minuuttia ({window})",
        "Dagens eller veckans längd är utanför lagens gränser: {minutes} minuter ({window})",
        "The length of a day or week is outside the law's limits: {minutes} minutes ({window})",
    ),
    "R-LIM-4": (
        "Jakson pituus ei ole lain rajoissa: {start_on}–{end_on}",
        "Periodens längd är utanför lagens gränser: {start_on}–{end_on}",
        "The length of the period is outside the law's limits: {start_on}–{end_on}",
    ),
    "R-LIM-5": (
        "Jaksoja yhteensä {months} kuukautta ({start_on} alkaen): suunnitelma on tarkistettava",
        "Perioder på sammanlagt {months} månader (från {start_on}): planen ska ses över",
        "Periods of {months} months together (since {start_on}): the plan must be looked at",
    ),
    "R-LIM-6": (
        "Aloitti {started_on}, mutta puuttuu: {lacking}",
        "Började {started_on}, men det saknas: {lacking}",
        "Started on {started_on}, but this is missing: {lacking}",
    ),
    "R-LIM-7": (
        "Paikka on {km} km päässä (raja {cap} km), eikä suostumusta ole",
        "Platsen ligger {km} km bort (gränsen är {cap} km) och samtycke saknas",
        "The site is {km} km away (the limit is {cap} km) and there is no consent",
    ),
    "R-BEN-1": (
        "Korotusosaa maksettu {days} päivältä, enintään {cap}",
        "Förhöjningsdel har betalats för {days} dagar, högst {cap}",
        "The increased part has been paid for {days} days, at most {cap}",
    ),
    "R-BEN-1-CAP": (
        "Korotusosan {cap} päivää on käytetty: {days} päivää",
        "Förhöjningsdelens {cap} dagar är använda: {days} dagar",
        "The {cap} days of the increased part are used: {days} days",
    ),
    "R-PS-1": (
        "Sovittu rinnakkaispalvelu ei ole alkanut, vaikka sen piti alkaa viimeistään {start_by}",
        "En avtalad parallell tjänst har inte börjat fast den skulle börja senast {start_by}",
        "A service agreed beside has not begun although it should have by {start_by}",
    ),
    "R-PS-2": (
        "Rinnakkaispalvelu toteutuu harvemmin kuin on sovittu ({since_on} alkaen)",
        "En parallell tjänst ges mer sällan än avtalat (från {since_on})",
        "A service beside is given more seldom than agreed (since {since_on})",
    ),
    "R-OUT-2": (
        "Sovittu selvitys ei ole alkanut, vaikka sen piti alkaa viimeistään {start_by}",
        "En avtalad utredning har inte börjat fast den skulle börja senast {start_by}",
        "What was agreed to be clarified has not begun although it should have by {start_by}",
    ),
    "R-COACH": (
        "Suunta työhön on selvä ({since_on}), eikä työvalmentajaa ole nimetty",
        "Vägen till arbete är klar ({since_on}) och ingen arbetscoach är utsedd",
        "The direction to work is clear ({since_on}) and no job coach has been named",
    ),
    "R-DEBT-1": (
        "Talous- ja velkaneuvonta voisi auttaa ({since_on}), eikä sitä ole sovittu",
        "Ekonomi- och skuldrådgivning kunde hjälpa ({since_on}) och är inte avtalad",
        "Financial and debt counselling could help ({since_on}) and has not been agreed",
    ),
    "R-EVID-1": (
        "Arviointi asiakirjaviitteineen tarvitaan ennen jakson loppua {end_on}",
        "En bedömning med dokumentreferens behövs före periodens slut {end_on}",
        "An assessment with a reference to its document is needed before the period ends on {end_on}",
    ),
    "R-TRIAL-1": (
        "Palvelussa {months} kuukautta ({start_on} alkaen), vaikka esillä oli työkokeilu",
        "I tjänsten {months} månader (från {start_on}) fast en arbetsprövning var på tal",
        "In the service for {months} months (since {start_on}) although a work trial was considered",
    ),
    "R-SUP-1": (
        "Tukea ei ole nimetty: {step} ({since_on} alkaen)",
        "Stöd har inte utsetts: {step} (från {since_on})",
        "No support has been named: {step} (since {since_on})",
    ),
    "R-SCH-1": (
        "Varattu aika osuu osallistumispäivälle {on}",
        "En bokad tid infaller på deltagardagen {on}",
        "An appointment falls on a day of participation, {on}",
    ),
    "R-PROV": (
        "Yksityinen yritys tuottajana ajalla, jolloin laki ei sitä sallinut ({start_on} alkaen)",
        "Ett privat företag som producent då lagen inte tillät det (från {start_on})",
        "A private company as provider when the law did not allow it (since {start_on})",
    ),
    "R-CAP-1": (
        "Paikat ovat loppumassa: vapaana {free}/{places} ({municipality})",
        "Platserna håller på att ta slut: lediga {free}/{places} ({municipality})",
        "Places are running out: {free} of {places} are free ({municipality})",
    ),
}
"""By the id of the rule."""

CODES: dict[str, Three] = {
    "step.entry": ("alkuvaihe", "inledningen", "the beginning"),
    "step.during": ("palvelun aikana", "under tjänsten", "during the service"),
    "step.transition": ("siirtymävaihe", "övergången", "the transition"),
    "step.after": ("palvelun jälkeen", "efter tjänsten", "after the service"),
    "missing.plan": ("allekirjoitettu suunnitelma", "en undertecknad plan", "a signed plan"),
    "missing.benefits": ("tieto etuuksista", "information om förmåner", "information on benefits"),
    "missing.shop_steward": (
        "ilmoitus pääluottamusmiehelle",
        "besked till huvudförtroendemannen",
        "word to the shop steward",
    ),
    "missing.insurance": ("vakuutus", "försäkring", "insurance"),
    "missing.agreement": ("sopimus", "avtal", "an agreement"),
    "contact.max_interval": ("Tapaamisen tai yhteydenoton", "Ett möte eller en kontakt", "A meeting or contact"),
    "contact.usual_interval": ("Tavanomaisen tapaamisen", "Det vanliga mötet", "The usual meeting"),
    "contact.n_times_per_window": ("Sovitun määrän tapaamisia", "Det avtalade antalet möten", "The agreed meetings"),
    "contact.at_contract_event": (
        "Tapaamisen sopimusta tehtäessä",
        "Mötet när avtalet görs",
        "The meeting when the agreement is made",
    ),
    "contact.by_period_length": ("Väliarvioinnin", "Mellanbedömningen", "The interim assessment"),
    "contact.before_period_end": (
        "Suunnitelman tarkistuksen ennen jakson loppua",
        "Översynen före periodens slut",
        "The review before the period ends",
    ),
}
