//! How the weights lie in their file: counts, the vocabulary, then tensors one after the other, little-endian.

use crate::embeddings::local::matrix::Matrix;

/// The first bytes of the file; the digit is the layout's version.
const MAGIC: &[u8] = b"TRATOEM1";

/// What a file holds, in the order it stands there.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) shape: Shape,
    /// The tokens, in the order of their numbers.
    pub(super) vocabulary: Vec<&'static str>,
    /// A row for each token: a scale, then four bits for each number.
    pub(super) tokens: &'static [u8],
    /// A row for each position.
    pub(super) positions: Vec<f32>,
    pub(super) norm: Norm,
    pub(super) layers: Vec<Layer>,
}

/// The sizes of a model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Numbers for each token.
    pub(super) width: usize,
    /// How many parts attention is split into.
    pub(super) heads: usize,
    /// Numbers for each token inside a layer.
    pub(super) inner: usize,
    /// The most tokens of a text.
    pub(super) positions: usize,
}

/// What brings the numbers of a token to one scale.
#[derive(Debug)]
pub(super) struct Norm {
    pub(super) weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// One layer of the transformer.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) query: Matrix,
    pub(super) key: Matrix,
    pub(super) value: Matrix,
    pub(super) attended: Matrix,
    pub(super) attended_norm: Norm,
    pub(super) widen: Matrix,
    pub(super) narrow: Matrix,
    pub(super) norm: Norm,
}

/// How many bytes a token's row has.
pub(super) const fn token_row_bytes(width: usize) -> usize {
    2 + width / 2
}

/// Reads a file; nothing when it is not whole.
pub(super) fn read(file: &'static [u8]) -> Option<Layout> {
    let mut reader = Reader { rest: file.strip_prefix(MAGIC)? };
    let tokens = reader.count()?;
    let width = reader.count()?;
    let layers = reader.count()?;
    let shape = Shape { width, heads: reader.count()?, inner: reader.count()?, positions: reader.count()? };
    let vocabulary = reader.count().and_then(|length| reader.bytes(length))?;
    let vocabulary: Vec<&str> = std::str::from_utf8(vocabulary).ok()?.split('\n').collect();
    let layout = Layout {
        shape,
        tokens: reader.bytes(tokens * token_row_bytes(width))?,
        positions: reader.halves(shape.positions * width)?,
        norm: reader.norm(width)?,
        layers: (0..layers).map(|_| reader.layer(shape)).collect::<Option<_>>()?,
        vocabulary,
    };
    (reader.rest.is_empty() && layout.vocabulary.len() == tokens).then_some(layout)
}

struct Reader {
    rest: &'static [u8],
}

impl Reader {
    fn bytes(&mut self, length: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn count(&mut self) -> Option<usize> {
        let bytes = self.bytes(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    fn floats(&mut self, count: usize) -> Option<Vec<f32>> {
        let (all, _) = self.bytes(count * 4)?.as_chunks::<4>();
        Some(all.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    fn halves(&mut self, count: usize) -> Option<Vec<f32>> {
        let (all, _) = self.bytes(count * 2)?.as_chunks::<2>();
        Some(all.iter().map(|bytes| half(*bytes)).collect())
    }

    fn norm(&mut self, width: usize) -> Option<Norm> {
        Some(Norm { weight: self.floats(width)?, bias: self.floats(width)? })
    }

    fn matrix(&mut self, inputs: usize, outputs: usize) -> Option<Matrix> {
        let packed = self.bytes(Matrix::packed_bytes(inputs, outputs))?;
        Matrix::new(inputs, packed, self.floats(outputs)?)
    }

    fn layer(&mut self, shape: Shape) -> Option<Layer> {
        let Shape { width, inner, .. } = shape;
        Some(Layer {
            query: self.matrix(width, width)?,
            key: self.matrix(width, width)?,
            value: self.matrix(width, width)?,
            attended: self.matrix(width, width)?,
            attended_norm: self.norm(width)?,
            widen: self.matrix(width, inner)?,
            narrow: self.matrix(inner, width)?,
            norm: self.norm(width)?,
        })
    }
}

/// The upper half of a float.
pub(super) const fn half([low, high]: [u8; 2]) -> f32 {
    f32::from_le_bytes([0, 0, low, high])
}

/// The number that four bits stand for, before its scale: from -8 to 7.
pub(super) fn nibble(bits: u8) -> f32 {
    f32::from(bits & 0xF) - 8.0
}
