"""What the operations page says, in Finnish, Swedish and English."""

from __future__ import annotations

OPERATIONS: dict[str, tuple[str, str, str]] = {
    "all_on_time": ("Kaikki virrat ajan tasalla", "Alla strömmar är i tid", "All streams are on time"),
    "nobody_waits": ("Kukaan ei odota", "Ingen väntar", "Nobody is on hold"),
    "one_waits": ("{count} asiakas odottaa", "{count} klient väntar", "{count} client is on hold"),
    "many_wait": ("{count} asiakasta odottaa", "{count} klienter väntar", "{count} clients are on hold"),
    "waits_mean": ("Hälytyksiä voi puuttua", "Larm kan saknas", "Alerts may be missing"),
    "no_streams": (
        "Mikään käsittelijä ei ole vielä aloittanut.",
        "Ingen processor har startat ännu.",
        "No processor has started yet.",
    ),
    "tile_lag": ("hitain virta jäljessä", "långsammaste strömmen efter", "slowest stream behind"),
    "tile_holds": ("asiakasta odottaa", "klienter väntar", "clients on hold"),
    "tile_refused": ("hylätty tänään", "avvisade i dag", "refused today"),
    "streams_help": (
        "Kuinka paljon kukin käsittelijä on jäljessä",
        "Hur mycket varje processor är efter",
        "How far each processor is behind",
    ),
    "holds_help": (
        "Henkilöt, joiden tiedoissa jotain ei voitu käsitellä; muut eivät odota",
        "Personer vars uppgifter inte kunde behandlas; andra väntar inte",
        "Persons of whom a fact could not be applied; the others do not wait",
    ),
    "refused_help": (
        "Mitä ovella hylättiin: organisaatio, kenttä ja sääntö",
        "Vad som avvisades vid dörren: organisation, fält och regel",
        "What the door refused: organisation, field and rule",
    ),
    "partners": ("Kumppanit", "Partner", "Partners"),
    "partners_help": (
        "Milloin kunkin kumppanin tietoja on viimeksi saatu; myöhässä oleva ei tarkoita, että asiakas olisi poissa",
        "När uppgifter från varje partner senast kom; försening betyder inte att en klient är frånvarande",
        "When each partner was heard last; that it is late does not mean that a client is absent",
    ),
    "heard_last": ("Viimeksi", "Senast", "Heard last"),
    "late_from": ("Myöhässä alkaen", "Försenad från", "Late from"),
}
