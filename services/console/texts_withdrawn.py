"""Why an alert was taken back, in the words of those who would have acted on it."""

from __future__ import annotations

WITHDRAWN = {
    "w_corrected": (
        "Tieto korjattiin, eikä syytä hälytykseen enää ole. Vanha tieto näkyy yliviivattuna.",
        "Uppgiften rättades och det finns inte längre någon orsak till larmet. Den gamla uppgiften visas överstruken.",
        "The data was corrected and the cause is gone. What was said before is struck through.",
    ),
    "w_rule_changed": (
        "Hälytyksen ehdot muuttuivat, eikä tästä enää hälytetä. Asiakkaan tiedot eivät muuttuneet.",
        "Villkoren för larmet ändrades och detta ger inte längre larm. Klientens uppgifter ändrades inte.",
        "The conditions of the alert were changed and this no longer raises one. The client's data did not change.",
    ),
    "w_resolved": (
        "Syytä hälytykseen ei enää ole. Vanha tieto näkyy yliviivattuna.",
        "Det finns inte längre någon orsak till larmet. Den gamla uppgiften visas överstruken.",
        "The cause is gone. What was said before is struck through.",
    ),
    "w_expired": (
        "Aika, jota hälytys koski, on ohi.",
        "Tiden som larmet gällde är förbi.",
        "The time that the alert was about is over.",
    ),
    "w_merged": (
        "Asiakkuudet yhdistettiin, ja samasta asiasta on toinen hälytys.",
        "Klienterna slogs samman och det finns ett annat larm om samma sak.",
        "Two records of the client were merged, and another alert tells of the same matter.",
    ),
}
"""By the code of the reason: Finnish, Swedish, English."""
