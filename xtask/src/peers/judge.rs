//! `cargo xtask judge`: what a facilitator of one federation makes of payments in ORC, without a ledger behind it. The
//! stand-in of `tests/peers` asks it: a line in is the moment, a blank and the body of `/verify`; a line out its answer.

use std::io::{self, BufRead, Write};

use anyhow::Context;
use earnest_x402::{
    ErrorReason, RequestV2, VerifyResponse,
    exact::ExactOrc,
    scheme::{Asked, Schemes, Tender},
};

/// Judges every line of the input.
///
/// # Errors
/// Where a line is no question, or nobody takes the answer.
pub(crate) fn run(federation: &str) -> anyhow::Result<()> {
    let schemes = Schemes::new(vec![Box::new(ExactOrc::new(federation.parse()?))]);
    for line in io::stdin().lock().lines() {
        let answer = serde_json::to_string(&judge(&schemes, &line?)?)?;
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

fn judge(schemes: &Schemes, line: &str) -> anyhow::Result<VerifyResponse> {
    let (now, body) = line.split_once(' ').context("expected a moment, a blank and a body")?;
    let request: RequestV2 = match earnest_x402::read(body.as_bytes()) {
        Ok(request) => request,
        Err(error) => return Ok(VerifyResponse::invalid(ErrorReason::INVALID_PAYLOAD, Some(error.to_string()), None)),
    };
    let requirements = request.payment_requirements.value();
    let tender = Tender::v2(&request.payment_payload, requirements, Asked::Elsewhere);
    Ok(match schemes.verify(&tender, now.parse()?) {
        Ok(payment) => VerifyResponse::valid(payment.payer.to_string()),
        Err(error) => {
            let payer = error.payer().map(ToString::to_string);
            VerifyResponse::invalid(error.reason().clone(), Some(error.message().to_owned()), payer)
        }
    })
}
