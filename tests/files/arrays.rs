//! What may stand where an array is expected.

use std::path::{Path, PathBuf};

use attractor::model_file::{Array, ArraySpec, Diagnostics, Document, Place, Resolver, Source};

use super::sample::Disk;

/// The array `a` of a file, at a place of this shape.
pub fn array(text: &str, place: &Place) -> Result<(Array, Vec<PathBuf>), String> {
    let source = Source::new("models/x.toml", text, &[]);
    let diagnostics = Diagnostics::new();
    let mut resolver = Resolver::new(Path::new("models"), &Disk, &diagnostics);
    let document = Document::read(&source, &diagnostics).unwrap();
    let mut table = document.table("a test", &diagnostics);
    let mut found = None;
    for (name, field) in table.named() {
        if let Some(spec) = ArraySpec::read(&field) {
            resolver.name(name.value, Some(spec.clone()));
            found = (name.value == "a").then_some(spec).or(found);
        }
    }
    table.finish();
    let array = found.and_then(|spec| spec.resolve(place, &mut resolver));
    let read = resolver.read().iter().map(|f| f.path.clone()).collect();
    diagnostics.finish(&source).map_err(|r| r.to_string())?;
    Ok((array.unwrap(), read))
}

fn numbers(text: &str, shape: &[usize]) -> Vec<f64> {
    let (found, _) = array(text, &Place::exact("w", shape)).unwrap();
    assert_eq!(found.shape, shape);
    found.data
}

#[test]
fn a_number_fills_its_place() {
    assert_eq!(numbers("a = 2", &[2, 2]), [2.0; 4]);
    let (one, _) = array("a = 2", &Place::any("w")).unwrap();
    assert_eq!((one.shape, one.data), (vec![], vec![2.0]));
}

#[test]
fn lists_nest() {
    assert_eq!(numbers("a = [1, 2.5]", &[2]), [1.0, 2.5]);
    assert_eq!(
        numbers("a = [[[1], [2]], [[3], [4]]]", &[2, 2, 1]),
        [1.0, 2.0, 3.0, 4.0]
    );
    assert_eq!(numbers("a = []", &[0]), [0.0; 0]);
    assert_eq!(numbers("a = [[], []]", &[2, 0]), [0.0; 0]);
}

#[test]
fn a_string_names_another_array() {
    assert_eq!(numbers("b = [1, 2]\na = \"b\"", &[2]), [1.0, 2.0]);
}

#[test]
fn a_file_is_read_and_cut() {
    let text = r#"a = { file = "a.npy", rows = "1..3", columns = [2, 0], scale = 2 }"#;
    assert_eq!(numbers(text, &[2, 2]), [24.0, 20.0, 44.0, 40.0]);
    let text = r#"a = { file = "a.npy", rows = [3], columns = "all", transpose = true }"#;
    assert_eq!(numbers(text, &[3, 1]), [30.0, 31.0, 32.0]);
    assert_eq!(
        // The only array of an archive needs no name.
        numbers(r#"a = { file = "v.npz" }"#, &[3, 2]),
        numbers(r#"a = { file = "v.npz", key = "w" }"#, &[3, 2])
    );
    assert_eq!(
        numbers(r#"a = { file = "v.npz", key = "w" }"#, &[3, 2])[5],
        6.0
    );
    assert_eq!(numbers(r#"a = { file = "p.PNG" }"#, &[2, 2])[3], 1.0);
}

#[test]
fn every_file_is_noted_once() {
    let text = r#"
        b = { file = "a.npy" }
        a = { hebbian = { hebbian = "b", scale = 1 } }"#;
    let (_, read) = array(text, &Place::any("w")).unwrap();
    assert_eq!(read, [PathBuf::from("models/a.npy")]);
}

#[test]
fn random_numbers_are_the_same_for_the_same_seed() {
    let text = r#"a = { random = "normal", seed = 7 }"#;
    let first = numbers(text, &[2, 3]);
    assert_eq!(first, numbers(text, &[2, 3]));
    assert_ne!(
        first,
        numbers(r#"a = { random = "normal", seed = 8 }"#, &[2, 3])
    );
    let scaled = numbers(
        r#"a = { random = "normal", seed = 7, mean = 1, std = 2 }"#,
        &[2, 3],
    );
    assert!(first.iter().zip(&scaled).all(|(z, x)| *x == 1.0 + 2.0 * z));
}

#[test]
fn random_numbers_follow_their_law() {
    // 10⁴ numbers: the mean of a unit deviation is known to 0.01, five times that is never exceeded by chance.
    let n = [10_000];
    let moments = |x: &[f64]| {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        (
            mean,
            x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64,
        )
    };
    let (mean, variance) = moments(&numbers(r#"a = { random = "normal" }"#, &n));
    assert!(
        mean.abs() < 0.05 && (variance - 1.0).abs() < 0.07,
        "{mean} {variance}"
    );
    let uniform = numbers(r#"a = { random = "uniform", low = -1, high = 1 }"#, &n);
    let (mean, variance) = moments(&uniform);
    assert!(
        mean.abs() < 0.03 && (variance - 1.0 / 3.0).abs() < 0.02,
        "{mean} {variance}"
    );
    assert!(uniform.iter().all(|x| (-1.0..1.0).contains(x)));
    let signs = numbers(r#"a = { random = "sign" }"#, &n);
    assert!(signs.iter().all(|x| x.abs() == 1.0));
    assert!(moments(&signs).0.abs() < 0.05);
}

#[test]
fn random_matrices_may_be_symmetric_with_an_empty_diagonal() {
    let text =
        r#"a = { random = "uniform", shape = [3, 3], symmetric = true, zero_diagonal = true }"#;
    let (w, _) = array(text, &Place::any("w")).unwrap();
    for i in 0..3 {
        assert_eq!(w.data[4 * i], 0.0);
        for j in 0..3 {
            assert_eq!(w.data[3 * i + j], w.data[3 * j + i]);
        }
    }
    assert!(w.data[1] != w.data[2]);
}

#[test]
fn hebbian_weights_are_the_outer_products() {
    let text = "a = { hebbian = [[1, 2], [3, -1], [0, 4]], scale = 0.5 }";
    assert_eq!(numbers(text, &[2, 2]), [5.0, -0.5, -0.5, 10.5]);
    let text = "a = { hebbian = [[1, -1, 1, 1]], zero_diagonal = true }";
    assert_eq!(numbers(text, &[4, 4])[..4], [0.0, -0.25, 0.25, 0.25]);
}

#[test]
fn a_rule_gives_weights_and_the_input_that_goes_with_them() {
    // One pattern of 0 and 1: J_ij = S_i S_j / 4, S = 2ξ − 1, without a diagonal; the bias is −½ Σ_j J_ij.
    let rule = "{ rule = \"hebb\", patterns = [[1, 0, 1, 1]]";
    let weights = numbers(&format!("a = {rule} }}"), &[4, 4]);
    assert_eq!(weights[..4], [0.0, -0.25, 0.25, 0.25]);
    assert_eq!(weights[4..8], [-0.25, 0.0, -0.25, -0.25]);
    let bias = numbers(&format!("a = {rule}, gives = \"bias\" }}"), &[4]);
    assert_eq!(bias, [-0.125, 0.375, -0.125, -0.125]);
    let whole = numbers(&format!("a = {rule}, zero_diagonal = false }}"), &[4, 4]);
    assert_eq!(whole[0], 0.25);
    // Patterns by name, with their size from the place.
    let text =
        "xi = { random = \"sign\", shape = [2, 6] }\na = { rule = \"storkey\", patterns = \"xi\" }";
    assert_eq!(numbers(text, &[6, 6]).len(), 36);
}

#[test]
fn bits_are_ones_as_often_as_is_said() {
    // 10⁴ numbers with the probability 0.1: 1000 ± 30, five times that is never exceeded by chance.
    let text = "a = { random = \"bits\", activity = 0.1, seed = 3 }";
    let bits = numbers(text, &[10_000]);
    assert!(bits.iter().all(|b| *b == 0.0 || *b == 1.0));
    let ones: f64 = bits.iter().sum();
    assert!((ones - 1000.0).abs() < 150.0, "{ones}");
    let none = numbers("a = { random = \"bits\", activity = 0 }", &[100]);
    assert_eq!(none, [0.0; 100]);
}

#[test]
fn half_norms_turn_overlaps_into_distances() {
    assert_eq!(
        numbers("a = { half_norm_of = [[3, 4], [0, 2]] }", &[2]),
        [-12.5, -2.0]
    );
    assert_eq!(
        numbers("a = { half_norm_of = [[3, 4]], sign = 2 }", &[1]),
        [25.0]
    );
    // The rows may themselves need the number of rows from the place.
    let text = r#"a = { half_norm_of = { random = "sign", shape = [2, 6] } }"#;
    assert_eq!(numbers(text, &[2]), [-3.0, -3.0]);
}

#[test]
fn the_mean_of_rows_is_one_of_them() {
    let text = "a = { mean_of = [[1, 2], [3, 6]] }";
    assert_eq!(numbers(text, &[2]), [2.0, 4.0]);
    let (mean, _) = array(text, &Place::any("w")).unwrap();
    assert_eq!((mean.shape, mean.data), (vec![2], vec![2.0, 4.0]));
    // Of pictures, where a picture is wanted.
    let text = "a = { mean_of = [[[1, 2], [3, 4]], [[3, 2], [1, 0]]] }";
    let place = Place::neurons("the mean picture", &[2, 2]);
    assert_eq!(array(text, &place).unwrap().0.data, [2.0; 4]);
    let why = array("a = { mean_of = [[1, 2, 3]] }", &Place::exact("w", &[2])).unwrap_err();
    assert!(why.contains("rows of `mean_of` must be any × 2"), "{why}");
}

#[test]
fn the_unit_matrix_takes_the_size_of_its_place() {
    assert_eq!(
        numbers("a = { identity = 3 }", &[2, 2]),
        [3.0, 0.0, 0.0, 3.0]
    );
}

#[test]
fn a_file_is_scaled_and_then_shifted() {
    let text = r#"a = { file = "vector.npy", scale = 2, shift = -1 }"#;
    assert_eq!(numbers(text, &[3]), [13.0, 15.0, 17.0]);
    let text = "b = [0, 1, 1]\na = { scaled = \"b\", by = 2, shift = -1 }";
    assert_eq!(numbers(text, &[3]), [-1.0, 1.0, 1.0]);
}

#[test]
fn tables_of_text_are_arrays() {
    assert_eq!(
        numbers(r#"a = { file = "t.csv" }"#, &[2, 2]),
        [1.0, 2.0, 3.0, 4.0]
    );
    let text = r#"a = { file = "t.csv", columns = [1], transpose = true }"#;
    assert_eq!(numbers(text, &[1, 2]), [2.0, 4.0]);
    assert_eq!(
        numbers(r#"a = { file = "column.txt" }"#, &[3]),
        [1.0, 2.0, 3.0]
    );
}

/// The array of a text at a place for rows over a layer.
fn rows(text: &str, layer: &[usize]) -> Result<Vec<usize>, String> {
    let place = Place::rows("patterns", None, layer);
    array(text, &place).map(|(found, _)| found.shape)
}

#[test]
fn pictures_are_rows_of_patterns() {
    let pictures = r#"a = { file = "pictures.npy" }"#;
    for layer in [&[6][..], &[2, 3]] {
        assert_eq!(rows(pictures, layer).unwrap(), [5, 6]);
        let text = r#"a = { file = "pictures.npy", rows = "1..3" }"#;
        assert_eq!(rows(text, layer).unwrap(), [2, 6]);
        // One picture is one pattern.
        assert_eq!(rows("a = [[1, 2, 3], [4, 5, 6]]", layer).unwrap(), [1, 6]);
    }
    let hebbian = r#"a = { hebbian = { file = "pictures.npy" } }"#;
    assert_eq!(numbers(hebbian, &[6, 6]).len(), 36);
    let (_, _) = array(hebbian, &Place::any("w")).unwrap();
}

#[test]
fn pictures_that_are_turned_round_are_no_rows_of_the_layer() {
    let turned = r#"a = { file = "turned.npy" }"#;
    assert_eq!(rows(turned, &[6]).unwrap(), [5, 6]);
    let report = rows(turned, &[2, 3]).unwrap_err();
    for words in [
        "must be any × 6 or any × 2 × 3, found 5 × 3 × 2",
        "swapaxes",
    ] {
        assert!(report.contains(words), "{report}");
    }
}

#[test]
fn a_vector_is_one_pattern_or_one_start_of_a_neuron_each() {
    assert_eq!(rows("a = [1, 2, 3]", &[3]).unwrap(), [1, 3]);
    assert_eq!(rows("a = [1, 2, 3]", &[1]).unwrap(), [3, 1]);
    assert_eq!(
        numbers("a = { hebbian = [1, 2], scale = 1 }", &[2, 2]),
        [1.0, 2.0, 2.0, 4.0]
    );
    assert!(
        rows("a = [1, 2, 3]", &[2])
            .unwrap_err()
            .contains("found a vector of 3")
    );
}

#[test]
fn neurons_take_a_vector_or_the_shape_of_their_layer_and_no_transpose_of_it() {
    let place = Place::neurons("the start of layer `n`", &[2, 3]);
    for text in ["a = [1, 2, 3, 4, 5, 6]", "a = [[1, 2, 3], [4, 5, 6]]"] {
        assert_eq!(array(text, &place).unwrap().0.shape, [6]);
    }
    let report = array("a = [[1, 2], [3, 4], [5, 6]]", &place).unwrap_err();
    for words in [
        "must be a vector of 6 or 2 × 3, found 3 × 2",
        "its transpose would fit",
    ] {
        assert!(report.contains(words), "{report}");
    }
    let vector = Place::neurons("tau", &[6]);
    assert!(array("a = [[1, 2, 3], [4, 5, 6]]", &vector).is_err());
    assert!(array("a = [[1, 2, 3, 4, 5, 6]]", &vector).is_ok());
}

#[test]
fn one_of_several_values_is_drawn_for_each_group_with_its_chance() {
    let text = |more: &str| format!("a = {{ one_of = 4, shape = [4000, 12], seed = 5{more} }}");
    for (more, c) in [
        ("", f64::INFINITY),
        (", offset = 0", 0.0),
        (", offset = 3.0", 3.0),
    ] {
        let found = numbers(&text(more), &[4000, 12]);
        let mut counts = [0.0; 4];
        for group in found.chunks(4) {
            assert_eq!(group.iter().sum::<f64>(), 1.0);
            let k = group.iter().position(|v| *v == 1.0).unwrap();
            counts[k] += 1.0;
        }
        let chance = |k: usize| {
            if c.is_finite() {
                1.0 / (k as f64 + 1.0 + c)
            } else {
                1.0
            }
        };
        let all: f64 = (0..4).map(chance).sum();
        for (k, count) in counts.iter().enumerate() {
            let p = chance(k) / all;
            // Of 12 000 draws, five standard deviations.
            let allowed = 5.0 * (12_000.0 * p * (1.0 - p)).sqrt();
            assert!(
                (count - 12_000.0 * p).abs() < allowed,
                "{more}, {k}: {count}"
            );
        }
    }
}

#[test]
fn clipped_weights_are_1_between_groups_that_were_active_together() {
    let patterns = "p = [[1, 0, 0, 1], [1, 0, 1, 0], [1, 0, 0, 1]]\n";
    let w = numbers(
        &format!("{patterns}a = {{ clipped = \"p\", groups = 2 }}"),
        &[4, 4],
    );
    #[rustfmt::skip]
    assert_eq!(w, [
        0.0, 0.0, 1.0, 1.0,
        0.0, 0.0, 0.0, 0.0,
        1.0, 0.0, 0.0, 0.0,
        1.0, 0.0, 0.0, 0.0,
    ]);
    // Without groups only the diagonal is left out.
    let all = numbers("a = { clipped = [[2, -1, 0]] }", &[3, 3]);
    assert_eq!(all, [0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn groups_that_do_not_fill_a_pattern_are_refused() {
    let place = Place::exact("w", &[3, 3]);
    let refused = |text: &str| array(text, &place).unwrap_err();
    assert!(refused("a = { clipped = [[1, 0, 1]], groups = 2 }").contains("do not fill"));
    assert!(refused("a = { one_of = 2 }").contains("must fill a row"));
    assert!(refused("a = { one_of = 0 }").contains("one_of"));
    assert!(refused("a = { one_of = 3, offset = -1 }").contains("offset"));
}
