"""Sends a message as a mail, by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from pipeline.models import fingerprint
from pipeline.notify.messages import Message, subject, text
from pipeline.notify.targets import Email, NotifyError
from pipeline.settings import secret

PATIENCE = 20.0  # seconds for each step


def send(target: Email, message: Message) -> None:
    """Send a message to all addresses of a target; raise `NotifyError` where its server does not take it."""
    place = f"{target.host}:{target.port}"
    try:
        with _connected(target) as server:
            if target.user:
                server.login(target.user, secret(target.password or "") or "")
            server.send_message(written(target, message))
    except (smtplib.SMTPException, OSError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise NotifyError(f"the mail was not taken ({said}); the next run tells what was missed", place) from error


def _connected(target: Email) -> smtplib.SMTP:
    if target.security == "tls":
        return smtplib.SMTP_SSL(target.host, target.port, timeout=PATIENCE, context=ssl.create_default_context())
    server = smtplib.SMTP(target.host, target.port, timeout=PATIENCE)
    if target.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def written(target: Email, message: Message) -> EmailMessage:
    """Return the mail."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(subject(message).split())[:200]
    mail["From"] = target.sender
    mail["To"] = ", ".join(target.to)
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{fingerprint(message.id, *target.to)}@{target.sender.rpartition('@')[2]}>"
    mail.set_content(text(message))
    return mail
