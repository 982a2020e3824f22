//! Small weighted regressions: sums are gathered row by row, then solved by elimination.

/// The sums of a regression with so many features, held back a little from extremes.
#[derive(Clone, Debug)]
pub struct Solve<const N: usize> {
    matrix: [[f64; N]; N],
    right: [f64; N],
}

impl<const N: usize> Solve<N> {
    /// Nothing gathered yet; `ridge` holds the answer back.
    pub fn new(ridge: f64) -> Self {
        let mut matrix = [[0.0; N]; N];
        for (at, row) in matrix.iter_mut().enumerate() {
            row[at] = ridge;
        }
        Self { matrix, right: [0.0; N] }
    }

    /// Adds a row: its features, its weight, and its weighted answer.
    pub fn add(&mut self, features: &[f64; N], weight: f64, answer: f64) {
        for i in 0..N {
            self.right[i] += answer * features[i];
            for j in 0..=i {
                self.matrix[i][j] += weight * features[i] * features[j];
            }
        }
    }

    /// Adds a row of a step towards better chances (Newton): the chance now believed, and what happened.
    pub fn lean(&mut self, features: &[f64; N], chance: f64, happened: f64, weight: f64) {
        self.add(features, weight * (chance * (1.0 - chance)).max(1e-4), weight * (happened - chance));
    }

    /// The answer.
    pub fn solve(mut self) -> [f64; N] {
        for i in 0..N {
            for j in i + 1..N {
                self.matrix[i][j] = self.matrix[j][i];
            }
        }
        for i in 0..N {
            let (pivot, from) = (self.matrix[i], self.right[i]);
            for j in i + 1..N {
                let factor = self.matrix[j][i] / pivot[i];
                for (cell, above) in self.matrix[j].iter_mut().zip(pivot) {
                    *cell -= factor * above;
                }
                self.right[j] -= factor * from;
            }
        }
        let mut answer = [0.0; N];
        for i in (0..N).rev() {
            let known: f64 = (i + 1..N).map(|k| self.matrix[i][k] * answer[k]).sum();
            answer[i] = (self.right[i] - known) / self.matrix[i][i];
        }
        answer
    }
}
