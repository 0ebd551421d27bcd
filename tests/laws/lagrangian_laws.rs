//! The laws that every Lagrangian of the list obeys, on every example of every entry.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;

use std::sync::Arc;

use attractor::lagrangian::{
    DirectSum, Direction, Growth, Hessian, KINDS, Lagrangian, Name, REFUSED, Reach, Scalar, Term,
    TermRows,
};
use common::{all, parse};

/// Neurons of a group; what the `delta` of the examples is written for.
const N: usize = 5;
const EPS: f64 = f64::EPSILON;

/// Seeded numbers between −1 and 1 (Knuth's linear congruence, the upper bits).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    fn vector(&mut self, n: usize, scale: f64) -> Vec<f64> {
        (0..n).map(|_| scale * self.next()).collect()
    }
}

/// States small, middling and large.
fn states(seed: u64) -> Vec<Vec<f64>> {
    let mut r = Numbers(seed);
    [0.3, 1.0, 3.0, 8.0]
        .iter()
        .flat_map(|s| (0..8).map(|_| *s).collect::<Vec<_>>())
        .map(|s| r.vector(N, s))
        .collect()
}

fn layer(l: &Arc<dyn Lagrangian>) -> DirectSum {
    DirectSum::uniform(&[N], Arc::clone(l)).unwrap()
}

fn activation(sum: &DirectSum, x: &[f64]) -> Vec<f64> {
    let mut g = vec![0.0; x.len()];
    sum.activation(x, x.len() / N, &mut g);
    g
}

type Terms = (Vec<f64>, Vec<f64>);

fn terms(sum: &DirectSum, width: usize, f: impl Fn(TermRows<'_>)) -> Terms {
    let mut out = (
        vec![0.0; sum.units() * width],
        vec![0.0; sum.units() * width],
    );
    f(TermRows {
        value: &mut out.0,
        magnitude: &mut out.1,
    });
    out
}

fn value(sum: &DirectSum, x: &[f64]) -> Terms {
    let width = x.len() / N;
    terms(sum, width, |out| sum.value(x, width, out))
}

fn legendre(sum: &DirectSum, x: &[f64]) -> Terms {
    let width = x.len() / N;
    terms(sum, width, |out| sum.legendre(x, width, out))
}

fn hessian(sum: &DirectSum, x: &[f64]) -> Hessian {
    let mut h = Hessian::new(sum, x.len() / N);
    h.evaluate(sum, x);
    h
}

fn apply(h: &mut Hessian, v: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; v.len()];
    h.apply(v, &mut out);
    out
}

fn total(v: &[f64]) -> f64 {
    v.iter().sum()
}

fn size(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m, v| m.max(v.abs()))
}

/// `x + h v`.
fn moved(x: &[f64], h: f64, v: &[f64]) -> Vec<f64> {
    x.iter().zip(v).map(|(x, v)| x + h * v).collect()
}

#[test]
fn the_activation_is_the_gradient_of_the_lagrangian() {
    for (_, text, l) in all() {
        let sum = layer(&l);
        for x in states(1) {
            let g = activation(&sum, &x);
            for i in 0..N {
                let mut unit = [0.0; N];
                unit[i] = 1.0;
                let h = 1e-5;
                let (up, down) = (
                    value(&sum, &moved(&x, h, &unit)),
                    value(&sum, &moved(&x, -h, &unit)),
                );
                // Neuron by neuron where L is a sum, so that large terms do not hide small ones.
                let u = if l.is_additive() { i } else { 0 };
                let slope = (up.0[u] - down.0[u]) / (2.0 * h);
                // h²/6 = 2e-11 times a third derivative of at most 100 in the examples, or 10 times L itself; and a
                // rounding of the summands over 2h: 1e-11 of them.
                let allowed = 1e-8 + 1e-9 * (g[i].abs() + up.1[u]);
                assert!(
                    (slope - g[i]).abs() < allowed,
                    "{text} at {x:?}: {slope} {}",
                    g[i]
                );
            }
        }
    }
}

#[test]
fn the_hessian_is_the_derivative_of_the_activation() {
    for (_, text, l) in all() {
        let sum = layer(&l);
        let mut r = Numbers(2);
        for x in states(3) {
            let v = r.vector(N, 1.0);
            let h = 1e-6;
            let mut hessian = hessian(&sum, &x);
            let product = apply(&mut hessian, &v);
            let up = activation(&sum, &moved(&x, h, &v));
            let down = activation(&sum, &moved(&x, -h, &v));
            for i in 0..N {
                let slope = (up[i] - down[i]) / (2.0 * h);
                // h²/6 = 2e-13 times a third derivative of g of up to 1e5 (of a layer norm whose states are
                // within 0.1 of each other: 1/s³), and a rounding of g over 2h: 1e-10 of it, where a group's is in
                // proportion to its largest.
                let scale = if l.is_additive() {
                    up[i].abs()
                } else {
                    size(&up)
                };
                let allowed = 2e-8 + 1e-8 * scale;
                assert!(
                    (slope - product[i]).abs() < allowed,
                    "{text} at {x:?}: {slope} {}",
                    product[i]
                );
            }
        }
    }
}

#[test]
fn the_legendre_transform_is_x_g_less_the_lagrangian() {
    for (_, text, l) in all() {
        let sum = layer(&l);
        for x in states(4) {
            let (g, lx, dual) = (activation(&sum, &x), value(&sum, &x), legendre(&sum, &x));
            let group = N / sum.units();
            for u in 0..sum.units() {
                let at = u * group..(u + 1) * group;
                let products = x[at.clone()].iter().zip(&g[at]).map(|(x, g)| x * g);
                let work: f64 = products.clone().map(f64::abs).sum();
                let want = products.sum::<f64>() - lx.0[u];
                // A few roundings of every summand; the argument of an exponential, up to 20 in the examples, passes
                // half a unit of itself on.
                let allowed = 32.0 * EPS * (work + lx.1[u] + dual.1[u]);
                assert!(
                    (want - dual.0[u]).abs() <= allowed,
                    "{text} at {x:?}: {want} {}",
                    dual.0[u]
                );
                // The summands are at least the value. Two roundings of slack for another order of the sum.
                assert!(dual.1[u] >= dual.0[u].abs() * (1.0 - 2.0 * EPS), "{text}");
                assert!(lx.1[u] >= lx.0[u].abs() * (1.0 - 2.0 * EPS), "{text}");
            }
        }
    }
}

#[test]
fn the_quadratic_form_is_v_h_v_and_no_convex_one_is_negative() {
    for (_, text, l) in all() {
        let sum = layer(&l);
        let convex = l.convexity().is_ok();
        let mut r = Numbers(5);
        for x in states(6) {
            let mut h = hessian(&sum, &x);
            assert!(
                !convex || h.weights().iter().all(|w| *w >= 0.0),
                "{text} at {x:?}"
            );
            let v = r.vector(N, 1.0);
            let m = [2.0; N];
            let (mut rest, mut got) = (vec![0.0; N], [1.0]);
            h.add_quadratic(&v, &m, &mut rest, &mut got);
            let product = apply(&mut h, &v);
            let want: f64 = 1.0
                + product
                    .iter()
                    .zip(&v)
                    .map(|(p, v)| 2.0 * p * v)
                    .sum::<f64>();
            // Roundings of the summands w v², of which there are a dozen.
            let summands: f64 = h
                .weights()
                .iter()
                .zip(&v)
                .map(|(w, v)| (w * v * v).abs())
                .sum();
            let allowed = 32.0 * EPS * (1.0 + 2.0 * summands);
            assert!(
                (got[0] - want).abs() <= allowed,
                "{text}: {} {want}",
                got[0]
            );
            let mut alone = [0.0];
            h.add_quadratic(&v, &m, &mut rest, &mut alone);
            assert!(!convex || alone[0] >= 0.0, "{text}: {}", alone[0]);
        }
    }
}

#[test]
fn a_lagrangian_that_is_not_convex_says_so_and_has_a_negative_slope() {
    let mut found = 0;
    for (_, text, l) in all() {
        if let Err(why) = l.convexity() {
            found += 1;
            assert!(why.why.contains("second derivative"), "{why}");
            let negative = states(7)
                .iter()
                .any(|x| hessian(&layer(&l), x).weights().iter().any(|w| *w < 0.0));
            assert!(negative, "{text}");
        }
    }
    assert!(
        found > 0,
        "the odd power is in the list as a memory's potential"
    );
    let odd = parse(r#"{ kind = "power", n = 5 }"#).unwrap();
    assert!(odd.convexity().unwrap_err().why.contains("x < 0"));
    assert!(
        parse(r#"{ kind = "power", n = 64 }"#)
            .unwrap()
            .convexity()
            .is_ok()
    );
}

#[test]
fn the_activation_stays_in_its_range() {
    for (_, text, l) in all() {
        let (sum, range) = (layer(&l), l.reach().range);
        assert_eq!(
            range.is_bounded(),
            l.reach().growth == Growth::Confined,
            "{text}: only a confined activation needs no growth of L*"
        );
        let mut far = states(8);
        far.extend(states(9).iter().map(|x| moved(x, 1e6, x)));
        for x in far {
            for g in activation(&sum, &x) {
                // The bound itself is a sum of rounded numbers.
                let slack = 4.0 * EPS * g.abs();
                assert!(
                    g >= range.low - slack && g <= range.high + slack,
                    "{text}: {g}"
                );
            }
        }
    }
}

#[test]
fn at_extreme_states_everything_is_a_number() {
    for (_, text, l) in all() {
        let sum = layer(&l);
        let growing = l.reach().growth != Growth::Confined;
        // At 1e-161 the square of x/√ε is subnormal, at 400 the square of a weight of ghostmax.
        for scale in [0.0, 1e-320, 1e-170, 1e-161, 1e-8, 400.0, 1e15, 1e160] {
            // What grows may overflow to infinity.
            if growing && scale > 1.0 {
                continue;
            }
            for pattern in [
                [1.0, -1.0, 0.5, 0.0, 1.0],
                [1.0; N],
                [-1.0; N],
                [0.0, 0.0, 0.0, 0.0, -1.0],
            ] {
                let x = pattern.map(|p| p * scale);
                let h = hessian(&sum, &x);
                for v in [
                    activation(&sum, &x),
                    value(&sum, &x).0,
                    legendre(&sum, &x).0,
                ] {
                    assert!(v.iter().all(|v| v.is_finite()), "{text} at {x:?}: {v:?}");
                }
                let sound = |w: &f64| w.is_finite() && (*w >= 0.0 || l.convexity().is_err());
                assert!(h.weights().iter().all(sound), "{text} at {x:?}");
                let mut h = h;
                let (mut rest, mut q) = ([0.0; N], [0.0]);
                let v = [0.7, -0.4, 0.2, 1.1, 0.3];
                h.add_quadratic(&v, &[1.0; N], &mut rest, &mut q);
                // v H v, in a form that does not underflow on the way: the same as from the product.
                let want: f64 = apply(&mut h, &v).iter().zip(&v).map(|(h, v)| h * v).sum();
                let summands: f64 = h
                    .weights()
                    .iter()
                    .zip(&v)
                    .map(|(w, v)| (w * v * v).abs())
                    .sum();
                assert!(
                    (q[0] - want).abs() <= 32.0 * EPS * summands,
                    "{text} at {x:?}: {} {want}",
                    q[0]
                );
            }
        }
    }
}

#[test]
fn a_state_that_is_not_a_number_is_not_lost() {
    for (_, text, l) in all() {
        let sum = layer(&l);
        for i in 0..N {
            let mut x = [0.3, -0.7, 1.1, 0.2, -0.4];
            x[i] = f64::NAN;
            // Of a group the values are those of all its neurons.
            let unit = if l.is_additive() { i } else { 0 };
            assert!(activation(&sum, &x)[i].is_nan(), "{text}");
            assert!(value(&sum, &x).0[unit].is_nan(), "{text}");
            assert!(legendre(&sum, &x).0[unit].is_nan(), "{text}");
        }
    }
}

#[test]
fn a_block_of_many_columns_gives_the_numbers_of_each_column_alone() {
    // Seventy columns are more than one piece.
    for width in [2, 7, 70] {
        for (_, text, l) in all() {
            let sum = layer(&l);
            let mut r = Numbers(10);
            let x = r.vector(N * width, 3.0);
            let v = r.vector(N * width, 1.0);
            let pick = |x: &[f64], b: usize| -> Vec<f64> {
                x.iter().skip(b).step_by(width).copied().collect()
            };
            let g = activation(&sum, &x);
            let (lx, dual) = (value(&sum, &x), legendre(&sum, &x));
            let mut h = hessian(&sum, &x);
            let product = apply(&mut h, &v);
            let (mut rest, mut quadratic) = (vec![0.0; v.len()], vec![0.0; width]);
            h.add_quadratic(&v, &[1.0; N], &mut rest, &mut quadratic);
            let mut back = vec![0.0; x.len()];
            let known = l.state(&g, width, &mut back);
            let mut all_known = true;
            for (b, quadratic) in quadratic.iter().enumerate() {
                let (x, v) = (pick(&x, b), pick(&v, b));
                // Sums of five in another order: a few roundings of the summands.
                let same = |what: &str, wide: Vec<f64>, alone: &[f64], scale: f64| {
                    for (a, c) in wide.iter().zip(alone) {
                        assert!(
                            (a - c).abs() <= 16.0 * EPS * scale,
                            "{what} of {text}: {a} {c}"
                        );
                    }
                };
                let alone = activation(&sum, &x);
                same("g", pick(&g, b), &alone, size(&alone));
                let alone_l = value(&sum, &x);
                same("L", pick(&lx.0, b), &alone_l.0, size(&alone_l.1));
                same("its summands", pick(&lx.1, b), &alone_l.1, size(&alone_l.1));
                let alone_d = legendre(&sum, &x);
                same("L*", pick(&dual.0, b), &alone_d.0, size(&alone_d.1));
                same(
                    "its summands",
                    pick(&dual.1, b),
                    &alone_d.1,
                    size(&alone_d.1),
                );
                let mut h = hessian(&sum, &x);
                let alone_h = apply(&mut h, &v);
                let scale = N as f64 * size(h.weights());
                same("Hv", pick(&product, b), &alone_h, scale);
                let (mut rest, mut q) = (vec![0.0; N], [0.0]);
                h.add_quadratic(&v, &[1.0; N], &mut rest, &mut q);
                same("vHv", vec![*quadratic], &q, scale);
                let mut alone_x = vec![0.0; N];
                let known_alone = l.state(&pick(&g, b), 1, &mut alone_x);
                all_known &= known_alone;
                if known && known_alone {
                    // The same g, but 1 − Σg may cancel: see below for how it is conditioned.
                    for (a, c) in pick(&back, b).iter().zip(&alone_x) {
                        assert!(
                            (a - c).abs() < 1e-8 * (1.0 + c.abs()),
                            "x of {text}: {a} {c}"
                        );
                    }
                }
            }
            assert_eq!(known, all_known, "{text}");
        }
    }
}

#[test]
fn the_state_of_an_activation_is_where_it_came_from() {
    let one_to_one = [
        "identity",
        "tanh",
        "sigmoid",
        "arctan",
        "exponential",
        "softplus",
        "gauss-relu",
        "ghostmax",
    ];
    for (name, text, l) in all() {
        let sum = layer(&l);
        for x in states(11).into_iter().take(20) {
            let g = activation(&sum, &x);
            let mut back = vec![0.0; N];
            let known = l.state(&g, 1, &mut back);
            assert!(known || !one_to_one.contains(&name), "{text} at {x:?}");
            if !known {
                continue;
            }
            let h = hessian(&sum, &x);
            let least = h.weights().iter().copied().fold(f64::INFINITY, f64::min);
            // The least slope of a group lies along its direction: the state of a sphere, the ones of ghostmax.
            let mut h = h;
            let along = apply(&mut h, &x);
            let part: f64 = along.iter().zip(&x).map(|(a, x)| a * x).sum::<f64>()
                / x.iter().map(|x| x * x).sum::<f64>();
            let ones = apply(&mut h, &[1.0; N]);
            for i in 0..N {
                let slope = if l.is_additive() {
                    h.weights()[i]
                } else {
                    least.min(part).min(size(&ones))
                };
                // A rounding of g moves x by that over the slope of g; and a few roundings of the inverse itself.
                let allowed = 16.0 * EPS * (size(&g) / slope + x[i].abs() + 1.0);
                assert!(
                    (back[i] - x[i]).abs() <= allowed,
                    "{text}: {} {}",
                    back[i],
                    x[i]
                );
            }
        }
    }
}

#[test]
fn the_legendre_transform_grows_as_it_says() {
    for (_, text, l) in all() {
        if l.convexity().is_err() {
            continue;
        }
        let sum = layer(&l);
        let at = |x: f64| {
            let x = [x; N];
            (activation(&sum, &x)[0].abs(), legendre(&sum, &x).0[0])
        };
        match l.reach().growth {
            Growth::Power {
                exponent,
                coefficient,
            } => {
                for k in -30..=30 {
                    let x = f64::from(k).sinh() * 1e-9;
                    let (g, dual) = at(x);
                    let bound = coefficient * g.powf(exponent);
                    // The constant of the bound is below 2 in the examples; powf and L* round.
                    assert!(dual >= bound * (1.0 - 64.0 * EPS) - 2.0, "{text} at {x}");
                }
                let (g, dual) = at(1e4);
                // The bound is sharp: what L* has beyond it falls at least as 1/g.
                let ratio = dual / (coefficient * g.powf(exponent));
                assert!((ratio - 1.0).abs() < 1e-3, "{text}: {ratio}");
            }
            Growth::Entropic => {
                let (g1, d1) = at(20.0);
                let (g2, d2) = at(40.0);
                assert!(d2 / g2 > 1.9 * d1 / g1, "{text}: faster than linear");
                assert!(
                    d2 / g2.powf(1.1) < d1 / g1.powf(1.1),
                    "{text}: below every power"
                );
            }
            Growth::Confined => {
                let g = activation(&sum, &[1e9, -1e9, 3e8, 0.0, 1.0]);
                assert!(g.iter().all(|g| g.is_finite()), "{text}");
            }
        }
    }
}

/// The largest of `|L* / (½ H(0) x²) − 1|` over some small states, for a Lagrangian of one neuron that is smooth at 0 and
/// whose energy is 0 there; none for another.
fn cancellation(l: &Arc<dyn Lagrangian>) -> Option<f64> {
    let sum = layer(l);
    let all = |x: f64| vec![x; N];
    let slope = |x: f64| {
        apply(&mut hessian(&sum, &all(x)), &{
            let mut unit = vec![0.0; N];
            unit[0] = 1.0;
            unit
        })[0]
    };
    let h = slope(0.0);
    let smooth = |x: f64| (slope(x) / h - 1.0).abs() < 1e-2;
    let dual = |x: f64| legendre(&sum, &all(x)).0[0];
    if !l.is_additive() || h <= 0.0 || !smooth(1e-5) || !smooth(-1e-5) || dual(0.0) != 0.0 {
        return None;
    }
    let off = |x: f64| (dual(x) / (0.5 * h * x * x) - 1.0).abs();
    let states = [1e-5, 1e-6, 1e-7, 1e-9, 1e-12];
    Some(
        states
            .iter()
            .map(|x| off(*x).max(off(-x)))
            .fold(0.0, f64::max),
    )
}

#[test]
fn near_zero_the_legendre_transform_is_half_h_x_squared_to_many_digits() {
    let mut tried = 0;
    for (_, text, l) in all() {
        if let Some(off) = cancellation(&l) {
            // The next order is a part x H'/H ≤ 1e-3 of it.
            assert!(off < 1e-2, "{text}: {off:e}");
            tried += 1;
        }
    }
    assert!(tried >= 5, "{tried}");
    // It can fail: as large as 1 where nothing is left of L*.
    let off = cancellation(&(Arc::new(Cancelling) as Arc<dyn Lagrangian>));
    assert!(off.unwrap() > 0.5);
}

/// `L = √(1 + x²) − 1`, with `L* = 1 − 1/√(1 + x²)` computed as it stands.
#[derive(Debug)]
struct Cancelling;

impl Scalar for Cancelling {
    fn name(&self) -> Name {
        Name::new("cancelling")
    }
    fn value(&self, x: f64) -> Term {
        Term::sum(x.hypot(1.0), -1.0)
    }
    fn activation(&self, x: f64) -> f64 {
        x / x.hypot(1.0)
    }
    fn slope(&self, x: f64) -> f64 {
        x.hypot(1.0).powi(-3)
    }
    fn legendre(&self, x: f64) -> Term {
        Term::sum(1.0, -1.0 / x.hypot(1.0))
    }
    fn reach(&self) -> Reach {
        Reach::confined(-1.0, 1.0)
    }
}

#[test]
fn the_lagrangian_grows_with_the_order_it_says() {
    for (_, text, l) in all() {
        let sum = layer(&l);
        let size = |t: f64| total(&value(&sum, &[0.4 * t, 1.1 * t, 0.7 * t, 0.9 * t, 0.2 * t]).0);
        let order = l.reach().order;
        if order.is_infinite() {
            assert!(size(20.0) > size(10.0).powf(1.5), "{text}");
        } else {
            // Logarithms and thresholds are a part 1e-5 of L there.
            let (near, far): (f64, f64) = (size(1e6), size(2e6));
            let slope = (far / near).log2();
            assert!((slope - order).abs() < 1e-3, "{text}: {slope}");
        }
    }
}

/// The examples of one kind.
fn examples(name: &str) -> Vec<Arc<dyn Lagrangian>> {
    let found: Vec<_> = all()
        .into_iter()
        .filter(|e| e.0 == name)
        .map(|e| e.2)
        .collect();
    assert!(!found.is_empty());
    found
}

#[test]
fn softmax_and_layer_norm_do_not_see_a_common_shift() {
    for name in ["softmax", "layer-norm"] {
        for l in examples(name) {
            let sum = layer(&l);
            assert!(l.directions().contains(&Direction::Ones));
            for x in states(12) {
                let mut h = hessian(&sum, &x);
                let scale = size(h.weights());
                // The projection on 1 is taken out; five roundings remain.
                assert!(
                    size(&apply(&mut h, &[1.0; N])) <= 8.0 * EPS * scale,
                    "{name}"
                );
                let c = 3.25;
                let shifted = moved(&x, c, &[1.0; N]);
                let (g, other) = (activation(&sum, &x), activation(&sum, &shifted));
                for (a, b) in g.iter().zip(&other) {
                    // Adding c rounds the states, by 1e-15, which g sees through H.
                    assert!((a - b).abs() < 1e-14 * (1.0 + scale), "{name}: {a} {b}");
                }
                let (l0, l1) = (value(&sum, &x), value(&sum, &shifted));
                // L(x + c1) = L(x) + c Σg, and Σg is 1 for softmax.
                let want = l0.0[0] + c * if name == "softmax" { 1.0 } else { total(&g) };
                assert!((l1.0[0] - want).abs() < 32.0 * EPS * (1.0 + l1.1[0] + want.abs()));
            }
        }
    }
}

#[test]
fn layer_norm_sees_small_differences_of_large_states() {
    for l in examples("layer-norm") {
        let sum = layer(&l);
        // Thousandths on a large number: both are sums of a few powers of two, so that the shift is exact.
        let small = [1.0, -3.0, 2.0, 7.0, -4.0].map(|k| k / 1024.0);
        let large = small.map(|x| x + f64::from((1 << 30) + 1));
        let (g, far) = (activation(&sum, &small), activation(&sum, &large));
        for (a, b) in g.iter().zip(&far) {
            // A few roundings of the group's activations. A mean of large states that is rounded once shows as 1e-5.
            assert!((a - b).abs() < 16.0 * EPS * (1.0 + size(&g)), "{a} {b}");
        }
    }
}

#[test]
fn a_sphere_without_eps_does_not_see_the_length_of_its_state() {
    for text in [
        r#"{ kind = "spherical-norm" }"#,
        r#"{ kind = "spherical-norm", gamma = 2, delta = 0.5 }"#,
    ] {
        let sum = layer(&parse(text).unwrap());
        for x in states(13) {
            let mut h = hessian(&sum, &x);
            let scale = size(h.weights()) * size(&x);
            // A projection taken out, in a few roundings.
            assert!(size(&apply(&mut h, &x)) <= 16.0 * EPS * scale);
            let (g, far) = (activation(&sum, &x), activation(&sum, &moved(&x, 7.0, &x)));
            for (a, b) in g.iter().zip(&far) {
                // A few roundings of γ.
                assert!((a - b).abs() < 16.0 * EPS);
            }
            assert_eq!(legendre(&sum, &x).0[0], 0.0);
        }
        // At the tip: the centre of the ball, and no slope.
        let h = hessian(&sum, &[0.0; N]);
        assert_eq!(h.weights(), [0.0; N]);
        let centre = if text.contains("delta") { 0.5 } else { 0.0 };
        assert_eq!(activation(&sum, &[0.0; N]), [centre; N]);
    }
}

#[test]
fn ghostmax_and_a_sphere_with_eps_see_every_direction() {
    let sphere = parse(r#"{ kind = "spherical-norm", eps = 0.5 }"#).unwrap();
    for l in examples("ghostmax").into_iter().chain([sphere]) {
        let sum = layer(&l);
        for x in states(14) {
            let mut h = hessian(&sum, &x);
            for v in [&[1.0; N], x.as_slice()] {
                let mut q = [0.0];
                h.add_quadratic(v, &[1.0; N], &mut [0.0; N], &mut q);
                assert!(q[0] > 0.0, "{} at {x:?}", l.describe());
            }
        }
        // Where the ghost has lost all but e^-200 of its share, H 1 = βqg still has all its digits.
        if l.directions() == [Direction::Ones] {
            let mut h = hessian(&sum, &[200.0; N]);
            let (mut q, g) = ([0.0], activation(&sum, &[200.0; N]));
            h.add_quadratic(&[1.0; N], &[1.0; N], &mut [0.0; N], &mut q);
            let beta = h.weights()[0] / g[0];
            let share = (-200.0 * beta).exp() / N as f64;
            // One exponential and a few products.
            assert!((q[0] / (beta * share) - 1.0).abs() < 1e-13, "{}", q[0]);
        }
    }
}

#[test]
fn every_name_is_used_once_and_the_refused_ones_give_a_reason() {
    for (i, k) in KINDS.iter().enumerate() {
        assert!(!k.examples.is_empty(), "{} is not tested", k.name);
        assert!(KINDS[..i].iter().all(|other| other.name != k.name));
        assert!(REFUSED.iter().all(|(name, _)| *name != k.name));
        for example in k.examples {
            let says = parse(example).unwrap().describe();
            assert!(says.starts_with(k.name), "{says}");
        }
    }
    for name in ["gelu", "silu"] {
        let (_, why) = REFUSED.iter().find(|(n, _)| *n == name).unwrap();
        assert!(why.contains("not monotone"), "{why}");
    }
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    for (text, word) in [
        (r#"{ kind = "tanh", beta = 0 }"#, "beta"),
        (r#"{ kind = "softmax", beta = -1 }"#, "beta"),
        (r#"{ kind = "arctan", lambda = 0 }"#, "lambda"),
        (r#"{ kind = "soft-threshold" }"#, "lambda"),
        (r#"{ kind = "soft-threshold", lambda = -0.1 }"#, "lambda"),
        (r#"{ kind = "repu" }"#, "n"),
        (r#"{ kind = "repu", n = 1 }"#, "n"),
        (r#"{ kind = "power", n = 65 }"#, "n"),
        (r#"{ kind = "power", n = 2.5 }"#, "n"),
        (r#"{ kind = "spherical-norm", gamma = 0 }"#, "gamma"),
        (r#"{ kind = "layer-norm", eps = -1 }"#, "eps"),
        (r#"{ kind = "layer-norm", gamma = [1, 2] }"#, "gamma"),
        (r#"{ kind = "identity", beta = 1 }"#, "beta"),
    ] {
        let why = parse(text).unwrap_err();
        assert_eq!(why.what, word, "{text}: {why}");
    }
}

#[test]
fn a_group_that_does_not_fit_is_refused() {
    for (text, n) in [
        (r#"{ kind = "layer-norm", eps = 0 }"#, 1),
        (r#"{ kind = "layer-norm" }"#, 1),
        (r#"{ kind = "layer-norm", eps = 0 }"#, 2),
        (r#"{ kind = "spherical-norm" }"#, 1),
        (r#"{ kind = "spherical-norm", delta = [1, 2, 3] }"#, 4),
        (r#"{ kind = "layer-norm", delta = [1, 2, 3] }"#, 4),
        (r#"{ kind = "softmax" }"#, 0),
    ] {
        assert!(parse(text).unwrap().fits(n).is_err(), "{text} on {n}");
    }
    for (text, n) in [
        (r#"{ kind = "layer-norm", delta = [1] }"#, 4),
        (r#"{ kind = "layer-norm" }"#, 2),
        (r#"{ kind = "spherical-norm", eps = 0.1 }"#, 1),
        (r#"{ kind = "softmax" }"#, 1),
    ] {
        parse(text).unwrap().fits(n).unwrap();
    }
}

/// `c [L(x + δ) − L(x)]` of a group, as a memory asks for it.
fn rise(l: &Arc<dyn Lagrangian>, c: f64, x: &[f64], by: &[f64]) -> f64 {
    let mut g = vec![0.0; x.len()];
    l.activation(x, 1, &mut g);
    let changes = |from: usize, out: &mut [f64]| out.copy_from_slice(&by[from..from + out.len()]);
    l.rise(c, x, &g, &changes)
}

/// Values of all units and the sizes of their summands, summed.
fn value_and_size(l: &Arc<dyn Lagrangian>, x: &[f64]) -> [f64; 2] {
    let (mut value, mut magnitude) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    let rows = TermRows {
        value: &mut value,
        magnitude: &mut magnitude,
    };
    l.value(x, 1, rows);
    [value, magnitude].map(|v| v.iter().sum())
}

#[test]
fn a_rise_is_the_difference_of_two_values() {
    let mut r = Numbers(91);
    for (name, text, l) in all() {
        for x in states(92) {
            for scale in [0.1, 1.0, 3.0] {
                let by = r.vector(N, scale);
                let moved: Vec<f64> = x.iter().zip(&by).map(|(x, d)| x + d).collect();
                let ([before, size], [after, other]) =
                    (value_and_size(&l, &x), value_and_size(&l, &moved));
                let got = rise(&l, 1.7, &x, &by);
                // A few roundings of either value, and of x + δ.
                let allowed = 1.7 * 64.0 * EPS * (size + other);
                let off = (got - 1.7 * (after - before)).abs();
                assert!(
                    off <= allowed,
                    "{name} {text}, {x:?}, {by:?}: {got}, off by {off:e}"
                );
            }
        }
    }
}

#[test]
fn a_rise_loses_nothing_where_the_values_are_large_or_the_change_is_small() {
    let mut r = Numbers(93);
    // The points of Gauss and Legendre, five on a piece.
    let points = [
        [0.0, 0.568_888_888_888_888_9],
        [0.538_469_310_105_683_1, 0.478_628_670_499_366_47],
        [0.906_179_845_938_664, 0.236_926_885_056_189_08],
    ];
    for (name, text, l) in all() {
        for (far, near) in [(1e6, 1.0), (1.0, 1e-6), (30.0, 1e-3), (1e3, 0.1)] {
            for _ in 0..20 {
                let (x, by) = (r.vector(N, far), r.vector(N, near));
                let at = |t: f64| -> Vec<f64> {
                    let mut g = vec![0.0; N];
                    let x: Vec<f64> = x.iter().zip(&by).map(|(x, d)| x + t * d).collect();
                    l.activation(&x, 1, &mut g);
                    g
                };
                // ∫ g·δ along the way, which is smooth but for a kink that is seldom met: those are left out.
                let (mut want, mut size) = (0.0, 0.0);
                let pieces = 100;
                for piece in 0..pieces {
                    for [point, weight] in points {
                        for sign in if point == 0.0 {
                            vec![1.0]
                        } else {
                            vec![-1.0, 1.0]
                        } {
                            let t =
                                (f64::from(piece) + 0.5 + 0.5 * sign * point) / f64::from(pieces);
                            for (g, d) in at(t).iter().zip(&by) {
                                want += 0.5 * weight / f64::from(pieces) * g * d;
                                size += 0.5 * weight / f64::from(pieces) * (g * d).abs();
                            }
                        }
                    }
                }
                let kinked = x.iter().zip(&by).any(|(x, d)| {
                    [0.0, 0.2, -0.2]
                        .iter()
                        .any(|k| (x - k) * (x + d - k) <= 0.0)
                });
                if !size.is_finite() || kinked || size < 1e-280 {
                    continue;
                }
                let got = rise(&l, 1.0, &x, &by);
                // 500 terms, some dozen roundings each; the state is known to its own rounding, which changes the activation.
                let state: f64 = at(0.0)
                    .iter()
                    .zip(at(1.0))
                    .map(|(a, b)| (a - b).abs())
                    .sum::<f64>()
                    * EPS
                    * far;
                let allowed = 200.0 * EPS * size + 4.0 * state;
                let off = (got - want).abs();
                assert!(
                    off <= allowed,
                    "{name} {text}, {x:?}, {by:?}: {got} {want}, off by {off:e}"
                );
            }
        }
    }
}

#[test]
fn a_rise_beyond_all_numbers_has_the_right_sign_and_is_never_lost() {
    for text in [
        r#"{ kind = "exponential", beta = 2.0 }"#,
        r#"{ kind = "rectified-exponential", beta = 2.0 }"#,
        r#"{ kind = "power", n = 64 }"#,
        r#"{ kind = "repu", n = 64 }"#,
    ] {
        let l = parse(text).unwrap();
        let far = if text.contains("64") { 1e5 } else { 450.0 };
        // The first state outweighs the second.
        let x = [far, 0.9 * far, 3.0];
        for (by, sign) in [
            ([1.0, -2.0, 0.0], 1.0),
            ([-2.0, 1.0, 0.0], -1.0),
            ([0.0, -2.0, 1.0], -1.0),
            ([0.0, 2.0, -1.0], 1.0),
        ] {
            assert_eq!(
                rise(&l, 0.5, &x, &by),
                sign * f64::INFINITY,
                "{text} {by:?}"
            );
        }
        let small = rise(&l, 0.5, &x, &[0.0, 0.0, 1.0]);
        let alone = rise(&l, 0.5, &[3.0], &[1.0]);
        assert!(
            (small - alone).abs() <= 1e-14 * alone,
            "{text}: {small} {alone}"
        );
        assert_eq!(rise(&l, 0.5, &x, &[0.0; 3]), 0.0, "{text}");
    }
    // Competing neurons, of which the last wins by the change alone; the others' shares have underflowed.
    for (text, ghost) in [("softmax", false), ("ghostmax", true)] {
        let l = parse(&format!("{{ kind = \"{text}\", beta = 3.0 }}")).unwrap();
        let got = rise(&l, 1.0, &[1000.0, 0.0, -1500.0], &[-600.0, 0.0, 2400.0]);
        assert_eq!(got, -100.0, "{text}");
        let got = rise(&l, 1.0, &[500.0, -700.0], &[-2000.0, 600.0]);
        let want = if ghost { -500.0 } else { -600.0 };
        assert_eq!(got, want, "{text}");
    }
}
