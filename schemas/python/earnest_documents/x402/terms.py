"""What is demanded in ORC, and the `payment-authorization.v1` that pays it."""

import re
from datetime import UTC, datetime, timedelta
from math import floor
from typing import Any, NamedTuple, NoReturn

import rfc8785

from ..reading import MAX_SAFE_INTEGER
from .request import OrcPaymentError, PaidRequest, digest_of

KIND = "payment-authorization.v1"
ASSET = {"asset": "ORC", "decimals": 2, "symbol": "ORC"}

_ACCOUNT = re.compile(r"account:([a-z0-9][a-z0-9-]*):[A-Za-z0-9][A-Za-z0-9:-]*")
_FEDERATION = re.compile(r"fed:[a-z0-9][a-z0-9-]*")
_NAME = re.compile(
    "[^\u0000-\u0020\u007f-\u00a0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]{1,256}"
)
_CLOCKS = timedelta(minutes=10)
_CENTURY_SECS = 3_155_760_000


class Payer(NamedTuple):
    """Who pays: the participant who signs, the account, and the organisation where one pays."""

    participant: str
    account: str
    organisation: str | None = None


class _Demand(NamedTuple):
    network: str
    federation: str
    amount: int
    seconds: int


def network_of(account: object) -> str | None:
    """The network of the ledger that keeps an account; None where it is no account."""
    found = _ACCOUNT.fullmatch(account) if isinstance(account, str) and len(account) <= 200 else None
    return f"orc:{found.group(1)}" if found else None


def ledger_of(federation: object) -> str | None:
    """The network of a federation's ledger; None where it is no federation."""
    known = isinstance(federation, str) and len(federation) <= 100 and _FEDERATION.fullmatch(federation)
    return f"orc:{str(federation).replace(':', '-')}" if known else None


def minor_units(amount: object) -> int | None:
    """The minor units of an amount in atomic units; None where a ledger cannot pay it."""
    if not isinstance(amount, str) or re.fullmatch(r"[1-9][0-9]{0,15}", amount) is None:
        return None
    return int(amount) if int(amount) <= MAX_SAFE_INTEGER else None


def authorization(
    accepted: dict[str, Any],
    request: PaidRequest,
    payer: Payer,
    nonce: str,
    now: datetime,
    sequence: int | None = None,
    payment: str | None = None,
) -> dict[str, Any]:
    """The document that pays requirements for one request, unsigned.

    It begins ten minutes before now, for a seller whose clock is behind, and ends when the seller's timeout is over.
    """
    demand = _demanded(accepted, payer.account)
    if _NAME.fullmatch(nonce) is None:
        raise OrcPaymentError("invalid_payload", "expected a nonce without white space")
    members = {
        "schema": KIND,
        "schema/v": 1,
        "payment/id": payment,
        "payer/participant-id": payer.participant,
        "payer/org-id": payer.organisation,
        "payer/account-id": payer.account,
        "payee/account-id": accepted["payTo"],
        "federation/id": demand.federation,
        "network": demand.network,
        "amount": demand.amount,
        "unit": "ORC",
        "created-at": _moment(now),
        "valid-after": _moment(now - _CLOCKS),
        "valid-before": _moment(now + timedelta(seconds=demand.seconds)),
        "nonce": nonce,
        "payer/seq": sequence,
        "request/method": request.method,
        "request/url": request.url,
        "request/body-digest": request.body,
        "requirements/digest": _digest_of_requirements(accepted),
    }
    return {name: value for name, value in members.items() if value is not None}


def _demanded(accepted: dict[str, Any], account: str) -> _Demand:
    """Reads requirements that a payer over an account can meet."""

    def unfit(what: str) -> NoReturn:
        raise OrcPaymentError("invalid_payment_requirements", what)

    network = network_of(account)
    if accepted.get("scheme") != "exact":
        unfit("expected the scheme exact")
    if network is None or accepted.get("network") != network:
        unfit(f"expected the network {network}, where the payer's account is")
    extra = accepted.get("extra")
    federation = extra.get("federation") if isinstance(extra, dict) else None
    if ledger_of(federation) != network:
        unfit(f"expected the federation of {network} in extra.federation")
    if accepted.get("asset") != ASSET["asset"]:
        unfit("expected the asset ORC")
    if network_of(accepted.get("payTo")) != network:
        unfit("expected payTo to be an account of the same federation")
    if accepted["payTo"] == account:
        unfit("expected another account than the payer's")
    amount = minor_units(accepted.get("amount"))
    if amount is None:
        unfit("expected an amount from 1 to 2^53 - 1 minor units")
    timeout = accepted.get("maxTimeoutSeconds")
    seconds = floor(timeout) if isinstance(timeout, (int, float)) and timeout is not True else 0
    if not 1 <= seconds <= _CENTURY_SECS:
        unfit("expected maxTimeoutSeconds from 1 s to 100 years")
    return _Demand(network, str(federation), amount, seconds)


def _digest_of_requirements(accepted: dict[str, Any]) -> str:
    try:
        return digest_of(rfc8785.dumps(accepted))
    except rfc8785.CanonicalizationError as error:
        raise OrcPaymentError("invalid_payment_requirements", "expected JSON with a canonical form") from error


def _moment(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z").replace(".000Z", "Z")
