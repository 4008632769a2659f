//! Authorizations confirmed by a token's code alone, beside the no-op endpoint of the same server and mail OTPs.

use super::*;
use crate::prepare::Tokened;

const CONNECTIONS: usize = 64;

/// Tokens are prepared in the small databases only; each shows one code in one round.
pub(super) fn count(plan: &Plan) -> u64 {
    (WARM_UP + plan.rounds * plan.tokens) as u64
}

pub(super) async fn measure(plan: &Plan, subject: &mut Subject) -> anyhow::Result<Vec<Line>> {
    let mut tokens = std::mem::take(&mut subject.tokens);
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    answer(subject, &mut tokens, WARM_UP).await?;
    let no_op = || Request {
        path: "/api/v1/ping".to_owned(),
        body: None,
    };
    let duration = Duration::from_secs(plan.seconds);
    let (mut shares, mut rates, mut cpus) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let noop = load::repeat(&subject.target, no_op(), CONNECTIONS, duration).await?;
        let before = subject.server.cpu_micros()?;
        let confirmed = answer(subject, &mut tokens, plan.tokens).await?;
        let cpu = subject.server.cpu_micros()? - before;
        shares.push(confirmed.rate(200) / noop.rate(200));
        rates.push(confirmed.rate(200));
        cpus.push(cpu as f64 / confirmed.total() as f64);
    }
    let share = spread(shares.into_iter());
    let (aim, floor, target) = if subject.sqlite {
        (0.40, 0.20, "0.40 N, not under 0.20")
    } else {
        (0.35, 0.15, "0.35 N, not under 0.15")
    };
    Ok(vec![Line {
        what: format!(
            "confirmed by token ({}, {CONNECTIONS} connections)",
            subject.name
        ),
        figure: format!(
            "**{} N**; {} /s, server CPU {} µs",
            share.show(2),
            spread(rates.into_iter()).show(0),
            spread(cpus.into_iter()).show(1)
        ),
        target,
        verdict: Verdict::at_least(share.median, aim, floor),
    }])
}

async fn answer(
    subject: &mut Subject,
    tokens: &mut Vec<Tokened>,
    count: usize,
) -> anyhow::Result<load::Answers> {
    let rest = tokens.len().saturating_sub(count);
    let codes = prepare::codes(&tokens.split_off(rest))?;
    confirm::confirm(subject, codes, CONNECTIONS).await
}
