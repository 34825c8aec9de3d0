"""E-mail that says no more than that something waits, with a link; never a name, a client or a reason."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage

import aiosmtplib

from kernel.settings import Settings
from services.notifications.delivery import Channel, Message, PermanentFailure, Recipient, TemporaryFailure
from services.notifications.mail_text import body, subject

TIMEOUT = 10.0
"""Seconds for the whole conversation, however slowly the server answers."""
PERMANENT = range(500, 600)


def _has_address(recipient: Recipient, settings: Settings) -> bool:
    return bool(settings.smtp and recipient.address)


async def send(message: Message, settings: Settings) -> None:
    """Hand it to the mail server; a repeat carries the same Message-ID, so that mail programs show it once."""
    host, _, port = settings.smtp.rpartition(":")
    try:
        async with asyncio.timeout(TIMEOUT):
            await aiosmtplib.send(written(message, settings), hostname=host, port=int(port))
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _failure(max((r.code for r in error.recipients), default=451)) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _failure(error.code) from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise TemporaryFailure(type(error).__name__) from error


def written(message: Message, settings: Settings) -> EmailMessage:
    """The e-mail itself, in all three languages."""
    mail = EmailMessage()
    link = f"{settings.public_url.rstrip('/')}/alerts/{message.alert}"
    domain = settings.mail_from.rpartition("@")[2].rstrip(">") or "localhost"
    mail["From"] = settings.mail_from
    mail["To"] = message.recipient.address
    mail["Subject"] = subject(message.about)
    mail["Message-ID"] = f"<{message.alert}.{message.number}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body(message.about, link))
    return mail


def _failure(code: int) -> Exception:
    return PermanentFailure(f"smtp_{code}") if code in PERMANENT else TemporaryFailure(f"smtp_{code}")


channel = Channel(name="mail", reaches=_has_address, send=send)
