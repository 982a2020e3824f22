use super::*;

fn embed(texts: &[&str]) -> Vec<Vec<f32>> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    LocalModel::load().unwrap().encoder.embed(&texts).0
}

fn closeness(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// The first numbers of what the same four-bit weights give in another implementation of the model, in Python.
#[test]
fn the_arithmetic_is_that_of_the_model() {
    let vectors = embed(&["red running shoes", "stainless steel water bottle, 500ml", "Crème brûlée torch (butane) — 1/2\""]);
    let expected = [
        [-0.069_942_6, 0.005_438_51, -0.052_037_06, 0.033_535_58, 0.029_546_11, 0.010_917_74],
        [-0.068_658_07, 0.045_178, -0.031_260_35, 0.031_422_28, 0.018_825_83, -0.011_639_04],
        [-0.004_266_97, -0.015_837_29, -0.037_105_82, -0.007_909_09, -0.009_136_19, -0.062_489_41],
    ];
    for (vector, expected) in vectors.iter().zip(expected) {
        for (number, expected) in vector.iter().zip(expected) {
            assert!((number - expected).abs() < 2e-3, "{number} is not {expected}");
        }
    }
}

#[test]
fn what_means_the_same_is_closer_than_what_shares_a_word() {
    let [couch, sofa, table] = &embed(&["couch", "sofa", "couch potato costume"])[..] else { panic!() };
    assert!(closeness(couch, sofa) > closeness(couch, table));
}

#[test]
fn a_text_has_the_same_vector_alone_and_among_others() {
    let alone = embed(&["red running shoes"]);
    let others: Vec<&str> = std::iter::repeat_n("a much longer text about kitchen things", 20).collect();
    let among = embed(&[&["red running shoes"][..], &others].concat());
    assert!(closeness(&alone[0], &among[0]) > 0.999_99);
    assert_eq!(among.len(), 21);
}

#[test]
fn nothing_and_very_much_have_a_vector_of_length_one() {
    for vector in embed(&["", " ", &"word ".repeat(10_000)]) {
        assert!((closeness(&vector, &vector) - 1.0).abs() < 1e-4);
    }
}

#[test]
fn weights_cut_anywhere_are_not_read() {
    for end in [0, 7, 8, 100, 1_000_000, WEIGHTS.len() - 1] {
        assert!(Encoder::read(&WEIGHTS[..end]).is_none(), "{end}");
    }
}
