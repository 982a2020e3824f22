//! Vectors as values.

/// The vector of the same direction and of length 1; one without a direction stays as it is.
#[must_use]
pub fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 0.0 && length.is_finite() {
        for number in &mut vector {
            *number /= length;
        }
    }
    vector
}

/// The vector as pgvector reads it: `[0.1,0.2]`. A number that is none counts as 0.
#[must_use]
pub fn as_text(vector: &[f32]) -> String {
    let numbers = vector.iter().map(|number| if number.is_finite() { *number } else { 0.0 }.to_string());
    format!("[{}]", numbers.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_keeps_its_direction_and_gets_the_length_of_one() {
        assert_eq!(normalised(vec![3.0, 4.0]), [0.6, 0.8]);
        assert_eq!(normalised(vec![0.0, 0.0]), [0.0, 0.0]);
        assert_eq!(normalised(vec![]), Vec::<f32>::new());
    }

    #[test]
    fn a_vector_is_written_as_the_database_reads_it() {
        assert_eq!(as_text(&[0.5, -1.0, f32::NAN]), "[0.5,-1,0]");
    }
}
