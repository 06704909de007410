"""Sends a message to a webhook, signed as standardwebhooks.com says, so that any of its libraries checks it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

from pipeline.models import to_json
from pipeline.notify.messages import Message
from pipeline.notify.targets import NotifyError, Webhook, key
from pipeline.settings import secret

TRIES = 3
PAUSE = 1.0  # seconds before the second try, twice that before the third
PATIENCE = 15.0  # seconds for an answer, as the standard advises
AGAIN = (408, 425, 429)


def send(hook: Webhook, message: Message) -> None:
    """Send a message; raise `NotifyError` where it was not taken after some tries."""
    import httpx

    body = to_json(message.data())
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE * 2 ** (number - 1))
        try:
            answer = httpx.post(hook.url, content=body, headers=headers(hook, message.id, body), timeout=PATIENCE)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            why = f"does not answer ({type(error).__name__})"
            continue
        if answer.is_success:
            return
        why = f"answers {answer.status_code}"
        if answer.status_code < 500 and answer.status_code not in AGAIN:
            break  # another try would be answered the same
    raise NotifyError(f"the webhook {why}; the next run tells it what it has missed", shown(hook.url))


def headers(hook: Webhook, identity: str, body: bytes) -> dict[str, str]:
    """Return the headers of a message sent now."""
    now = str(int(time.time()))
    told = {"content-type": "application/json", "webhook-id": identity, "webhook-timestamp": now}
    if not hook.secret:
        return told
    held = secret(hook.secret)
    if held is None:
        raise NotifyError("the environment has no such variable; it holds the secret of a webhook", hook.secret)
    known = key(held, hook.secret)
    signed = hmac.new(known, b".".join((identity.encode(), now.encode(), body)), hashlib.sha256).digest()
    return {**told, "webhook-signature": f"v1,{base64.b64encode(signed).decode()}"}


def shown(url: str) -> str:
    """Return an address without what may be secret in it: its query and its user."""
    head, _, rest = url.partition("://")
    return f"{head}://{rest.partition('?')[0].rpartition('@')[2]}"
