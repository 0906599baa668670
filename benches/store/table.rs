//! The one table: rounds of the store and of its limit, and what is asked of their ratio.

use std::fmt;
use std::time::Instant;

use anyhow::Result;

/// Everything that was measured.
pub struct Table {
    rows: Vec<Row>,
    is_smoke_test: bool,
}

/// A figure beside its limit.
pub struct Row {
    pub what: String,
    pub ours: String,
    pub limit: String,
    pub ratio: Option<f64>,
    /// What is asked, and whether it is so.
    pub target: Option<(Target, bool)>,
}

/// What is asked of a figure.
#[derive(Clone, Copy)]
pub enum Target {
    RatioAtLeast(f64),
    RatioAtMost(f64),
    SecondsAtMost(f64),
}

impl Target {
    fn judge(self, ours: f64, ratio: f64) -> (Self, bool) {
        let is_met = match self {
            Self::RatioAtLeast(least) => ratio >= least,
            Self::RatioAtMost(most) => ratio <= most,
            Self::SecondsAtMost(most) => ours <= most,
        };
        (self, is_met)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RatioAtLeast(least) => write!(f, "≥ {least:.2}"),
            Self::RatioAtMost(most) => write!(f, "≤ {most:.2}"),
            Self::SecondsAtMost(most) => write!(f, "≤ {most:.2} s"),
        }
    }
}

impl Row {
    /// A row of bytes, where the ratio says how many times the limit they are.
    pub fn of_bytes(what: &str, ours: f64, limit: f64, target: Option<Target>) -> Self {
        let ratio = ours / limit;
        Self {
            what: what.to_owned(),
            ours: bytes(ours),
            limit: bytes(limit),
            ratio: Some(ratio),
            target: target.map(|target| target.judge(ours, ratio)),
        }
    }
}

impl Table {
    /// An empty table; a smoke test does too little for a verdict.
    pub fn new(is_smoke_test: bool) -> Self {
        Self { rows: Vec::new(), is_smoke_test }
    }

    /// Takes a row in, and shows it at once to whoever waits.
    pub fn push(&mut self, row: Row) {
        let row = if self.is_smoke_test { Row { target: None, ..row } } else { row };
        eprintln!("{row}");
        self.rows.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | the store | its limit | ratio | target | |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, ours, limit, ratio, target } = self;
        write!(f, "| {what} | {ours} | {limit} | ")?;
        match ratio {
            Some(ratio) => write!(f, "{ratio:.2} | ")?,
            None => f.write_str("| ")?,
        }
        match target {
            Some((target, true)) => write!(f, "{target} | met |"),
            Some((target, false)) => write!(f, "{target} | **missed** |"),
            None => f.write_str("| |"),
        }
    }
}

/// Rounds of the store and of its limit, in seconds, one after the other so that both see the same machine.
#[derive(Default)]
pub struct Rounds(Vec<(f64, f64)>);

impl Rounds {
    pub fn push(&mut self, ours: f64, limit: f64) {
        self.0.push((ours, limit));
    }

    /// The row of rounds that did so many things each: the medians for one thing, and the median of the ratios,
    /// where 1.00 says that the store costs nothing over its limit and less says that it costs more.
    pub fn row(&self, what: impl Into<String>, things: f64, target: Option<Target>) -> Row {
        let ours = median(self.0.iter().map(|round| round.0)) / things;
        let limit = median(self.0.iter().map(|round| round.1)) / things;
        let ratio = median(self.0.iter().map(|(ours, limit)| limit / ours));
        Row {
            what: what.into(),
            ours: seconds(ours),
            limit: seconds(limit),
            ratio: Some(ratio),
            target: target.map(|target| target.judge(ours, ratio)),
        }
    }
}

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn seconds(seconds: f64) -> String {
    match seconds {
        long if long >= 0.1 => format!("{long:.2} s"),
        short if short >= 1e-3 => format!("{:.2} ms", short * 1e3),
        tiny => format!("{:.2} µs", tiny * 1e6),
    }
}

fn bytes(bytes: f64) -> String {
    if bytes >= 1e6 { format!("{:.0} MB", bytes / 1e6) } else { format!("{bytes:.0} B") }
}

/// What the work answered, and the seconds that it took.
pub fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let start = Instant::now();
    let value = work()?;
    Ok((value, start.elapsed().as_secs_f64()))
}
