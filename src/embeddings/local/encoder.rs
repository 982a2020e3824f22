//! The model: a transformer's layers over the tokens of each text, and the mean of what comes out.

use crate::catalog::vectors::vector::normalised;
use crate::embeddings::local::layout::{Layer, Layout, Norm, half, nibble, read, token_row_bytes};
use crate::embeddings::local::wordpiece::Vocabulary;

/// About how many tokens go through the layers together. More would not be faster, but take more memory.
const TOKENS_TOGETHER: usize = 256;
/// What keeps a norm from dividing by nothing.
const EPSILON: f32 = 1e-12;

/// The model, ready to be asked.
#[derive(Debug)]
pub(super) struct Encoder {
    vocabulary: Vocabulary,
    layout: Layout,
}

impl Encoder {
    /// Reads the weights; nothing when the file is not whole.
    pub(super) fn read(file: &'static [u8]) -> Option<Self> {
        let layout = read(file)?;
        let width = layout.shape.width;
        let fits = width.is_multiple_of(layout.shape.heads.max(1)) && layout.shape.positions > 2;
        let vocabulary = Vocabulary::new(&layout.vocabulary)?;
        fits.then_some(Self { vocabulary, layout })
    }

    /// How many numbers a vector has.
    pub(super) const fn dimension(&self) -> usize {
        self.layout.shape.width
    }

    /// The vector of each text, of length 1, and how many tokens were read.
    pub(super) fn embed(&self, texts: &[String]) -> (Vec<Vec<f32>>, u64) {
        let most = self.layout.shape.positions;
        let texts: Vec<Vec<u32>> = texts.iter().map(|text| self.vocabulary.tokens(text, most)).collect();
        let tokens = texts.iter().map(|tokens| tokens.len() as u64).sum();
        let mut vectors = Vec::with_capacity(texts.len());
        for together in texts.chunks((TOKENS_TOGETHER / most).max(1)) {
            vectors.extend(self.embed_together(together));
        }
        (vectors, tokens)
    }

    fn embed_together(&self, texts: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let width = self.layout.shape.width;
        let lengths: Vec<usize> = texts.iter().map(Vec::len).collect();
        let mut states: Vec<f32> = texts.iter().flat_map(|tokens| self.begin(tokens)).collect();
        self.layout.norm.apply(&mut states);
        for layer in &self.layout.layers {
            states = layer.apply(states, &lengths, self.layout.shape.heads);
        }
        let mut rest = states.as_slice();
        let mut vectors = Vec::with_capacity(texts.len());
        for length in lengths {
            let (text, others) = rest.split_at(length * width);
            rest = others;
            let mut mean = vec![0.0; width];
            for token in text.chunks(width) {
                add(&mut mean, token);
            }
            vectors.push(normalised(mean));
        }
        vectors
    }

    /// What goes in: for each token its own numbers and those of its place.
    fn begin(&self, tokens: &[u32]) -> Vec<f32> {
        let width = self.layout.shape.width;
        let row = token_row_bytes(width);
        let mut states = Vec::with_capacity(tokens.len() * width);
        for (token, position) in tokens.iter().zip(self.layout.positions.chunks(width)) {
            let bytes = &self.layout.tokens[*token as usize * row..][..row];
            let (scale, codes) = (half([bytes[0], bytes[1]]), &bytes[2..]);
            let numbers = codes.iter().map(|code| nibble(*code)).chain(codes.iter().map(|code| nibble(code >> 4)));
            states.extend(numbers.zip(position).map(|(number, position)| number * scale + position));
        }
        states
    }
}

impl Norm {
    fn apply(&self, states: &mut [f32]) {
        let width = self.weight.len();
        for state in states.chunks_mut(width) {
            let count = count(width);
            let mean = state.iter().sum::<f32>() / count;
            let variance = state.iter().map(|number| (number - mean).powi(2)).sum::<f32>() / count;
            let by = 1.0 / (variance + EPSILON).sqrt();
            for ((number, weight), bias) in state.iter_mut().zip(&self.weight).zip(&self.bias) {
                *number = (*number - mean) * by * weight + bias;
            }
        }
    }
}

impl Layer {
    fn apply(&self, mut states: Vec<f32>, lengths: &[usize], heads: usize) -> Vec<f32> {
        let [query, key, value] = [&self.query, &self.key, &self.value].map(|matrix| matrix.times(&states));
        let width = states.len() / lengths.iter().sum::<usize>().max(1);
        let mut heard = vec![0.0; states.len()];
        let mut from = 0;
        for length in lengths {
            let text = from..from + length * width;
            let said = Said { query: &query[text.clone()], key: &key[text.clone()], value: &value[text.clone()] };
            for head in 0..heads {
                said.attend(width, head * width / heads..(head + 1) * width / heads, &mut heard[text.clone()]);
            }
            from = text.end;
        }
        add(&mut states, &self.attended.times(&heard));
        self.attended_norm.apply(&mut states);
        let mut inner = self.widen.times(&states);
        for number in &mut inner {
            *number = gelu(*number);
        }
        add(&mut states, &self.narrow.times(&inner));
        self.norm.apply(&mut states);
        states
    }
}

/// What the tokens of one text ask, offer and say.
struct Said<'a> {
    query: &'a [f32],
    key: &'a [f32],
    value: &'a [f32],
}

impl Said<'_> {
    /// What each token hears of the others, in one head's columns.
    fn attend(&self, width: usize, columns: std::ops::Range<usize>, heard: &mut [f32]) {
        let by = 1.0 / count(columns.len()).sqrt();
        let mut shares = vec![0.0; self.query.len() / width];
        for (query, heard) in self.query.chunks(width).zip(heard.chunks_mut(width)) {
            for (share, key) in shares.iter_mut().zip(self.key.chunks(width)) {
                let pairs = query[columns.clone()].iter().zip(&key[columns.clone()]);
                *share = pairs.map(|(one, other)| one * other).sum::<f32>() * by;
            }
            let most = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            for share in &mut shares {
                *share = (*share - most).exp();
            }
            let all: f32 = shares.iter().sum();
            for (share, value) in shares.iter().zip(self.value.chunks(width)) {
                for (heard, value) in heard[columns.clone()].iter_mut().zip(&value[columns.clone()]) {
                    *heard += share / all * value;
                }
            }
        }
    }
}

fn add(sums: &mut [f32], others: &[f32]) {
    for (sum, other) in sums.iter_mut().zip(others) {
        *sum += other;
    }
}

#[expect(clippy::cast_precision_loss, reason = "widths and counts of tokens are small")]
const fn count(number: usize) -> f32 {
    number as f32
}

/// The Gaussian error linear unit, by Abramowitz and Stegun's formula 7.1.26 for the error function.
fn gelu(number: f32) -> f32 {
    const BY: [f32; 5] = [1.061_405_4, -1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6];
    let distance = (number * std::f32::consts::FRAC_1_SQRT_2).abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * distance);
    let polynomial = BY.into_iter().fold(0.0, |sum, by| (sum + by) * t);
    let tail = polynomial * (-distance * distance).exp();
    let error = if number < 0.0 { tail - 1.0 } else { 1.0 - tail };
    0.5 * number * (1.0 + error)
}
