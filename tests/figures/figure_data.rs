//! The data of a figure come back from its files as they were, and NumPy finds its arrays by their path.
#![allow(clippy::unwrap_used)]

use attractor::record::{RunDirectory, read_figure, read_npz, write_figure};
use serde_json::{Value, json};
use tempfile::tempdir;

fn round(value: &Value) -> (tempfile::TempDir, Value) {
    let dir = tempdir().unwrap();
    let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
    write_figure(&mut run, "figure", value).unwrap();
    run.finish(json!({})).unwrap();
    let back = read_figure(dir.path().join("run/figure.json")).unwrap();
    (dir, back)
}

#[test]
fn values_come_back_as_they_were() {
    let value = json!({
        "title": "a/b", "none": null, "empty": [], "yes": [true, false], "one": [1.5], "size": [8, 8],
        "mixed": [1, 2.5], "words": ["NaN", "inf"], "long": [u64::MAX, 1], "zero": [0.0, -0.0],
        "curves": [{"x": [0.1, 0.2, 1e-320]}, {"x": [f64::MAX, f64::MIN_POSITIVE]}],
        "matrix": [[1.0, "NaN"], ["inf", "-inf"], [0.5, 0.25]], "ragged": [[1.0, 2.0], [3.0]],
        "hollow": [[], []], "a/b": [1.0, 2.0], "a_b": [3.0, 4.0],
    });
    let (dir, back) = round(&value);
    assert_eq!(back, value);
    assert_eq!(
        back["zero"][1].as_f64().unwrap().to_bits(),
        (-0.0f64).to_bits()
    );
    let npz = dir.path().join("run/figure.npz");
    assert_eq!(
        read_npz(&npz, "curves.1.x").unwrap().data,
        [f64::MAX, f64::MIN_POSITIVE]
    );
    let matrix = read_npz(&npz, "matrix").unwrap();
    assert!(
        matrix.shape == [3, 2] && matrix.data[1].is_nan() && matrix.data[3] == f64::NEG_INFINITY
    );
    let text = std::fs::read_to_string(dir.path().join("run/figure.json")).unwrap();
    assert!(text.contains("\"$array\": \"matrix\"") && text.contains("\"$integers\": \"size\""));
    for plain in [json!([1.0, 2.0]), json!(3), json!({})] {
        assert_eq!(round(&plain).1, plain);
    }
}

#[test]
fn damage_and_reserved_words_are_named() {
    let dir = tempdir().unwrap();
    let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
    let error = write_figure(&mut run, "f", &json!({"a": {"$array": "b"}})).unwrap_err();
    assert!(error.to_string().contains("$array"), "{error}");
    drop(run);
    let (dir, _) = round(&json!({"x": [1.0, 2.0]}));
    let place = dir.path().join("run/figure.json");
    std::fs::write(&place, r#"{"x": {"$array": "y"}}"#).unwrap();
    assert!(
        read_figure(&place)
            .unwrap_err()
            .to_string()
            .contains("no array `y`")
    );
    std::fs::write(&place, "{").unwrap();
    assert!(
        read_figure(&place)
            .unwrap_err()
            .to_string()
            .contains("figure.json")
    );
    std::fs::remove_file(dir.path().join("run/figure.npz")).unwrap();
    std::fs::write(&place, "{}").unwrap();
    assert!(
        read_figure(&place)
            .unwrap_err()
            .to_string()
            .contains("figure.npz")
    );
}
