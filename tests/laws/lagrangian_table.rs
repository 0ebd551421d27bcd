//! Every Lagrangian against a table of 700-digit values, extremes included (x from 1e-300 to 1e160).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;

use attractor::lagrangian::{DirectSum, Hessian, TermRows};
use common::{Given, make};
use serde_json::Value;

/// Units of rounding allowed, each relative to the summands of the value itself.
const UNITS: f64 = 8.0 * f64::EPSILON;

fn numbers(v: &Value) -> Vec<f64> {
    match v {
        Value::Array(a) => a.iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect(),
        v => vec![v.as_f64().unwrap_or(f64::NAN)],
    }
}

/// `null` (here NaN) says that the value overflows.
fn check(what: &str, got: f64, want: f64, summands: f64) {
    if want.is_nan() {
        assert!(got == f64::INFINITY, "{what}: {got} does not overflow");
        return;
    }
    // Below the smallest normal number there are fewer digits, whatever the formula.
    let allowed = UNITS * summands + f64::MIN_POSITIVE;
    assert!(
        (got - want).abs() <= allowed,
        "{what}: {got} instead of {want}, off by {} units",
        (got - want).abs() / summands / f64::EPSILON
    );
}

#[test]
fn every_row_of_the_table_is_met_to_eight_units_of_rounding() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/t01_lagrangians.json"
    );
    let table: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let rows = table["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 528);
    for row in rows {
        let mut given = Given::default();
        let mut name = "";
        for (key, value) in row["lagrangian"].as_object().unwrap() {
            if key == "type" {
                name = match value.as_str().unwrap() {
                    "sphere" => "spherical-norm",
                    "layernorm" => "layer-norm",
                    "softthreshold" => "soft-threshold",
                    "exp" => "exponential",
                    same => same,
                };
            } else {
                given.0.insert(key.clone(), numbers(value));
            }
        }
        let one = |key: &str| given.0.get(key).and_then(|v| v.first()).copied();
        let (beta, gamma) = (one("beta").unwrap_or(1.0), one("gamma").unwrap_or(1.0));
        let delta = given.0.get("delta").cloned().unwrap_or(vec![0.0; 4]);
        let x = numbers(&row["x"]);
        let n = x.len();
        let says = format!("{} at {x:?}", row["name"]);
        let sum = DirectSum::uniform(&[n], make(name, given).unwrap()).unwrap();

        let (mut value, mut magnitude) = ([0.0], [0.0]);
        let mut term = |f: &dyn Fn(TermRows<'_>)| {
            f(TermRows {
                value: &mut value,
                magnitude: &mut magnitude,
            });
            (value[0], magnitude[0])
        };
        let (l, l_summands) = term(&|out| sum.value(&x, 1, out));
        let (dual, dual_summands) = term(&|out| sum.legendre(&x, 1, out));
        let mut g = vec![0.0; n];
        sum.activation(&x, 1, &mut g);
        let mut hessian = Hessian::new(&sum, 1);
        hessian.evaluate(&sum, &x);

        // The argument of an exponential, a rounded product or difference, is off by half a unit of itself: so many
        // half units are in its result. With beta = 1 and one neuron it is exact.
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exponent = |x: f64| match name {
            "softmax" => beta * (top - x),
            "ghostmax" => beta * (top.max(0.0) - x),
            "tanh" if beta != 1.0 => 2.0 * (beta * x).abs(),
            "sigmoid" if beta != 1.0 => (beta * x).abs(),
            _ => 0.0,
        };
        let worse: Vec<f64> = x.iter().map(|x| 1.0 + exponent(*x)).collect();
        // The slope of one neuron is an exponential on both sides of 0. Of the other quantities only a sigmoid's are:
        // L* on both sides, L and g below 0.
        let tail = if name == "sigmoid" { worse[0] } else { 1.0 };
        let left = if x[0] < 0.0 { tail } else { 1.0 };
        let want_l = numbers(&row["L"])[0];
        check(&format!("L of {says}"), l, want_l, l_summands * left);
        let want_dual = numbers(&row["legendre"])[0];
        check(
            &format!("L* of {says}"),
            dual,
            want_dual,
            dual_summands * tail,
        );

        let want_g = numbers(&row["g"]);
        let largest = |i: &[f64]| i.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let u: Vec<f64> = (0..n).map(|i| (want_g[i] - delta[i % 4]) / gamma).collect();
        for i in 0..n {
            let summands = match name {
                "spherical-norm" => want_g[i].abs(),
                // Centring rounds in proportion to the largest deviation of the group.
                "layer-norm" => gamma * largest(&u) + delta[i].abs(),
                "softmax" | "ghostmax" => want_g[i].abs() * worse[i],
                _ => want_g[i].abs() * left,
            };
            check(&format!("g of {says}"), g[i], want_g[i], summands);
        }

        if n == 1 {
            let (got, want) = (hessian.weights()[0], numbers(&row["H_diag"])[0]);
            check(&format!("H of {says}"), got, want, want * worse[0]);
        } else {
            let v = numbers(&row["v"]);
            let mut got = vec![0.0; n];
            hessian.apply(&v, &mut got);
            let mean = v.iter().map(|v| v.abs()).sum::<f64>() / n as f64;
            for (i, want) in numbers(&row["Hv"]).into_iter().enumerate() {
                let w = hessian.weights()[i];
                let summands = match name {
                    "softmax" | "ghostmax" => {
                        let inner: f64 = want_g.iter().zip(&v).map(|(p, v)| p * v.abs()).sum();
                        w * (v[i].abs() + inner) * worse[i]
                    }
                    "spherical-norm" => {
                        let inner: f64 = u.iter().zip(&v).map(|(u, v)| (u * v).abs()).sum();
                        w * (v[i].abs() + u[i].abs() * inner)
                    }
                    // u rounds in proportion to the largest of the group, as in g.
                    _ => w * (v[i].abs() + mean + largest(&u).powi(2) * mean),
                };
                check(&format!("Hv of {says}"), got[i], want, summands);
            }
        }
    }
}
