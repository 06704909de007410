"""Reads `[review]` in the project's `deals.toml`: where a team's desk is reached, and how it knows who answers."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import DealsError
from pipeline.rules.loading import RuleError, Rules, read_toml, shaped
from pipeline.settings import secret

HOST = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?|\[[0-9a-f:]+\](:[0-9]{1,5})?")
SHORTEST = 24  # characters of a token: too many to guess, however often one tries
LONGEST_NAME = 100  # characters of a person's name


class TeamError(DealsError):
    """A `[review]` that cannot be used; the message names file, entry and mend."""


class Team(Rules, frozen=True, kw_only=True):
    """The whole of `[review]`: a desk that other machines reach through a proxy, which speaks HTTPS with them."""

    host: str | None = None
    """The name in people's address bars, `deals.example.org`; without one the desk is this machine's own."""
    listen: str = "127.0.0.1"
    """The address of this machine at which the proxy finds the desk."""
    user_header: str | None = None
    """The header in which the proxy says who it is, `X-Forwarded-User`; no header is believed without this."""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses or networks whose header is believed."""
    tokens: dict[str, str] = msgspec.field(default_factory=dict)
    """By person, the environment variable that holds the token they sign in with, as `$NAME`."""
    adjudicators: tuple[str, ...] = ()
    """Who may settle what people disagree about; all where nobody is named."""

    @property
    def networks(self) -> list[IPv4Network | IPv6Network]:
        """Return the networks whose header is believed."""
        return [ip_network(each) for each in self.proxies]

    def trusts(self, address: str) -> bool:
        """Return whether a header that comes from an address is believed."""
        try:
            return any(ip_address(address) in network for network in self.networks)
        except ValueError:
            return False

    def may_settle(self, person: str) -> bool:
        """Return whether a person may settle what people disagree about."""
        return not self.adjudicators or person in self.adjudicators


class TeamFile(Rules, frozen=True, kw_only=True):
    """The project's own settings file, as far as the desk reads it."""

    review: Team = Team()
    notify: Any = None
    """Read by whoever tells people of news."""


def team(path: Path, environment: Mapping[str, str] = os.environ) -> Team:
    """Return the team that a project's settings name, its tokens as they are; nobody where there is no file."""
    if not path.exists():
        return Team()
    try:
        found = shaped(read_toml(path), TeamFile, path).review
    except RuleError as error:
        raise TeamError(error.message, error.place) from error
    return msgspec.structs.replace(
        found, tokens={name: _token(name, told, path, environment) for name, told in found.tokens.items()}
    )


def checked(found: Team, path: Path) -> Team:
    """Return a team whose desk can be served; raise `TeamError` where anybody could come in, or nobody."""
    if found.host and not HOST.fullmatch(found.host):
        raise TeamError(f"[review] host is a name such as deals.example.org, not '{found.host}'", path)
    if found.host and not found.user_header and not found.tokens:
        raise TeamError("[review] says not who may come in: set user_header, or [review.tokens]", path)
    for each in found.proxies:
        try:
            ip_network(each)
        except ValueError as error:
            raise TeamError(f"[review] proxies: {error}", path) from error
    return found


def _token(name: str, told: str, path: Path, environment: Mapping[str, str]) -> str:
    if not known(name):
        raise TeamError(f"[review.tokens] {name[:LONGEST_NAME]!r} is no name that can be shown", path)
    if not told.startswith("$"):
        raise TeamError(f"[review.tokens] {name} names an environment variable, as '$DEALS_TOKEN'", path)
    token = secret(told, environment) or ""
    if len(token) < SHORTEST:
        raise TeamError(
            f"[review.tokens] {told} holds no token of {SHORTEST} characters or more; openssl rand -base64 24", path
        )
    return token


def known(name: str) -> bool:
    """Return whether a name can stand under an answer."""
    return bool(name.strip()) and name == name.strip() and name.isprintable() and len(name) <= LONGEST_NAME
