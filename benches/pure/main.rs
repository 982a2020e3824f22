//! Benchmarks of the pure parts. One group each, with the time it may take on one core of a small server.

mod guard;
mod hook;
mod negotiate;
mod quote;
mod turn;

use criterion::Criterion;

fn main() -> anyhow::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    hook::benchmark(&mut criterion)?;
    quote::benchmark(&mut criterion)?;
    guard::benchmark(&mut criterion)?;
    turn::benchmark(&mut criterion)?;
    negotiate::benchmark(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
