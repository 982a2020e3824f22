//! What it costs to hold a draft against its evidence.

use std::hint::black_box;

use criterion::Criterion;
use trato::agent::evidence::{Evidence, Named, ProductCard, Stock, VariantCard};
use trato::agent::guard::check;
use trato::agent::guard::finding::Verdict;
use trato::base::money::{Currency, Money};
use trato::base::names::{Handle, Sku};

/// A draft of 600 characters against six products and a policy: 200 µs.
pub fn benchmark(criterion: &mut Criterion) -> anyhow::Result<()> {
    let evidence: Vec<Evidence> = (0..6).map(product).collect::<anyhow::Result<Vec<_>>>()?;
    let evidence: Vec<&Evidence> = evidence.iter().collect();
    let draft = draft();
    anyhow::ensure!(draft.chars().count() >= 600, "the draft has {} characters", draft.chars().count());
    let verdict = check(&draft, &evidence, &["busco algo para el frío, hasta 1500"]);
    anyhow::ensure!(verdict == Verdict::Pass, "the draft should pass: {verdict:?}");
    criterion.bench_function("guard a draft of 600 characters", |bencher| {
        bencher.iter(|| check(black_box(&draft), &evidence, &["busco algo para el frío, hasta 1500"]));
    });
    Ok(())
}

fn draft() -> String {
    let lines: Vec<String> = (0..6)
        .map(|number| {
            format!(
                "{}. Rebozo tejido número {number}, de algodón y de telar: ${}.00 MXN, abriga bien y se lava en casa.",
                number + 1,
                890 + number
            )
        })
        .collect();
    format!(
        "¡Claro! Para el frío te pueden gustar estos:\n{}\n¿Cuál te late? Con el número me basta.",
        lines.join("\n")
    )
}

fn product(number: i64) -> anyhow::Result<Evidence> {
    let currency: Currency = "MXN".parse()?;
    Ok(Evidence::Product(ProductCard {
        product: Handle::new(&format!("rebozo-{number}"))?,
        title: format!("Rebozo tejido número {number}"),
        description: "De algodón y de telar.".to_owned(),
        image: None,
        facts: vec![Named { name: "Material".to_owned(), value: "algodón".to_owned() }],
        variants: vec![VariantCard {
            sku: Sku::new(&format!("REB-{number}"))?,
            options: Vec::new(),
            price: Money::new((890 + number) * 100, currency),
            compare_at: None,
            stock: Stock::Left(4),
        }],
    }))
}
