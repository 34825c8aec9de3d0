"""The words of an e-mail in Finnish, Swedish and English: neutral, the same for everybody."""

from __future__ import annotations

LANGUAGES = ("fi", "sv", "en")

SUBJECTS = {
    "raised": ("uusi asia odottaa", "ett nytt ärende väntar", "something new is waiting"),
    "escalated": ("asia odottaa yhä", "ett ärende väntar ännu", "something is still waiting"),
    "handed": ("sinulle siirrettiin asia", "ett ärende har överförts till dig", "something was handed over to you"),
    "withdrawn": ("asia on poistunut", "ett ärende har utgått", "something is no longer needed"),
}
SENTENCES = {
    "raised": (
        "Polussa on uusi asia, joka odottaa sinua tai tiimiäsi.",
        "I Polku finns ett nytt ärende som väntar på dig eller ditt team.",
        "There is something new in Polku that waits for you or your team.",
    ),
    "escalated": (
        "Polussa on asia, jota kukaan ei ole vielä ottanut hoitaakseen.",
        "I Polku finns ett ärende som ingen ännu har tagit hand om.",
        "There is something in Polku that nobody has taken yet.",
    ),
    "handed": (
        "Polussa on asia, joka on siirretty sinulle tai tiimillesi.",
        "I Polku finns ett ärende som har överförts till dig eller ditt team.",
        "There is something in Polku that was handed over to you or your team.",
    ),
    "withdrawn": (
        "Aiempi ilmoitus Polussa ei enää vaadi toimia.",
        "Ett tidigare meddelande i Polku kräver inte längre några åtgärder.",
        "An earlier notice in Polku needs nothing more.",
    ),
}
CLOSING = (
    "Avaa se tästä (kirjautuminen vaaditaan):",
    "Öppna det här (inloggning krävs):",
    "Open it here (sign-in is required):",
)


def subject(about: str) -> str:
    """The subject line."""
    fi, sv, en = SUBJECTS[about]
    return f"Polku: {fi} / {sv} / {en}"


def body(about: str, link: str) -> str:
    """The whole text with the link."""
    parts = [f"{sentence}\n{CLOSING[i]}\n{link}\n" for i, sentence in enumerate(SENTENCES[about])]
    return "\n".join(parts)
