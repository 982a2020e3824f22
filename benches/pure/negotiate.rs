//! What the next move in a negotiation costs.

use std::hint::black_box;

use criterion::Criterion;
use trato::base::money::{Currency, Money};
use trato::pricing::negotiation::decide::{Heard, Move, Standing, decide};
use trato::pricing::negotiation::history::Said;
use trato::pricing::negotiation::policy::{Fitted, ONE, Policy, RISES, Rule, Sheet, VERSION};
use trato::pricing::negotiation::reference::Reference;

const ROUNDS: u32 = 10;

/// One move from a fitted policy of full size, in the sixth round: 5 µs.
pub fn benchmark(criterion: &mut Criterion) -> anyhow::Result<()> {
    let rule =
        Rule::Fitted(Fitted { reference: Reference::List, sheets: vec![sheet(600), sheet(700), sheet(800)] });
    let policy = Policy { version: VERSION, above_list: true, rule, learned: None };
    policy.check()?;
    let standing = standing()?;
    anyhow::ensure!(matches!(decide(&policy, &standing), Move::Offer(..)), "a step down is due");
    criterion.bench_function("one negotiation step", |bencher| {
        bencher.iter(|| decide(black_box(&policy), black_box(&standing)));
    });
    Ok(())
}

fn sheet(cost: i64) -> Sheet {
    let (offers, numbers): (Vec<i64>, Vec<i64>) = (
        (0..24).map(|row| 700_000 + row * 40_000).collect(),
        (0..20).map(|column| 400_000 + column * 40_000).collect(),
    );
    let row = |offer: &i64| vec![offer * 9 / 10; (numbers.len() + 1) * RISES];
    let next: Vec<i64> = offers.iter().flat_map(row).collect();
    let rounds = usize::try_from(ROUNDS - 1).unwrap_or_default();
    Sheet {
        rounds: ROUNDS,
        cost: cost * ONE / 1000,
        open: ONE * 3 / 2,
        take: vec![vec![2 * ONE; next.len()]; rounds],
        next: vec![next; rounds],
        offers,
        numbers,
        rises: [1_010_000, 1_030_000],
    }
}

fn standing() -> anyhow::Result<Standing> {
    let currency: Currency = "USD".parse()?;
    let money = |minor| Money::new(minor, currency);
    let round =
        |round: i64| [Said::Seller(money(15_000 - 700 * round)), Said::Buyer(Some(money(8_000 + 150 * round)))];
    Ok(Standing {
        round: 6,
        rounds: ROUNDS,
        cost: money(7_300),
        floor: money(7_500),
        list: money(10_000),
        heard: Heard::Number(money(8_600)),
        said: (0..5).flat_map(round).collect(),
    })
}
