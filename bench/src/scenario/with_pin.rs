//! Authorizations confirmed by the confirmation PIN, beside what argon2id alone allows; and a flood
//! of wrong PINs at one contract, beside everybody else's traffic.

use super::*;
use crate::database::Assembled;
use crate::pins::argon2id_rate;

/// Contracts of the honest, and persons in each.
const CONTRACTS: u64 = 4;
const PERSONS: usize = 10;
/// Times each of them confirms in one round.
const EACH: usize = 20;
/// Persons of the flooded contract; each takes five wrong PINs before being suspended.
const FLOODED: usize = 250;
/// Connections: enough that every hashing thread has its next PIN waiting.
const CONNECTIONS: usize = 32;
const FLOOD_CONNECTIONS: usize = 64;
const OTHER_MAIL_CONNECTIONS: usize = 4;
const OTHER_PIN_CONNECTIONS: usize = 2;
/// Confirmations with PIN beside the flood, per person.
const OTHER_EACH: usize = 5;

/// Requests made beforehand.
pub(super) struct Prepared {
    rounds: Vec<Vec<Request>>,
    beside: Vec<Vec<Request>>,
    flood: Vec<Request>,
}

pub(super) async fn prepare(plan: &Plan, assembled: &Assembled) -> anyhow::Result<Prepared> {
    let mut people = Vec::new();
    for number in 0..CONTRACTS {
        people.extend(prepare::people_with_pins(assembled, 9_000_000_000 + number, PERSONS).await?);
    }
    let mut rounds = Vec::new();
    for round in 0..plan.rounds {
        rounds.push(prepare::pinned(assembled, &people, &format!("p{round}"), EACH).await?);
    }
    let mut beside = Vec::new();
    for name in ["quiet", "flooded"] {
        beside.push(prepare::pinned(assembled, &people, name, OTHER_EACH).await?);
    }
    let mut victims = prepare::people_with_pins(assembled, 9_100_000_000, FLOODED).await?;
    for (_, pin) in &mut victims {
        "wrong-pin".clone_into(pin);
    }
    let flood = prepare::pinned(assembled, &victims, "flood", 1).await?;
    Ok(Prepared {
        rounds,
        beside,
        flood,
    })
}

pub(super) async fn measure(plan: &Plan, subject: &mut Subject) -> anyhow::Result<Vec<Line>> {
    let Some(prepared) = subject.with_pin.take() else {
        return Ok(Vec::new());
    };
    let (mut shares, mut rates, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for requests in prepared.rounds {
        let duration = Duration::from_secs(plan.seconds);
        let before = tokio::task::spawn_blocking(move || argon2id_rate(duration)).await??;
        let confirmed = confirm::confirm(subject, requests, CONNECTIONS)
            .await?
            .rate(200);
        let after = tokio::task::spawn_blocking(move || argon2id_rate(duration)).await??;
        let limit = f64::midpoint(before, after);
        shares.push(confirmed / limit);
        rates.push(confirmed);
        alone.push(limit);
    }
    let share = spread(shares.into_iter());
    let mut lines = vec![Line {
        what: format!("confirmed with PIN / argon2id alone ({})", subject.name),
        figure: format!(
            "**{}**; {} /s of {} /s",
            share.show(2),
            spread(rates.into_iter()).show(0),
            spread(alone.into_iter()).show(0)
        ),
        target: "0.95 or more",
        verdict: Verdict::at_least(share.median, 0.95, 0.95),
    }];
    let mut beside = prepared.beside.into_iter();
    let quiet = others(subject, beside.next().unwrap_or_default()).await?;
    let flood = Source::again(prepared.flood);
    let flooding = {
        let (target, flood) = (subject.target.clone(), std::sync::Arc::clone(&flood));
        tokio::spawn(async move { load::run(&target, &flood, FLOOD_CONNECTIONS).await })
    };
    let flooded = others(subject, beside.next().unwrap_or_default()).await?;
    flood.stop();
    let flood = flooding.await??;
    for (what, quiet, flooded) in [
        ("mail OTP", quiet.0, flooded.0),
        ("PIN at other contracts", quiet.1, flooded.1),
    ] {
        lines.push(Line {
            what: format!(
                "p99 of {what} beside a flood of wrong PINs ({})",
                subject.name
            ),
            figure: format!(
                "**{:.1}×**: {quiet:.1} → {flooded:.1} ms; flood {:.0} /s, answers {:?}",
                flooded / quiet,
                flood.total() as f64 / flood.elapsed.as_secs_f64(),
                flood.statuses
            ),
            target: "within 3×",
            verdict: Verdict::at_most(flooded / quiet, 3.0),
        });
    }
    Ok(lines)
}

/// Other people's traffic: the p99 of mail OTPs and of PINs, milliseconds.
async fn others(subject: &mut Subject, pins: Vec<Request>) -> anyhow::Result<(f64, f64)> {
    let (mails, pins) = (Source::once(subject.take(BESIDE_FLOOD)), Source::once(pins));
    let (mails, pins) = tokio::try_join!(
        load::run(&subject.target, &mails, OTHER_MAIL_CONNECTIONS),
        load::run(&subject.target, &pins, OTHER_PIN_CONNECTIONS)
    )?;
    all_were(&mails, 200, &subject.name)?;
    all_were(&pins, 200, &subject.name)?;
    subject.proven += mails.total() + pins.total();
    Ok((mails.percentile_ms(0.99), pins.percentile_ms(0.99)))
}
