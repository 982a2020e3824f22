//! Bars for the terminal.

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it is.
    pub name: String,
    /// How long, with the bounds of its interval.
    pub value: [f64; 3],
    /// What is written after it.
    pub label: String,
}

const WIDTH: f64 = 46.0;
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// Bars under one another, the longest as wide as the chart; the interval is drawn as `├─┤` on the line below.
#[must_use]
pub fn bars(bars: &[Bar]) -> String {
    let longest = bars.iter().map(|bar| bar.value[2].max(bar.value[0])).fold(f64::MIN_POSITIVE, f64::max);
    let name = bars.iter().map(|bar| bar.name.chars().count()).max().unwrap_or(0);
    let mut lines = String::new();
    for bar in bars {
        let cells = (bar.value[0].max(0.0) / longest * WIDTH * 8.0).round() as usize;
        let drawn = format!("{}{}", "█".repeat(cells / 8), EIGHTHS[cells % 8]);
        lines.extend([format!("  {:<name$}  {drawn} {}\n", bar.name, bar.label)]);
        let (from, to) = (place(bar.value[1], longest), place(bar.value[2], longest));
        let reach = to.saturating_sub(from).saturating_sub(1);
        if bar.value[2] > bar.value[1] {
            lines.extend([format!("  {:<name$}  {}├{}┤\n", "", " ".repeat(from), "─".repeat(reach))]);
        }
    }
    lines
}

fn place(value: f64, longest: f64) -> usize {
    (value.max(0.0) / longest * WIDTH).round() as usize
}
