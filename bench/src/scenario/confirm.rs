//! Authorizations confirmed by mail OTP alone, beside the no-op endpoint of the same server.

use super::*;

/// Answers nothing but that it is there.
const NO_OP: &str = "/api/v1/ping";

/// One round of one subject.
struct Round {
    subject: usize,
    connections: usize,
    noop: f64,
    noop_cpu: f64,
    rate: f64,
    cpu: f64,
    p50: f64,
    p99: f64,
}

pub(super) async fn measure(plan: &Plan, subjects: &mut [Subject]) -> anyhow::Result<Vec<Line>> {
    for subject in subjects.iter_mut() {
        let codes = subject.take(WARM_UP);
        confirm(subject, codes, 64).await?;
    }
    let mut rounds = Vec::new();
    for number in 1..=plan.rounds {
        for connections in CONNECTIONS {
            for (index, subject) in subjects.iter_mut().enumerate() {
                let round = round(plan, index, subject, connections).await?;
                progress(&format!(
                    "round {number}, {}, {connections} connections: no-op {:.0}/s, confirmed {:.0}/s",
                    subject.name, round.noop, round.rate
                ));
                rounds.push(round);
            }
        }
    }
    let mut lines = Vec::new();
    for connections in CONNECTIONS {
        for (index, subject) in subjects.iter().enumerate() {
            let of = |round: &&Round| round.subject == index && round.connections == connections;
            let of: Vec<&Round> = rounds.iter().filter(of).collect();
            lines.extend(told(subject, connections, &of));
        }
    }
    lines.extend(flatness(subjects, &rounds));
    Ok(lines)
}

async fn round(
    plan: &Plan,
    index: usize,
    subject: &mut Subject,
    connections: usize,
) -> anyhow::Result<Round> {
    let no_op = Request {
        path: NO_OP.to_owned(),
        body: None,
    };
    let duration = Duration::from_secs(plan.seconds);
    let cpu = subject.server.cpu_micros()?;
    let noop = load::repeat(&subject.target, no_op, connections, duration).await?;
    let noop_cpu = subject.server.cpu_micros()? - cpu;
    all_were(&noop, 200, &subject.name)?;
    let codes = subject.take(plan.answers);
    let cpu = subject.server.cpu_micros()?;
    let confirmed = confirm(subject, codes, connections).await?;
    let cpu = subject.server.cpu_micros()? - cpu;
    Ok(Round {
        subject: index,
        connections,
        noop: noop.rate(200),
        noop_cpu: noop_cpu as f64 / noop.total() as f64,
        rate: confirmed.rate(200),
        cpu: cpu as f64 / confirmed.total() as f64,
        p50: confirmed.percentile_ms(0.5),
        p99: confirmed.percentile_ms(0.99),
    })
}

/// Answers codes; all of them must be accepted.
pub(super) async fn confirm(
    subject: &mut Subject,
    codes: Vec<Request>,
    connections: usize,
) -> anyhow::Result<load::Answers> {
    let answers = load::run(&subject.target, &Source::once(codes), connections).await?;
    all_were(&answers, 200, &subject.name)?;
    subject.proven += answers.total();
    Ok(answers)
}

fn told(subject: &Subject, connections: usize, rounds: &[&Round]) -> Vec<Line> {
    let figures = |of: fn(&Round) -> f64| spread(rounds.iter().map(|round| of(round)));
    let ratio = figures(|round| round.rate / round.noop);
    let (aim, floor, target) = match (connections, subject.sqlite) {
        (64, true) => (0.40, 0.20, "0.40 N, not under 0.20"),
        (_, true) => (0.20, 0.20, "not under 0.20 N"),
        (64, false) => (0.35, 0.15, "0.35 N, not under 0.15"),
        (_, false) => (0.15, 0.15, "not under 0.15 N"),
    };
    let name = format!("{}, {connections} connections", subject.name);
    vec![
        Line {
            what: format!("N: no-op ({name})"),
            figure: format!(
                "{} /s, server CPU {} µs",
                figures(|round| round.noop).show(0),
                figures(|round| round.noop_cpu).show(1)
            ),
            target: "",
            verdict: Verdict::Given,
        },
        Line {
            what: format!("confirmed by mail OTP ({name})"),
            figure: format!(
                "**{} N**; {} /s, server CPU {} µs, p50 {} ms, p99 {} ms",
                ratio.show(2),
                figures(|round| round.rate).show(0),
                figures(|round| round.cpu).show(1),
                figures(|round| round.p50).show(1),
                figures(|round| round.p99).show(1)
            ),
            target,
            verdict: Verdict::at_least(ratio.median, aim, floor),
        },
    ]
}

/// The large database against the small one, at 64 connections, as ratios to N of the same round.
fn flatness(subjects: &[Subject], rounds: &[Round]) -> Vec<Line> {
    let ratio = |index: usize| -> Spread {
        let of = |round: &&Round| round.subject == index && round.connections == 64;
        let of = rounds.iter().filter(of);
        spread(of.map(|round| round.rate / round.noop))
    };
    [true, false]
        .into_iter()
        .map(|sqlite| {
            let of = |many: bool| {
                let least = subjects.iter().map(|s| s.persons).min();
                let fits = |s: &Subject| s.sqlite == sqlite && (Some(s.persons) != least) == many;
                subjects.iter().position(fits).unwrap_or(0)
            };
            let share = ratio(of(true)).median / ratio(of(false)).median;
            let kind = if sqlite { "SQLite" } else { "PostgreSQL" };
            Line {
                what: format!("large database / small database ({kind})"),
                figure: format!("{share:.2}"),
                target: "0.90 or more",
                verdict: Verdict::at_least(share, 0.90, 0.0),
            }
        })
        .collect()
}
