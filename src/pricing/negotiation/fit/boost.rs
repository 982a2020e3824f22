//! Chances and averages learned from rows: a sum of small trees (gradient boosting over binned features), which may
//! be told that an answer only falls, or only rises, with a feature.

/// The most features of a row.
pub const WIDTH: usize = 8;
const BINS: usize = 48;

/// One row's features; what is not known is NaN.
pub type Row = [f32; WIDTH];

/// What is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The chance that a 0/1 answer is 1.
    Chance,
    /// The average of a number.
    Average,
}

/// How it is learned.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// What.
    pub target: Target,
    /// For each feature: -1 when the answer only falls with it, 1 when it only rises, 0 when it may do either.
    pub slopes: [i8; WIDTH],
    /// How many trees.
    pub trees: usize,
    /// How deep.
    pub depth: usize,
    /// How much of each tree counts.
    pub rate: f64,
    /// The fewest rows of a leaf.
    pub leaf: f64,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    feature: usize,
    cut: f32,
    unknown_left: bool,
    left: usize,
    right: usize,
    value: f64,
}

/// What was learned.
#[derive(Clone, Debug)]
pub struct Boost {
    target: Target,
    base: f64,
    trees: Vec<Vec<Node>>,
}

impl Boost {
    /// The answer for a row.
    #[must_use]
    pub fn answer(&self, row: &Row) -> f64 {
        let mut sum = self.base;
        for tree in &self.trees {
            let mut at = 0;
            loop {
                let node = &tree[at];
                if node.left == 0 {
                    sum += node.value;
                    break;
                }
                let x = row[node.feature];
                let left = if x.is_nan() { node.unknown_left } else { x <= node.cut };
                at = if left { node.left } else { node.right };
            }
        }
        match self.target {
            Target::Chance => 1.0 / (1.0 + (-sum).exp()),
            Target::Average => sum,
        }
    }

    /// Learns from rows and their answers.
    #[must_use]
    pub fn learn(rows: &[Row], answers: &[f64], recipe: &Recipe) -> Self {
        let n = rows.len().max(1) as f64;
        let mean = answers.iter().sum::<f64>() / n;
        let base = match recipe.target {
            Target::Chance => {
                let p = mean.clamp(1e-4, 1.0 - 1e-4);
                (p / (1.0 - p)).ln()
            }
            Target::Average => mean,
        };
        let cuts: Vec<Vec<f32>> = (0..WIDTH).map(|f| cuts(rows, f)).collect();
        let binned: Vec<[u8; WIDTH]> =
            rows.iter().map(|row| std::array::from_fn(|f| bin(&cuts[f], row[f]))).collect();
        let mut sums = vec![base; rows.len()];
        let mut trees = Vec::with_capacity(recipe.trees);
        let mut slope = vec![(0.0, 0.0); rows.len()];
        for _ in 0..recipe.trees {
            for (i, s) in sums.iter().enumerate() {
                slope[i] = match recipe.target {
                    Target::Chance => {
                        let p = 1.0 / (1.0 + (-s).exp());
                        (answers[i] - p, (p * (1.0 - p)).max(1e-6))
                    }
                    Target::Average => (answers[i] - s, 1.0),
                };
            }
            let mut grower = Grower { binned: &binned, cuts: &cuts, slope: &slope, recipe, tree: Vec::new() };
            let mut all: Vec<u32> = (0..rows.len() as u32).collect();
            grower.grow(&mut all, 0, (f64::NEG_INFINITY, f64::INFINITY), &mut sums);
            trees.push(grower.tree);
        }
        Self { target: recipe.target, base, trees }
    }
}

fn cuts(rows: &[Row], feature: usize) -> Vec<f32> {
    let mut known: Vec<f32> = rows.iter().map(|row| row[feature]).filter(|x| !x.is_nan()).collect();
    known.sort_by(f32::total_cmp);
    let mut cuts: Vec<f32> = Vec::new();
    if known.is_empty() {
        return cuts;
    }
    for k in 1..BINS {
        let at = known[(known.len() * k / BINS).min(known.len() - 1)];
        if cuts.last().is_none_or(|last| at > *last) && at < known[known.len() - 1] {
            cuts.push(at);
        }
    }
    cuts
}

fn bin(cuts: &[f32], x: f32) -> u8 {
    if x.is_nan() { u8::MAX } else { cuts.partition_point(|cut| *cut < x) as u8 }
}

struct Grower<'a> {
    binned: &'a [[u8; WIDTH]],
    cuts: &'a [Vec<f32>],
    slope: &'a [(f64, f64)],
    recipe: &'a Recipe,
    tree: Vec<Node>,
}

struct Split {
    gain: f64,
    feature: usize,
    bin: u8,
    unknown_left: bool,
    values: (f64, f64),
}

const RIDGE: f64 = 1.0;

impl Grower<'_> {
    fn grow(&mut self, rows: &mut [u32], depth: usize, bounds: (f64, f64), sums: &mut [f64]) -> usize {
        let at = self.tree.len();
        let (g, h) = rows.iter().fold((0.0, 0.0), |(g, h), i| {
            let (a, b) = self.slope[*i as usize];
            (g + a, h + b)
        });
        let value = (g / (h + RIDGE)).clamp(bounds.0, bounds.1);
        self.tree.push(Node {
            feature: 0,
            cut: 0.0,
            unknown_left: false,
            left: 0,
            right: 0,
            value: value * self.recipe.rate,
        });
        let split = if depth < self.recipe.depth { self.best(rows, (g, h), bounds) } else { None };
        let Some(split) = split else {
            for i in rows.iter() {
                sums[*i as usize] += value * self.recipe.rate;
            }
            return at;
        };
        let mut middle = 0;
        for k in 0..rows.len() {
            let b = self.binned[rows[k] as usize][split.feature];
            let left = if b == u8::MAX { split.unknown_left } else { b <= split.bin };
            if left {
                rows.swap(middle, k);
                middle += 1;
            }
        }
        let (lower, upper) = rows.split_at_mut(middle);
        let between = f64::midpoint(split.values.0, split.values.1);
        let (lb, rb) = match self.recipe.slopes[split.feature] {
            1 => ((bounds.0, between), (between, bounds.1)),
            -1 => ((between, bounds.1), (bounds.0, between)),
            _ => (bounds, bounds),
        };
        let left = self.grow(lower, depth + 1, lb, sums);
        let right = self.grow(upper, depth + 1, rb, sums);
        let node = &mut self.tree[at];
        node.feature = split.feature;
        node.cut = self.cuts[split.feature][split.bin as usize];
        node.unknown_left = split.unknown_left;
        node.left = left;
        node.right = right;
        at
    }

    fn best(&self, rows: &[u32], whole: (f64, f64), bounds: (f64, f64)) -> Option<Split> {
        let mut best: Option<Split> = None;
        let score = |g: f64, h: f64| g * g / (h + RIDGE);
        let parent = score(whole.0, whole.1);
        for f in 0..WIDTH {
            let cuts = self.cuts[f].len();
            if cuts == 0 {
                continue;
            }
            let mut bins = [(0.0_f64, 0.0_f64, 0.0_f64); BINS + 1];
            let mut unknown = (0.0, 0.0, 0.0);
            for i in rows {
                let b = self.binned[*i as usize][f];
                let (g, h) = self.slope[*i as usize];
                let cell = if b == u8::MAX { &mut unknown } else { &mut bins[b as usize] };
                cell.0 += g;
                cell.1 += h;
                cell.2 += 1.0;
            }
            for unknown_left in [false, true] {
                if unknown_left && unknown.2 == 0.0 {
                    continue;
                }
                let mut left = if unknown_left { unknown } else { (0.0, 0.0, 0.0) };
                for (b, cell) in bins.iter().enumerate().take(cuts) {
                    left.0 += cell.0;
                    left.1 += cell.1;
                    left.2 += cell.2;
                    let right = (whole.0 - left.0, whole.1 - left.1, rows.len() as f64 - left.2);
                    if left.2 < self.recipe.leaf || right.2 < self.recipe.leaf {
                        continue;
                    }
                    let gain = score(left.0, left.1) + score(right.0, right.1) - parent;
                    if gain <= 1e-6 || best.as_ref().is_some_and(|b| b.gain >= gain) {
                        continue;
                    }
                    let lv = (left.0 / (left.1 + RIDGE)).clamp(bounds.0, bounds.1);
                    let rv = (right.0 / (right.1 + RIDGE)).clamp(bounds.0, bounds.1);
                    let slope = f64::from(self.recipe.slopes[f]);
                    if slope * (rv - lv) < 0.0 {
                        continue;
                    }
                    best = Some(Split { gain, feature: f, bin: b as u8, unknown_left, values: (lv, rv) });
                }
            }
        }
        best
    }
}
