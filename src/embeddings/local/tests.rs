use super::*;

fn embed(texts: &[&str]) -> Vec<Vec<f32>> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    LocalModel::load().unwrap().encoder.embed(&texts).0
}

fn closeness(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// The first numbers of what the same packed weights give in another implementation of the model, in Python.
#[test]
fn the_arithmetic_is_that_of_the_model() {
    let vectors =
        embed(&["red running shoes", "stainless steel water bottle, 500ml", "Crème brûlée torch (butane) — 1/2\""]);
    let expected = [
        [-0.080_827_33, -0.014_100_14, -0.055_705_01, 0.042_529_4, 0.025_803_93, 0.000_358_94],
        [-0.089_836_81, 0.044_425_48, -0.030_812_52, 0.022_894_69, 0.018_535_72, -0.048_694_77],
        [0.001_803_18, -0.028_125_48, -0.036_373_85, -0.007_351_71, -0.007_997_47, -0.085_945_48],
    ];
    for (vector, expected) in vectors.iter().zip(expected) {
        for (number, expected) in vector.iter().zip(expected) {
            assert!((number - expected).abs() < 2e-3, "{number} is not {expected}");
        }
    }
}

#[test]
fn what_means_the_same_is_closer_than_what_shares_a_word() {
    let vectors = embed(&["couch", "sofa", "couch potato costume"]);
    let [couch, sofa, costume] = vectors.as_slice() else { panic!("three texts, three vectors") };
    assert!(closeness(couch, sofa) > closeness(couch, costume));
}

#[test]
fn a_text_has_the_same_vector_alone_and_among_others() {
    let alone = embed(&["red running shoes"]);
    let others: Vec<&str> = std::iter::repeat_n("a longer text about kitchen things", 3).collect();
    let among = embed(&[&["red running shoes"][..], &others].concat());
    assert!(closeness(&alone[0], &among[0]) > 0.999_99);
    assert_eq!(among.len(), 4);
}

#[test]
fn nothing_has_a_vector_of_length_one_too() {
    for vector in embed(&["", " "]) {
        assert!((closeness(&vector, &vector) - 1.0).abs() < 1e-4);
    }
}

#[test]
fn weights_cut_anywhere_are_not_read() {
    for end in [0, 7, 8, 100, 1_000_000, WEIGHTS.len() - 1] {
        assert!(Encoder::read(&WEIGHTS[..end]).is_none(), "{end}");
    }
}
