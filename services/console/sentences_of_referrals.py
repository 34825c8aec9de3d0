"""Sentences on work that is done twice or by nobody: referrals, plans, own workers, hand-overs."""

from __future__ import annotations

Three = tuple[str, str, str]

SENTENCES: dict[str, Three] = {
    "D01": (
        "Kaksi lähetettä samaan palveluun: {items}",
        "Två remisser till samma tjänst: {items}",
        "Two referrals to the same service: {items}",
    ),
    "D02": (
        "Kaksi työllistymissuunnitelman korvaavaa suunnitelmaa yhtä aikaa: {items}",
        "Två planer som ersätter sysselsättningsplanen samtidigt: {items}",
        "Two plans that replace the employment plan at once: {items}",
    ),
    "D03": (
        "{plan_type} ilman sosiaalityötä: {step} ({items})",
        "{plan_type} utan socialarbete: {step} ({items})",
        "{plan_type} without social work: {step} ({items})",
    ),
    "D04": (
        "Työllistymissuunnitelma aloitettu, vaikka {instead}: {items}",
        "Sysselsättningsplan påbörjad trots att {instead}: {items}",
        "An employment plan was begun although {instead}: {items}",
    ),
    "D05": (
        "Kaksi tahoa on ollut yhteydessä samaan palveluntuottajaan ({asked_org}): {items}",
        "Två aktörer har vänt sig till samma producent ({asked_org}): {items}",
        "Two have turned to the same provider ({asked_org}): {items}",
    ),
    "D06": (
        "Kaksi palvelutarpeen arviointia: {items}",
        "Två bedömningar av servicebehovet: {items}",
        "Two assessments of service needs: {items}",
    ),
    "D07": (
        "Sama tarkistus on varattu kahdesti: {items}",
        "Samma översyn är bokad två gånger: {items}",
        "The same review is booked twice: {items}",
    ),
    "D08": (
        "Suunnitelma on jo tarkistettu, toisella sama edessä {due_on}: {items}",
        "Planen är redan sedd över, en annan har samma framför sig {due_on}: {items}",
        "The plan has been reviewed, another one has the same to do by {due_on}: {items}",
    ),
    "D09": (
        "Kaksi tahoa selvittää samaa poissaoloa: {items}",
        "Två aktörer reder ut samma frånvaro: {items}",
        "Two are clearing up the same absence: {items}",
    ),
    "D10": (
        "Kaksi paikkaa, joiden viikot eivät sovi yhteen ({days_per_week} pv/vko): {items}",
        "Två platser vars veckor inte går ihop ({days_per_week} d/v): {items}",
        "Two places whose weeks do not fit together ({days_per_week} days a week): {items}",
    ),
    "D11": (
        "Sama palvelu on sovittu kahdesti: {items}",
        "Samma tjänst är överenskommen två gånger: {items}",
        "The same service was agreed twice: {items}",
    ),
    "D12": (
        "Kaksi menoa samaan aikaan {on}: {items}",
        "Två åtaganden samtidigt {on}: {items}",
        "Two engagements at the same time on {on}: {items}",
    ),
    "D13": (
        "Kaksi vastuutyöntekijää samassa tehtävässä: {items}",
        "Två ansvariga i samma uppgift: {items}",
        "Two people named for the same task: {items}",
    ),
    "D14": (
        "Sama ilmoitus ({form}) on lähetetty kahdesti: {items}",
        "Samma anmälan ({form}) är skickad två gånger: {items}",
        "The same notice ({form}) was sent twice: {items}",
    ),
    "D15": (
        "Samaa asiakirjaa on pyydetty kahdesti: {items}",
        "Samma handling har begärts två gånger: {items}",
        "The same document was asked for twice: {items}",
    ),
    "D16": (
        "{plan_type}: kaksi tahoa on aloittanut vetäjänä ({items})",
        "{plan_type}: två aktörer har börjat som ledare ({items})",
        "{plan_type}: two have begun it as its lead ({items})",
    ),
    "D17": (
        "Kukaan ei hoida: {due}",
        "Ingen sköter: {due}",
        "Nobody takes care of: {due}",
    ),
    "D18": (
        "Samasta päivästä {on} on kaksi eri tietoa: {items}",
        "Två olika uppgifter om samma dag {on}: {items}",
        "Two different records of the same day {on}: {items}",
    ),
    "R-INT-1": (
        "{told_by} aikoo aloittaa {from_on} työn, jota tehdään jo: {items}",
        "{told_by} ska den {from_on} börja med arbete som redan görs: {items}",
        "{told_by} is about to begin on {from_on} what is being done already: {items}",
    ),
    "R-GAP-1": (
        "Asiakas ei saa palvelua, jota hän tarvitsee (ilmoitti {told_by})",
        "Klienten får inte den tjänst som hon behöver (anmält av {told_by})",
        "The client cannot get a service that she needs (told by {told_by})",
    ),
    "R-REF-1": (
        "Lähete odottaa: {step} viimeistään {due_on}",
        "Remissen väntar: {step} senast {due_on}",
        "A referral is waiting: {step} by {due_on}",
    ),
    "R-PLAN-1": (
        "{plan_type} on tehtävä viimeistään {due_on}",
        "{plan_type} ska göras senast {due_on}",
        "{plan_type} must be made by {due_on}",
    ),
    "R-PLAN-1-OVERDUE": (
        "{plan_type} olisi pitänyt tehdä viimeistään {due_on}",
        "{plan_type} borde ha gjorts senast {due_on}",
        "{plan_type} should have been made by {due_on}",
    ),
    "R-PLAN-2": (
        "{plan_type} on aloitettava: Kela ilmoitti {reported_on}, viimeistään {due_on}",
        "{plan_type} ska påbörjas: FPA meddelade {reported_on}, senast {due_on}",
        "{plan_type} must be begun: Kela told on {reported_on}, by {due_on}",
    ),
    "R-PLAN-2-OVERDUE": (
        "{plan_type} on aloittamatta, määräpäivä oli {due_on}",
        "{plan_type} är inte påbörjad, tiden gick ut {due_on}",
        "{plan_type} has not been begun, it was due on {due_on}",
    ),
    "R-PLAN-3": (
        "Kelan ilmoitus tuli {days_late} päivää myöhässä",
        "FPA:s meddelande kom {days_late} dagar för sent",
        "Kela's report came {days_late} days late",
    ),
    "R-PLAN-PARTY": (
        "{plan_type} allekirjoitettu {signed_on} ilman lain vaatimaa osapuolta",
        "{plan_type} undertecknad {signed_on} utan en part som lagen kräver",
        "{plan_type} signed on {signed_on} without a party whom the law requires",
    ),
    "R-PLAN-QUAL": (
        "{plan_type} tehty ilman sosiaalihuollon ammattihenkilöä",
        "{plan_type} gjord utan yrkesutbildad person inom socialvården",
        "{plan_type} made without a social-welfare professional",
    ),
    "R-CW-1": (
        "Omatyöntekijää ei ole {missing_since} alkaen",
        "Ingen egen kontaktperson sedan {missing_since}",
        "No own worker since {missing_since}",
    ),
    "R-CW-1-CONFLICT": (
        "Useampi omatyöntekijä yhtä aikaa {since_on} alkaen",
        "Flera egna kontaktpersoner samtidigt sedan {since_on}",
        "More than one own worker at once since {since_on}",
    ),
    "R-HAND-1": (
        "Siirtoa ei ole vahvistettu: {to_org}, siirretty {started_on}",
        "Överföringen är inte bekräftad: {to_org}, överförd {started_on}",
        "The hand-over is not confirmed: {to_org}, handed over {started_on}",
    ),
    "R-RETURN-1": (
        "Palannut työttömäksi työnhakijaksi {on}: ota vastaan viimeistään {due_on}",
        "Åter arbetslös arbetssökande {on}: ta emot senast {due_on}",
        "An unemployed jobseeker again since {on}: take on by {due_on}",
    ),
    "R-ORG-1": (
        "{org} lopetti {from_on}: kesken jääneet asiat on siirrettävä",
        "{org} upphörde {from_on}: det som blev på hälft ska överföras",
        "{org} ceased on {from_on}: what is left there must be handed over",
    ),
    "R-OPS-1": (
        "{org} ei ole lähettänyt tietoja sovitussa ajassa: mitä se kertoo, voi olla vanhaa",
        "{org} har inte skickat uppgifter inom avtalad tid: det den berättar kan vara gammalt",
        "{org} has sent nothing within the time agreed: what it tells may be old",
    ),
}
"""By the id of the rule: Finnish, Swedish, English."""

CODES: dict[str, Three] = {
    "step.receive": ("kukaan ei ole ottanut sitä vastaan", "ingen har tagit emot den", "nobody has received it"),
    "step.decide": ("siitä ei ole päätetty", "inget beslut är fattat", "nobody has decided on it"),
    "step.start": ("hyväksytty palvelu ei ole alkanut", "den godkända tjänsten har inte börjat", "it has not begun"),
    "due.referral": ("lähete", "remissen", "the referral"),
    "due.activation_plan": ("aktivointisuunnitelma", "aktiveringsplanen", "the activation plan"),
    "due.plan_review": ("suunnitelman tarkistus", "översynen av planen", "the review of the plan"),
    "due.handover": ("kaksi vahvistamatonta siirtoa", "två obekräftade överföringar", "two unconfirmed hand-overs"),
    "instead.activation_due": (
        "aktivointisuunnitelma on tekemättä",
        "aktiveringsplanen är ogjord",
        "an activation plan is due",
    ),
    "instead.replacing_plan": (
        "sen korvaava suunnitelma on jo olemassa",
        "en plan som ersätter den redan finns",
        "a plan that replaces it exists already",
    ),
}
