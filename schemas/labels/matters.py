"""What days, reasons and the ways of dealing with a matter are called on pages, in three languages."""

from __future__ import annotations

from collections.abc import Mapping

Texts = Mapping[str, tuple[str, str, str]]

MATTERS: Mapping[str, Texts] = {
    "AttendanceStatus": {
        "present": ("Läsnä", "Närvarande", "Present"),
        "partial": ("Osan päivää", "Delvis", "Part of the day"),
        "absent": ("Poissa", "Frånvarande", "Absent"),
        "service_not_provided": ("Palvelua ei järjestetty", "Tjänsten ordnades inte", "Service not provided"),
        "swapped": ("Päivä vaihdettu", "Dagen bytt", "Day swapped"),
    },
    "AbsenceReason": {
        "own_illness": ("Oma sairaus", "Egen sjukdom", "Own illness"),
        "child_illness_u10": (
            "Alle 10-vuotiaan lapsen sairaus",
            "Sjukt barn under 10 år",
            "Illness of a child under 10",
        ),
        "job_interview": ("Työhaastattelu", "Arbetsintervju", "Job interview"),
        "public_trust_office": ("Luottamustoimi", "Förtroendeuppdrag", "Public position of trust"),
        "agreed_leave": ("Sovittu vapaa", "Avtalad ledighet", "Agreed leave"),
        "other_service": ("Muu palvelu", "Annan tjänst", "Another service"),
        "unknown": ("Ei tiedossa", "Okänd", "Unknown"),
        "other": ("Muu", "Annan", "Other"),
    },
    "Certificate": {
        "not_needed": ("Ei tarvita", "Behövs inte", "Not needed"),
        "missing": ("Puuttuu", "Saknas", "Missing"),
        "received": ("Saatu", "Mottaget", "Received"),
    },
    "ConcernCode": {
        "many": ("Paljon poissaoloja", "Mycket frånvaro", "Many absences"),
        "pattern": ("Toistuva kaava", "Återkommande mönster", "A pattern"),
        "worry": ("Huoli", "Oro", "Worry"),
    },
    "SuspensionReason": {
        "illness": ("Sairaus", "Sjukdom", "Illness"),
        "site_closed": ("Paikka suljettu", "Stället stängt", "Site closed"),
        "epidemic": ("Epidemia", "Epidemi", "Epidemic"),
        "other": ("Muu", "Annan", "Other"),
    },
    "EndReason": {
        "period_ended": ("Jakso päättyi", "Perioden slut", "Period ended"),
        "education": ("Koulutus", "Utbildning", "Education"),
        "employed": ("Työllistyi", "Fick arbete", "Found work"),
        "work_trial": ("Työkokeilu", "Arbetsprövning", "Work trial"),
        "wage_subsidised_work": ("Palkkatuettu työ", "Lönesubventionerat arbete", "Wage-subsidised work"),
        "illness": ("Sairaus", "Sjukdom", "Illness"),
        "moved": ("Muutti", "Flyttade", "Moved"),
        "interrupted_by_client": ("Asiakas keskeytti", "Avbrutet av klienten", "Interrupted by the client"),
        "interrupted_by_organiser": ("Järjestäjä keskeytti", "Avbrutet av anordnaren", "Interrupted by the organiser"),
        "absences": ("Poissaolot", "Frånvaro", "Absences"),
        "site_closed": ("Paikka suljettu", "Stället stängt", "Site closed"),
        "pension": ("Eläke", "Pension", "Pension"),
        "other": ("Muu", "Annan", "Other"),
    },
    "BasisOfEntry": {
        "client_need": ("Asiakkaan tarve", "Klientens behov", "The client's need"),
        "client_wish": ("Asiakkaan toive", "Klientens önskan", "The client's wish"),
    },
    "ReferralReason": {
        "suitable": ("Palvelu sopii", "Tjänsten passar", "The service suits"),
        "service_not_suitable": ("Palvelu ei sovi", "Tjänsten passar inte", "The service does not suit"),
        "no_service_in_area": (
            "Palvelua ei ole alueella",
            "Tjänsten finns inte i området",
            "No such service in the area",
        ),
        "no_free_places": ("Ei vapaita paikkoja", "Inga lediga platser", "No free places"),
        "other_service_first": ("Ensin muu palvelu", "Annan tjänst först", "Another service first"),
        "client_declined": ("Asiakas ei halunnut", "Klienten ville inte", "The client declined"),
        "client_not_reached": ("Asiakasta ei tavoitettu", "Klienten nåddes inte", "The client was not reached"),
        "criteria_not_met": ("Edellytykset eivät täyty", "Villkoren uppfylls inte", "Conditions are not met"),
        "sent_by_mistake": ("Lähetetty vahingossa", "Skickad av misstag", "Sent by mistake"),
        "already_in_service": ("Jo palvelussa", "Redan i tjänsten", "Already in the service"),
        "other": ("Muu", "Annan", "Other"),
    },
    "CloseReason": {
        "sorted": ("Selvitetty", "Utrett", "Sorted out"),
        "known_agreed": ("Tiedossa ja sovittu", "Känt och avtalat", "Known and agreed"),
        "health": ("Terveydellinen syy", "Hälsoskäl", "Health"),
        "plan_changed": ("Suunnitelmaa muutettu", "Planen ändrad", "Plan changed"),
        "data_error": ("Virhe tiedoissa", "Fel i uppgifterna", "Error in the data"),
        "no_action_needed": ("Ei vaadi toimia", "Kräver ingen åtgärd", "No action needed"),
        "not_my_client": ("Ei minun asiakkaani", "Inte min klient", "Not my client"),
    },
    "AlertReason": {
        "illness": ("Sairaus", "Sjukdom", "Illness"),
        "agreed_absence": ("Sovittu poissaolo", "Avtalad frånvaro", "Agreed absence"),
        "transport": ("Kulkeminen", "Resor", "Transport"),
        "family": ("Perhetilanne", "Familjesituation", "Family situation"),
        "motivation": ("Motivaatio", "Motivation", "Motivation"),
        "wrong_schedule": ("Väärä aikataulu", "Fel schema", "Wrong schedule"),
        "not_reached": ("Ei tavoitettu", "Nåddes inte", "Not reached"),
        "site_problem": ("Ongelma paikassa", "Problem på stället", "Problem at the site"),
        "data_error": ("Virhe tiedoissa", "Fel i uppgifterna", "Error in the data"),
        "other": ("Muu", "Annan", "Other"),
    },
    "AlertAction": {
        "plan_changed": ("Suunnitelmaa muutettu", "Planen ändrad", "Plan changed"),
        "support_added": ("Tukea lisätty", "Mera stöd", "Support added"),
        "health_referral": ("Ohjattu terveydenhuoltoon", "Hänvisad till hälsovården", "Referred to health care"),
        "none": ("Ei toimia", "Ingen åtgärd", "None"),
    },
    "DismissReason": {
        "joint_work": ("Tehdään yhdessä", "Görs tillsammans", "Done together"),
        "different_matter": ("Eri asia", "Annat ärende", "A different matter"),
        "agreed_division": ("Työnjako sovittu", "Arbetsfördelning avtalad", "Division agreed"),
        "successor": ("Jatkoa edelliselle", "Fortsättning på den förra", "Successor of the other"),
        "data_error": ("Virhe tiedoissa", "Fel i uppgifterna", "Error in the data"),
        "other": ("Muu", "Annan", "Other"),
    },
    "ResolveAction": {
        "merged": ("Yhdistetty", "Sammanslaget", "Merged"),
        "withdrawn": ("Peruttu", "Återtaget", "Withdrawn"),
        "split": ("Jaettu", "Delat", "Split"),
        "joint_made": ("Tehty yhteiseksi", "Gjort gemensamt", "Made joint"),
    },
    "Weekday": {
        "mon": ("maanantai", "måndag", "Monday"),
        "tue": ("tiistai", "tisdag", "Tuesday"),
        "wed": ("keskiviikko", "onsdag", "Wednesday"),
        "thu": ("torstai", "torsdag", "Thursday"),
        "fri": ("perjantai", "fredag", "Friday"),
        "sat": ("lauantai", "lördag", "Saturday"),
        "sun": ("sunnuntai", "söndag", "Sunday"),
    },
}
