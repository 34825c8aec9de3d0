"""What the form of the day at a workshop says."""

from __future__ import annotations

ATTENDANCE = {
    "attendance": ("Läsnäolot", "Närvaro", "Attendance"),
    "a_help": (
        "Merkitse, keitä oli paikalla. Jo merkityn voi muuttaa: uusi merkintä korvaa vanhan.",
        "Anteckna vilka som var på plats. Det antecknade kan ändras: den nya anteckningen ersätter den gamla.",
        "Say who was there. What has been said can be changed: the new word takes the place of the old one.",
    ),
    "a_present": ("Läsnä", "Närvarande", "Present"),
    "a_absent": ("Poissa", "Frånvarande", "Absent"),
    "a_partial": ("Osan päivää", "Delvis", "Part of the day"),
    "a_service_not_provided": ("Palvelua ei järjestetty", "Tjänsten ordnades inte", "Service not provided"),
    "a_swapped": ("Päivä vaihdettu", "Dagen bytt", "Day swapped"),
    "a_said": ("Merkitty", "Antecknat", "Said"),
    "a_not_said": ("Ei merkitty", "Inte antecknat", "Nothing said yet"),
    "a_not_expected": ("ei sovittu päivä", "ingen avtalad dag", "not an agreed day"),
    "a_reason": ("Jos poissa: syy", "Om frånvarande: orsak", "If absent: reason"),
    "a_reason_unknown": ("Syy ei tiedossa", "Orsaken inte känd", "Reason not known"),
    "a_certificate": ("Todistus", "Intyg", "Certificate"),
    "a_notified": ("Ilmoitti itse", "Meddelade själv", "Told of it herself"),
    "a_concern": ("Pyydä yhteydenottoa", "Be om kontakt", "Ask for contact"),
    "a_no_concern": ("Ei tarvetta", "Inget behov", "No need"),
    "a_save": ("Tallenna", "Spara", "Save"),
    "a_rest": (
        "Tallenna ja merkitse muut sovitut läsnä oleviksi",
        "Spara och anteckna övriga väntade som närvarande",
        "Save, and mark everybody else expected as present",
    ),
    "a_saved": ("Tallennettu merkintöjä: {count}", "Sparade anteckningar: {count}", "Saved: {count}"),
    "a_nobody": (
        "Tänä päivänä teillä ei ole ketään.",
        "Ingen är hos er den här dagen.",
        "Nobody is with you on this day.",
    ),
    "a_wrong_day": (
        "Lomakkeen päivää ei voi enää tai vielä täyttää. Mitään ei tallennettu; alla on tämä päivä.",
        "Blankettens dag kan inte längre eller inte ännu fyllas i. Inget sparades; nedan står den här dagen.",
        "The day of the form can no longer, or not yet, be filled in. Nothing was saved; below is today.",
    ),
    "a_meanwhile": (
        "Joku muu merkitsi saman päivän sillä välin. Hänen merkintäänsä ei muutettu; katso alta, miten se on nyt.",
        "Någon annan antecknade samma dag under tiden. Det ändrades inte; se nedan hur det står nu.",
        "Somebody else has filled in the same day meanwhile. That was not changed; see below how it stands now.",
    ),
    "a_unnamed": (
        "Kaikkea ei tallennettu: aiempaa syytä ja todistusta ei näytetä sinulle, joten valitse molemmat uudelleen.",
        "Allt sparades inte: den tidigare orsaken och intyget visas inte för dig, så välj båda på nytt.",
        "Not everything was saved: the earlier reason and certificate are not shown to you, so choose both anew.",
    ),
    "a_more": (
        "Sivulla on enintään {count} asiakasta, eikä tässä ole kaikkia. Tallenna ensin, sitten jatka.",
        "En sida rymmer högst {count} klienter, och alla är inte här. Spara först och gå sedan vidare.",
        "A page holds {count} clients at most, and not everybody is here. Save first, then go on.",
    ),
    "a_next": ("Seuraavat asiakkaat", "Följande klienter", "The next clients"),
    "a_first": ("Ensimmäiset asiakkaat", "De första klienterna", "The first clients"),
    "a_refused": (
        "Kaikkea ei voitu tallentaa. Katso alta, mikä puuttuu.",
        "Allt kunde inte sparas. Se nedan vad som saknas.",
        "Not everything could be saved. See below what is missing.",
    ),
}
