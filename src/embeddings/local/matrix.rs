//! A matrix of six-bit weights, and its product with the rows of another.
//!
//! It lies in panels of 32 outputs. A panel holds, for each 32 inputs, a scale for each output and then the weights,
//! input by input, first the lower four bits of each and then the upper two: what is read one after the other is used
//! one after the other. A panel is unpacked once and serves
//! all rows, so neither memory nor time is spent on a second copy of the matrix.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the processor that was found")]

use crate::embeddings::local::layout::half;

/// Outputs of a panel.
const PANEL: usize = 32;
/// Inputs that share their scales.
const GROUP: usize = 32;
/// The bytes of one input's weights: the lower four bits of two in a byte, then the upper two of four.
const INPUT_BYTES: usize = PANEL / 2 + PANEL / 4;
/// The bytes of a panel's group: the scales, then the weights.
const GROUP_BYTES: usize = 2 * PANEL + GROUP * INPUT_BYTES;
/// How many rows go through a panel together; more would not fit into the processor's registers.
const ROWS: usize = 4;

/// A matrix with a bias.
#[derive(Debug)]
pub(super) struct Matrix {
    inputs: usize,
    packed: &'static [u8],
    bias: Vec<f32>,
}

impl Matrix {
    /// How many bytes the weights have.
    pub(super) const fn packed_bytes(inputs: usize, outputs: usize) -> usize {
        (outputs / PANEL) * (inputs / GROUP) * GROUP_BYTES
    }

    /// A matrix; nothing when the sizes do not fit together.
    pub(super) fn new(inputs: usize, packed: &'static [u8], bias: Vec<f32>) -> Option<Self> {
        let fits = inputs.is_multiple_of(GROUP)
            && bias.len().is_multiple_of(PANEL)
            && packed.len() == Self::packed_bytes(inputs, bias.len());
        fits.then_some(Self { inputs, packed, bias })
    }

    /// Each row of `rows` times the matrix, plus the bias.
    pub(super) fn times(&self, rows: &[f32]) -> Vec<f32> {
        let outputs = self.bias.len();
        let mut product = vec![0.0; rows.len() / self.inputs * outputs];
        if rows.is_empty() {
            return product;
        }
        let mut panel = vec![[0.0; PANEL]; self.inputs];
        for (number, packed) in self.packed.chunks_exact(self.inputs / GROUP * GROUP_BYTES).enumerate() {
            let columns = number * PANEL..(number + 1) * PANEL;
            let bias = &self.bias[columns.clone()];
            pulp::Arch::new().dispatch(Panel {
                packed,
                unpacked: &mut panel,
                bias,
                rows,
                product: &mut product,
                columns,
            });
        }
        product
    }
}

/// The work on one panel, compiled for each kind of processor there may be.
struct Panel<'a> {
    packed: &'a [u8],
    unpacked: &'a mut [[f32; PANEL]],
    bias: &'a [f32],
    rows: &'a [f32],
    product: &'a mut [f32],
    columns: std::ops::Range<usize>,
}

impl pulp::NullaryFnOnce for Panel<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        unpack(self.packed, self.unpacked);
        let inputs = self.unpacked.len();
        let outputs = self.product.len() / (self.rows.len() / inputs).max(1);
        let rows = self.rows.chunks(inputs * ROWS);
        for (rows, product) in rows.zip(self.product.chunks_mut(outputs * ROWS)) {
            if rows.len() == inputs * ROWS {
                let sums = sums::<ROWS>(self.unpacked, rows, self.bias);
                write(&sums, product, outputs, self.columns.clone());
            } else {
                for (row, product) in rows.chunks(inputs).zip(product.chunks_mut(outputs)) {
                    let sums = sums::<1>(self.unpacked, row, self.bias);
                    write(&sums, product, outputs, self.columns.clone());
                }
            }
        }
    }
}

#[inline(always)]
fn unpack(packed: &[u8], panel: &mut [[f32; PANEL]]) {
    let (groups, _) = packed.as_chunks::<GROUP_BYTES>();
    for (group, inputs) in groups.iter().zip(panel.chunks_exact_mut(GROUP)) {
        let (scales, weights) = group.split_at(2 * PANEL);
        let mut scale = [0.0; PANEL];
        for (scale, bytes) in scale.iter_mut().zip(scales.as_chunks::<2>().0) {
            *scale = half(*bytes);
        }
        for (unpacked, bytes) in inputs.iter_mut().zip(weights.as_chunks::<INPUT_BYTES>().0) {
            let mut codes = [0; PANEL];
            for output in 0..PANEL / 2 {
                codes[output] = bytes[output] & 0xF;
                codes[output + PANEL / 2] = bytes[output] >> 4;
            }
            for quarter in 0..4 {
                for output in 0..PANEL / 4 {
                    codes[quarter * PANEL / 4 + output] |= (bytes[PANEL / 2 + output] >> (2 * quarter) & 0b11) << 4;
                }
            }
            for output in 0..PANEL {
                unpacked[output] = weight(codes[output]) * scale[output];
            }
        }
    }
}

/// The number that six bits stand for, before its scale: from -32 to 31.
#[inline(always)]
fn weight(code: u8) -> f32 {
    f32::from(code) - 32.0
}

#[inline(always)]
fn sums<const N: usize>(panel: &[[f32; PANEL]], rows: &[f32], bias: &[f32]) -> [[f32; PANEL]; N] {
    let mut sums = [[0.0; PANEL]; N];
    let inputs = panel.len();
    // Half a panel at a time keeps every sum in a register.
    for side in 0..2 {
        let from = side * PANEL / 2;
        let mut held = [[0.0_f32; PANEL / 2]; N];
        for (input, weights) in panel.iter().enumerate() {
            for (row, held) in held.iter_mut().enumerate() {
                let value = rows[row * inputs + input];
                for output in 0..PANEL / 2 {
                    held[output] += value * weights[from + output];
                }
            }
        }
        for (sums, held) in sums.iter_mut().zip(held) {
            for output in 0..PANEL / 2 {
                sums[from + output] = held[output] + bias[from + output];
            }
        }
    }
    sums
}

#[inline(always)]
fn write(sums: &[[f32; PANEL]], product: &mut [f32], outputs: usize, columns: std::ops::Range<usize>) {
    for (sums, product) in sums.iter().zip(product.chunks_mut(outputs)) {
        product[columns.clone()].copy_from_slice(sums);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weights with a scale of 1.
    fn packed(inputs: usize, outputs: usize, code: impl Fn(usize, usize) -> u8) -> &'static [u8] {
        let mut bytes = Vec::new();
        for panel in 0..outputs / PANEL {
            for group in 0..inputs / GROUP {
                bytes.extend([0x80_u8, 0x3F].repeat(PANEL));
                for input in 0..GROUP {
                    let code = |output: usize| code(group * GROUP + input, panel * PANEL + output);
                    let low = |output: usize| code(output) & 0xF;
                    bytes.extend((0..16).map(|output| low(output) | low(output + 16) << 4));
                    let high = |output: usize| (0..4).map(|at| code(output + 8 * at) >> 4 << (2 * at)).sum::<u8>();
                    bytes.extend((0..8).map(high));
                }
            }
        }
        Box::leak(bytes.into_boxed_slice())
    }

    #[test]
    fn the_product_is_what_one_works_out_by_hand_for_any_number_of_rows() {
        let (inputs, outputs) = (64, 96);
        let code = |input: usize, output: usize| u8::try_from((input * 7 + output * 3) % 64).unwrap();
        let bias: Vec<f32> = (0..96_u8).map(f32::from).collect();
        let matrix = Matrix::new(inputs, packed(inputs, outputs, code), bias.clone()).unwrap();
        for count in 0..=9 {
            let rows: Vec<f32> = (0..count * inputs).map(|at| f32::from(u8::try_from(at % 5).unwrap())).collect();
            let product = matrix.times(&rows);
            assert_eq!(product.len(), count * outputs);
            for (row, product) in rows.chunks(inputs).zip(product.chunks(outputs)) {
                for (output, found) in product.iter().enumerate() {
                    let sum: f32 =
                        row.iter().enumerate().map(|(input, value)| value * weight(code(input, output))).sum();
                    assert!((found - sum - bias[output]).abs() < 1e-3, "{found} {sum}");
                }
            }
        }
    }

    #[test]
    fn sizes_that_do_not_fit_make_no_matrix() {
        assert!(Matrix::new(32, packed(32, 32, |_, _| 32), vec![0.0; 32]).is_some());
        assert!(Matrix::new(64, packed(32, 32, |_, _| 32), vec![0.0; 32]).is_none());
        assert!(Matrix::new(32, packed(32, 32, |_, _| 32), vec![0.0; 31]).is_none());
    }
}
