//! The table: figures with their targets.

use std::fmt::Write;

/// One line of the table.
pub struct Line {
    pub what: String,
    pub figure: String,
    pub target: &'static str,
    pub verdict: Verdict,
}

/// How a figure stands to its target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No target.
    Given,
    /// As aimed at.
    Met,
    /// Not as aimed at, but above the floor.
    BelowAim,
    /// Not to be shipped.
    BelowFloor,
}

impl Verdict {
    /// A figure where more is better.
    pub fn at_least(figure: f64, aim: f64, floor: f64) -> Self {
        if figure >= aim {
            Self::Met
        } else if figure >= floor {
            Self::BelowAim
        } else {
            Self::BelowFloor
        }
    }

    /// A figure where less is better.
    pub fn at_most(figure: f64, floor: f64) -> Self {
        if figure <= floor {
            Self::Met
        } else {
            Self::BelowFloor
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Given => "",
            Self::Met => "met",
            Self::BelowAim => "below the aim",
            Self::BelowFloor => "**missed**",
        }
    }
}

/// The lines as Markdown.
pub fn table(lines: &[Line]) -> String {
    let mut text = "| what | figure | target | |\n|---|---|---|---|\n".to_owned();
    for line in lines {
        let verdict = line.verdict.name();
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {verdict} |",
            line.what, line.figure, line.target
        );
    }
    text
}

/// A median with its range.
#[derive(Clone, Copy)]
pub struct Spread {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// Median and range of some figures.
pub fn spread(figures: impl Iterator<Item = f64>) -> Spread {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    Spread {
        low: at(0),
        median: at(sorted.len() / 2),
        high: at(sorted.len().saturating_sub(1)),
    }
}

impl Spread {
    /// With so many decimals.
    pub fn show(&self, decimals: usize) -> String {
        format!(
            "{:.decimals$} [{:.decimals$}–{:.decimals$}]",
            self.median, self.low, self.high
        )
    }
}
