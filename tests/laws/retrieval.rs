//! The theory of retrieval: published numbers, values to forty digits, and random patterns that obey it.

use attractor::analysis::Memories;
use attractor::analysis::retrieval::{
    Separated, critical_load, guaranteed_capacity, half_radius, half_radius_limit,
    half_radius_of_one_update, ln_cap, ln_capacity, ln_mean_exp, ln_patterns_at, nearest,
    own_weight,
};
use attractor::pattern::random::Stream;

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found}, not {wanted}");
}

#[test]
fn averages_over_the_sphere_have_all_digits_also_where_bessel_functions_overflow() {
    // By mpmath with 40 digits. The tolerance is 1e-13, and some units of rounding of large values.
    for (d, z, wanted) in [
        (2, 1e-8, 2.5e-17),
        (2, 1.0, 0.235_914_358_507_178_65),
        (3, 10.0, 7.004_267_724_384_856),
        (16, 1000.0, 960.625_701_399_028_4),
        (1024, 1024.0, 386.565_196_496_730_9),
        (1024, 8192.0, 6_600.085_885_573_91),
    ] {
        near(ln_mean_exp(d, z).unwrap(), wanted, 1e-13 + 1e-15 * z);
    }
    // In three dimensions sinh(z)/z.
    for z in [0.5f64, 3.0, 200.0] {
        near(ln_mean_exp(3, z).unwrap(), (z.sinh() / z).ln(), 1e-13);
    }
    for (d, m, wanted) in [
        (2, 0.3, -0.908_785_675_449_021_3),
        // Flat in three dimensions: (1 − m)/2.
        (3, 0.5, -1.386_294_361_119_890_6),
        (16, 0.8, -9.759_820_035_219_361),
        (33, 0.01, -0.738_941_512_855_913_1),
        // Itself it is 10^−371.
        (1024, 0.9, -853.743_310_785_293_3),
        (100_000, 0.01, -7.152_949_703_995_644_6),
    ] {
        near(ln_cap(d, m).unwrap(), wanted, 1e-12 * wanted.abs());
        let [cap, rest] = [m, -m].map(|m| ln_cap(d, m).unwrap().exp());
        near(cap + rest, 1.0, 1e-14);
    }
    near(ln_cap(7, 0.0).unwrap(), 0.5f64.ln(), 1e-15);
    assert_eq!(ln_cap(7, 1.0).unwrap(), f64::NEG_INFINITY);
    near(ln_cap(7, -1.0).unwrap(), 0.0, 0.0);
}

#[test]
fn thresholds_have_their_values_and_finite_dimensions_lie_below() {
    for (lambda, limit, sixteen) in [
        (0.5, 0.387_006_422, 0.386_117),
        (1.0, 0.622_571_924, 0.617_675),
        (2.0, 0.908_754_008, 0.894_094),
        (4.0, 1.224_356_680, 1.194_804),
        (8.0, 1.555_340_691, 1.507_694),
    ] {
        let found = critical_load(lambda).unwrap();
        // Half a unit of the last digit that is printed, here and below.
        near(found, limit, 5.1e-10);
        near(ln_capacity(16, lambda).unwrap() / 16.0, sixteen, 5.1e-7);
        // It converges from below.
        let loads = [8, 64, 512, 4096].map(|d| ln_capacity(d, lambda).unwrap() / d as f64);
        assert!(loads.is_sorted() && loads[3] < found, "{loads:?}");
        near(loads[3], found, 1e-3);
    }
    near(ln_capacity(1024, 1.0).unwrap() / 1024.0, 0.622_495, 5.1e-7);
    // By mpmath, where the formula as it is written loses its digits.
    for (lambda, wanted) in [
        (1e-8, 9.999_999_95e-9),
        (1e-3, 0.000_999_500_000_249_999_7),
        (1e8, 9.710_340_373_226_183),
    ] {
        near(
            critical_load(lambda).unwrap(),
            wanted,
            1e-15 * wanted.max(1.0),
        );
    }
}

#[test]
fn so_many_patterns_fit() {
    for (d, lambda, wanted) in [
        (12, 1.0, 1624.0),
        (16, 1.0, 19_590.0),
        (20, 1.0, 236_325.0),
        (12, 2.0, 43_035.0),
        (32, 0.5, 235_500.0),
    ] {
        let ln_n = ln_capacity(d, lambda).unwrap();
        // The smallest is printed with four digits.
        near(ln_n.exp() / wanted, 1.0, 4e-4);
        for (times, weight) in [(0.1f64, 0.909), (1.0, 0.5), (10.0, 0.0909)] {
            near(
                own_weight(d, lambda, ln_n + times.ln()).unwrap(),
                weight,
                1e-3,
            );
        }
        // One is the inverse of the other.
        for p in [1e-6, 0.3, 0.999] {
            let ln_n = ln_patterns_at(d, lambda, p).unwrap();
            near(own_weight(d, lambda, ln_n).unwrap(), p, 1e-12);
        }
    }
    near(own_weight(5, 2.0, 0.0).unwrap(), 1.0, 0.0);
}

/// N patterns drawn at random: of this norm on the sphere, or each number normally distributed with this norm on average.
fn drawn((d, n): (usize, usize), seed: u64, on_sphere: bool) -> Memories {
    let mut patterns = Stream::of(seed, 0, d, n).normal(n * d, 0.0, (1.0 / d as f64).sqrt());
    if on_sphere {
        for row in patterns.chunks_exact_mut(d) {
            let norm = row.iter().map(|v| v * v).sum::<f64>().sqrt();
            row.iter_mut().for_each(|v| *v /= norm);
        }
    }
    Memories { patterns, size: d }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// softmax(β Ξ q).
fn weights(beta: f64, xi: &Memories, q: &[f64]) -> Vec<f64> {
    let scores: Vec<f64> = (0..xi.count()).map(|k| beta * dot(xi.get(k), q)).collect();
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let p: Vec<f64> = scores.iter().map(|s| (s - top).exp()).collect();
    let sum: f64 = p.iter().sum();
    p.into_iter().map(|p| p / sum).collect()
}

/// Mean weight of a pattern at itself, and its standard error over networks.
fn measured(n: usize, on_sphere: bool) -> (f64, f64) {
    const NETWORKS: u64 = 12;
    let (d, lambda) = (16, 1.0);
    let of = |seed: u64| {
        let xi = drawn((d, n), seed, on_sphere);
        let own = (0..20).map(|k| weights(lambda * d as f64, &xi, xi.get(k))[k]);
        own.sum::<f64>() / 20.0
    };
    let all: Vec<f64> = (0..NETWORKS).map(of).collect();
    let count = all.len() as f64;
    let mean = all.iter().sum::<f64>() / count;
    let squares: f64 = all.iter().map(|p| (p - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

#[test]
fn random_patterns_on_the_sphere_obey_the_law_and_normal_ones_do_not() {
    let ln_n = ln_capacity(16, 1.0).unwrap();
    let n = ln_n.exp().round() as usize;
    let (mean, error) = measured(n, true);
    assert!(error < 0.01, "{error}");
    // The law is that of a mean in the denominator: its own correction is a few thousandths here.
    near(mean, own_weight(16, 1.0, ln_n).unwrap(), 5.0 * error + 5e-3);
    // Norms that fluctuate make another law: long patterns keep their weight, short ones lose it.
    let (other, error) = measured(n, false);
    assert!(
        (other - 0.5).abs() > 5.0 * error + 5e-3,
        "{other} ± {error}"
    );
}

#[test]
fn basins_are_where_the_nearest_pattern_says() {
    let twenty = 2e4f64.ln();
    for (m, wanted) in [(0.8, 0.315), (0.85, 0.856), (0.9, 0.991)] {
        near(nearest(16, twenty, m).unwrap(), wanted, 5.1e-4);
    }
    for (m, wanted) in [(0.65, 0.094), (0.7, 0.416), (0.75, 0.769), (0.8, 0.944)] {
        near(nearest(16, 1e3f64.ln(), m).unwrap(), wanted, 5.1e-4);
    }
    // By mpmath, roots of (1 − t)^(N−1) = 1/2.
    for (d, n, wanted) in [
        (16, 1e3f64, 0.710_631_198_517_872),
        (16, 2e4, 0.814_252_211_597_841),
        (32, 2e4, 0.636_100_151_555_319_9),
    ] {
        near(half_radius(d, n.ln()).unwrap(), wanted, 1e-13);
    }
    // Of two patterns half of all states are nearer to one.
    near(half_radius(9, 2f64.ln()).unwrap(), 0.0, 1e-12);
    near(
        half_radius_of_one_update(16, 2.0, twenty).unwrap(),
        0.862,
        5.1e-4,
    );
    // Patterns in numbers that no float holds: the limit of many dimensions.
    for alpha in [0.2, 0.6, 1.0] {
        let limit = half_radius_limit(alpha).unwrap();
        let gaps =
            [1_000, 10_000, 100_000].map(|d| limit - half_radius(d, alpha * d as f64).unwrap());
        assert!(
            gaps[0] > gaps[1] && gaps[1] > gaps[2] && gaps[2] > 0.0,
            "{gaps:?}"
        );
        assert!(gaps[2] < 1e-4, "{gaps:?}");
    }
    near(nearest(16, 0.0, 0.1).unwrap(), 1.0, 0.0);
    near(nearest(16, twenty, 1.0).unwrap(), 1.0, 0.0);
    near(nearest(16, twenty, -1.0).unwrap(), 0.0, 0.0);
}

#[test]
fn theorem_3_has_the_published_numbers_and_says_where_it_is_vacuous() {
    let of = |k: f64, d: usize| guaranteed_capacity(1.0, k, d, 0.001).unwrap();
    near(of(3.0, 20).ln_c.exp(), 3.154_610_8, 5.1e-8);
    near(of(1.0, 75).ln_c.exp(), 1.371_877_8, 5.1e-8);
    // Printed to two digits or three.
    for (d, wanted, part) in [
        (16, 2.5, 0.02),
        (20, 7.4, 0.01),
        (24, 22.0, 0.03),
        (32, 205.0, 0.003),
    ] {
        let found = of(3.0, d);
        near(found.guaranteed().unwrap().exp() / wanted, 1.0, part);
        assert!(found.to_string().parse::<f64>().is_ok(), "{found}");
    }
    near(of(1.0, 75).ln_patterns.exp(), 11.0, 0.05);
    for (k, d) in [(1.0, 20), (1.0, 32), (2.0, 20), (3.0, 15)] {
        let found = of(k, d);
        assert_eq!(
            (found.guaranteed(), &found.to_string()[..]),
            (None, "vacuous"),
            "{k} {d}"
        );
        // The same as fewer than two patterns.
        assert!(found.ln_patterns < 2f64.ln());
    }
    // What really fits is far more: one digit is printed.
    for (d, wanted) in [(16, 4e7), (20, 3e10), (24, 2e13), (32, 7e18)] {
        let lambda = 9.0 * (d - 1) as f64 / d as f64;
        let fits = ln_patterns_at(d, lambda, 0.999).unwrap();
        near(fits, f64::ln(wanted), 0.15);
        assert!(fits > of(3.0, d).ln_patterns + 10.0);
    }
    // e^(a + ln B) would overflow.
    assert!(
        guaranteed_capacity(1e300, 1.0, 20, 0.5)
            .unwrap()
            .ln_patterns
            .is_finite()
    );
}

/// |f(q) − x|, without the rounding of a difference.
fn update_error(beta: f64, xi: &Memories, i: usize, q: &[f64]) -> (Vec<f64>, f64) {
    let p = weights(beta, xi, q);
    let mut away = vec![0.0; xi.size];
    for (k, p) in p.iter().enumerate() {
        let pair = xi.get(k).iter().zip(xi.get(i));
        away.iter_mut()
            .zip(pair)
            .for_each(|(a, (x, own))| *a += p * (x - own));
    }
    let error = dot(&away, &away).sqrt();
    let f = xi.get(i).iter().zip(&away).map(|(x, a)| x + a).collect();
    (f, error)
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).powi(2))
        .sum::<f64>()
        .sqrt()
}

#[test]
fn no_update_leaves_the_bounds_of_theorems_4_and_5() {
    let (mut asked, mut separated) = (0, 0);
    for seed in 0..600u64 {
        let d = 2 + (seed % 15) as usize;
        let n = 2 + (seed % 7) as usize;
        let beta = [0.3, 1.0, 3.0, 10.0, 40.0][(seed % 5) as usize];
        let xi = drawn((d, n), seed, seed % 2 == 0);
        let push =
            Stream::of(seed, 1, 0, 0).normal(d, 0.0, 0.1 * (seed % 4) as f64 / (d as f64).sqrt());
        for i in 0..n {
            let of = Separated::new(beta, &xi, i).unwrap();
            let x = xi.get(i);
            let q: Vec<f64> = x.iter().zip(&push).map(|(x, p)| x + p).collect();
            // The fixed point that updates of the pattern lead to.
            let mut fixed = x.to_vec();
            for _ in 0..2000 {
                fixed = update_error(beta, &xi, i, &fixed).0;
            }
            let (f, error) = update_error(beta, &xi, i, &q);
            let r = distance(&q, x).max(distance(&fixed, x));
            let rounding = 1e-14 * (1.0 + of.norm);
            let five = of.error(r);
            assert!(
                error <= five.value() + rounding,
                "{seed} {i}: {error} {}",
                five.value()
            );
            let four = of.contraction(r).value() * distance(&q, &fixed);
            let moved = distance(&f, &fixed);
            assert!(moved <= four + rounding, "{seed} {i}: {moved} {four}");
            asked += 1;
            separated += usize::from(of.is_well_separated());
            assert_eq!(five.applies, of.is_well_separated());
            if five.is_vacuous() {
                assert_eq!(five.to_string(), "vacuous");
            } else {
                assert!(five.value() < 2.0 * of.norm);
            }
        }
    }
    // Neither is rare, so that both halves are tested.
    assert!(
        asked > 2500 && separated > 300 && separated < asked / 2,
        "{separated} of {asked}"
    );
}

#[test]
fn the_error_of_one_update_falls_by_the_gap_at_the_query() {
    let xi = drawn((8, 5), 3, true);
    let x = xi.get(0);
    let gap = (1..5)
        .map(|k| 1.0 - dot(x, xi.get(k)))
        .fold(f64::INFINITY, f64::min);
    // So sharp that one other pattern is left, and a weight of 1e-12 is still far from the last one there is.
    let [a, b] = [20.0 / gap, 25.0 / gap];
    let [low, high] = [a, b].map(|beta| update_error(beta, &xi, 0, x).1.ln());
    near((high - low) / (b - a) / -gap, 1.0, 0.01);
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let two = drawn((3, 2), 1, true);
    let cases = [
        (ln_mean_exp(1, 1.0).err(), "dimension must be from 2"),
        (
            ln_mean_exp(usize::MAX, 1.0).err(),
            "dimension must be from 2",
        ),
        (ln_mean_exp(3, f64::NAN).err(), "z = λ d must be from 0"),
        (ln_mean_exp(3, 1e9).err(), "z = λ d must be from 0"),
        (ln_cap(3, 1.5).err(), "overlap must be from -1 to 1"),
        (ln_cap(3, f64::NAN).err(), "overlap must be from -1 to 1"),
        (critical_load(0.0).err(), "lambda must be a number above 0"),
        (
            critical_load(f64::INFINITY).err(),
            "lambda must be a number above 0",
        ),
        (
            ln_capacity(3, -1.0).err(),
            "lambda must be a number above 0",
        ),
        (
            ln_patterns_at(3, 1.0, 1.0).err(),
            "weight must be between 0 and 1",
        ),
        (
            own_weight(3, 1.0, -1.0).err(),
            "ln N must be the logarithm of one or more",
        ),
        (nearest(3, f64::NAN, 0.5).err(), "ln N must be"),
        (
            half_radius(3, 0.0).err(),
            "ln N must be the logarithm of two or more",
        ),
        (half_radius_limit(-0.1).err(), "load must be 0 or more"),
        (half_radius_of_one_update(3, 0.0, 1.0).err(), "lambda"),
        (
            guaranteed_capacity(0.0, 1.0, 5, 0.1).map(|c| c.ln_c).err(),
            "beta must be",
        ),
        (
            guaranteed_capacity(1.0, f64::NAN, 5, 0.1)
                .map(|c| c.ln_c)
                .err(),
            "K must be",
        ),
        (
            guaranteed_capacity(1.0, 1.0, 1, 0.1).map(|c| c.ln_c).err(),
            "dimension",
        ),
        (
            guaranteed_capacity(1.0, 1.0, 5, 1.1).map(|c| c.ln_c).err(),
            "p must be above 0",
        ),
        (
            Separated::new(1.0, &two, 2).map(|s| s.norm).err(),
            "pattern 2 of two or more",
        ),
        (
            Separated::new(-1.0, &two, 0).map(|s| s.norm).err(),
            "beta must be",
        ),
    ];
    for (found, wanted) in cases {
        let why = found.map_or("it is not refused".into(), |why| why.to_string());
        assert!(why.contains(wanted), "{wanted}: {why}");
    }
}
