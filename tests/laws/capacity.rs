//! How much a network holds, by theory: the published numbers and those that were computed elsewhere (rows of the tables in
//! `docs/capacity.md`), and what the formulas must do.

use attractor::analysis::capacity::*;

fn near(what: &str, found: f64, wanted: f64, most: f64) {
    assert!(
        (found - wanted).abs() <= most,
        "{what}: {found}, not {wanted}"
    );
}

#[test]
fn the_overlap_falls_with_the_load_as_was_computed_elsewhere_and_ends_before_0_138() {
    for (load, m) in [
        (0.05, 0.9999922281),
        (0.08, 0.9995573816),
        (0.10, 0.9979992663),
        (0.12, 0.9932227318),
        (0.13, 0.9872118908),
        (0.135, 0.9807913206),
        (0.1379, 0.9681012140),
    ] {
        // Ten digits were given.
        near(
            &format!("m({load})"),
            retrieval(load).unwrap().overlap,
            m,
            6e-11,
        );
    }
    let [load, m] = critical_load();
    near("α_c", load, 0.137905566495, 6e-13);
    near("m_c", m, 0.967417115685, 6e-12);
    near("α_1", ground_state_load(), 0.0518543309, 6e-11);
    assert!(retrieval(0.1379055).is_some());
    for none in [
        load * (1.0 + 1e-12),
        0.138,
        0.2,
        1.0,
        f64::INFINITY,
        -0.1,
        f64::NAN,
    ] {
        assert_eq!(retrieval(none), None, "{none}");
    }
    assert_eq!(retrieval(0.0).unwrap().overlap, 1.0);
    assert_eq!(retrieval(1e-6).unwrap().overlap, 1.0);
}

#[test]
fn the_state_near_a_pattern_solves_the_equations_that_are_printed() {
    // m = erf(m/√(2αr)), r = 1/(1 − C)², C = √(2/(παr)) e^(−m²/2αr): another form of the same three equations.
    for load in [0.01, 0.05, 0.1, 0.137] {
        let s = retrieval(load).unwrap();
        let ar = load * s.noise;
        let c = (2.0 / (std::f64::consts::PI * ar)).sqrt()
            * (-s.overlap * s.overlap / (2.0 * ar)).exp();
        near("r", s.noise, (1.0 - c).powi(-2), 1e-12);
    }
}

#[test]
fn with_pairs_missing_the_load_is_lower_and_with_none_missing_the_same() {
    for load in [0.02, 0.1, 0.137] {
        let all = retrieval(load).unwrap().overlap;
        near("c = 1", diluted_overlap(load, 1.0).unwrap(), all, 1e-12);
    }
    near(
        "c = 1",
        diluted_critical_load(1.0).unwrap(),
        critical_load()[0],
        1e-12,
    );
    // Few pairs: only the noise of the missing ones is left, a load of α/c, m = erf(m/√(2α/c)), which has a solution below 2/π.
    let few = 1e-6;
    let limit = 2.0 / std::f64::consts::PI;
    near(
        "c → 0",
        diluted_critical_load(few).unwrap() / few,
        limit,
        0.03,
    );
    let m = diluted_overlap(0.3 * few, few).unwrap();
    near("m", diluted_m(m, 0.3), m, 1e-4);
    for none in [
        (0.1, 0.0),
        (0.1, 1.1),
        (0.1, f64::NAN),
        (-0.1, 0.5),
        (0.1, 0.3),
    ] {
        assert_eq!(diluted_overlap(none.0, none.1), None, "{none:?}");
    }
}

/// erf(m/√(2α)), by the bit error of a field m with the variance α.
fn diluted_m(m: f64, load: f64) -> f64 {
    1.0 - 2.0 * bit_error(load / (m * m))
}

#[test]
fn at_a_temperature_near_0_the_theory_is_that_of_0() {
    for load in [0.02, 0.1, 0.13] {
        let cold = retrieval_at(load, 0.004).unwrap();
        let frozen = retrieval(load).unwrap();
        near("m", cold.overlap, frozen.overlap, 2e-3 * load);
        near("f", cold.free_energy, frozen.energy, 1e-4);
        let glass = spin_glass_at(load, 0.004).unwrap();
        near(
            "f of the glass",
            glass.free_energy,
            spin_glass_energy(load),
            3e-3,
        );
    }
    near(
        "T_M",
        retrieval_load_at(0.002).unwrap(),
        critical_load()[0],
        3e-4,
    );
    near(
        "T_c",
        stable_retrieval_load_at(0.002).unwrap(),
        ground_state_load(),
        3e-4,
    );
    for none in [0.0, -0.5, 1.0, 2.0, f64::NAN] {
        assert_eq!(retrieval_load_at(none), None, "{none}");
        assert_eq!(stable_retrieval_load_at(none), None, "{none}");
    }
}

#[test]
fn states_at_a_temperature_solve_their_equations_and_are_stationary_points_of_the_free_energy() {
    let (load, t) = (0.05, 0.4);
    for s in [
        retrieval_at(load, t).unwrap(),
        spin_glass_at(load, t).unwrap(),
    ] {
        near("α", s.load, load, 1e-12);
        // By a rule of its own, Simpson's, fine enough for this temperature.
        let beta = 1.0 / t;
        let mean = |f: &dyn Fn(f64) -> f64| {
            let (n, h) = (4000, 18.0 / 4000.0);
            let point = |k: usize| {
                let z = -9.0 + k as f64 * h;
                let weight = match k {
                    0 => 1.0,
                    k if k == n => 1.0,
                    k if k % 2 == 1 => 4.0,
                    _ => 2.0,
                };
                weight * (-0.5 * z * z).exp() * f(beta * ((load * s.noise).sqrt() * z + s.overlap))
            };
            (0..=n).map(point).sum::<f64>() * h / 3.0 / std::f64::consts::TAU.sqrt()
        };
        near("m", mean(&f64::tanh), s.overlap, 1e-10);
        near("q", mean(&|u| u.tanh().powi(2)), s.order, 1e-10);
        let left = 1.0 - beta * (1.0 - s.order);
        near("r", s.order / (left * left), s.noise, 1e-10);
    }
    // Where the states are equally deep is on the line T_c.
    let load = stable_retrieval_load_at(t).unwrap();
    let [a, b] = [
        retrieval_at(load, t).unwrap(),
        spin_glass_at(load, t).unwrap(),
    ];
    near("f", a.free_energy, b.free_energy, 1e-10);
    let before = 0.9 * load;
    let [a, b] = [
        retrieval_at(before, t).unwrap(),
        spin_glass_at(before, t).unwrap(),
    ];
    assert!(a.free_energy < b.free_energy);
    // Near T_g the glass melts; with few patterns overlaps are those of one.
    assert!(
        spin_glass_at(0.1, glass_temperature(0.1) * 0.99)
            .unwrap()
            .order
            < 0.03
    );
    assert_eq!(spin_glass_at(0.1, 1.3163), None);
    for (t, m) in [
        (0.2, 0.9999091217),
        (0.4, 0.9856238716),
        (0.5, 0.9575040241),
        (0.6, 0.9073323166),
        (0.8, 0.7104117835),
        (0.9, 0.5254295127),
    ] {
        near(&format!("m({t})"), ferromagnet(t), m, 6e-11);
        near("few", retrieval_at(1e-9, t).unwrap().overlap, m, 1e-7);
    }
    assert_eq!(
        [ferromagnet(1.0), ferromagnet(3.0), ferromagnet(0.0)],
        [0.0, 0.0, 1.0]
    );
}

#[test]
fn loads_of_bit_errors_are_those_of_the_textbook() {
    for (p, load) in [
        (0.001, 0.10472),
        (0.0036, 0.13846),
        (0.01, 0.18478),
        (0.05, 0.36961),
        (0.1, 0.60887),
    ] {
        let found = load_of_bit_error(p).unwrap();
        near(&format!("α({p})"), found, load, 6e-6);
        near("back", bit_error(found), p, 1e-15);
    }
    assert_eq!([0.0, 0.5, -1.0, f64::NAN].map(load_of_bit_error), [None; 4]);
    near(
        "N/(2 ln N)",
        errorless_load(100.0, Errorless::One),
        10.857362,
        6e-7,
    );
    near(
        "N/(4 ln N)",
        errorless_load(100.0, Errorless::All),
        5.428681,
        6e-7,
    );
    near("½", sparse_bit_error(0.1, 0.5), bit_error(0.1), 1e-16);
    // At the pattern itself, and at a state without an active neuron.
    let xi = [1.0, 0.0, 0.0, 0.0];
    near("m", sparse_overlap(&xi, &xi, 0.25), 1.0, 1e-15);
    assert_eq!(sparse_overlap(&xi, &[0.0; 4], 0.25), 0.0);
}

#[test]
fn gardners_load_is_2_without_a_margin_and_falls_with_it() {
    near("κ = 0", gardner_load(0.0), 2.0, 1e-15);
    // mpmath: 1/∫_{−1}^∞ (t + 1)² Dt.
    near("κ = 1", gardner_load(1.0), 0.519_571_8, 1e-6);
    // κ → ∞: 1/κ².
    near("κ = 100", gardner_load(100.0) * 1e4, 1.0, 1e-3);
}

#[test]
fn capacities_of_dense_memories_are_the_published_ones() {
    for (n, size, count, digits) in [
        (2, 100.0, 10.857, 6e-4),
        (2, 400.0, 33.38, 6e-3),
        (3, 60.0, 146.54, 6e-3),
        (3, 100.0, 361.91, 6e-3),
        (4, 30.0, 264.61, 6e-3),
        (4, 40.0, 578.31, 6e-3),
        (10, 100.0, 3.150767e9, 600.0),
    ] {
        near(
            &format!("K({n}, {size})"),
            dense_capacity(n, size),
            count,
            digits,
        );
    }
    for (n, load) in [(2, 0.15072), (3, 0.05024), (4, 0.01005)] {
        near(
            "at 0.5 %",
            dense_load_of_error(n, 0.005).unwrap(),
            load,
            6e-6,
        );
    }
}

/// n, N, K; P(flip), tie, normal crosstalk, closed form.
const FLIPS: [(u32, u32, usize, [f64; 4]); 11] = [
    (2, 100, 10, [3.9921e-4, 1.1e-4, 4.83e-4, 8.50e-4]),
    (2, 100, 14, [2.6460e-3, 4.9e-4, 3.02e-3, 4.20e-3]),
    (2, 100, 20, [1.0551e-2, 1.4e-3, 1.16e-2, 1.46e-2]),
    (2, 400, 56, [3.4645e-3, 1.4e-4, 3.57e-3, 4.20e-3]),
    (3, 60, 147, [2.5598e-3, 0.0, 2.78e-3, 2.36e-3]),
    (3, 60, 300, [2.4060e-2, 8.5e-5, 2.64e-2, 2.70e-2]),
    (3, 100, 362, [1.3565e-3, 3.6e-6, 1.45e-3, 1.32e-3]),
    (3, 100, 1000, [3.4948e-2, 3.8e-5, 3.67e-2, 4.13e-2]),
    (4, 30, 265, [6.0007e-3, 0.0, 9.10e-3, 5.13e-3]),
    (4, 30, 1000, [9.4128e-2, 3.6e-5, 1.12e-1, 1.21e-1]),
    (4, 40, 578, [4.0555e-3, 2.1e-6, 5.83e-3, 3.66e-3]),
];

#[test]
fn the_chance_that_a_bit_of_a_dense_memory_flips_is_exact() {
    for (n, size, count, [flips, ties, normal, closed]) in FLIPS {
        let what = format!("{n}, {size}, {count}");
        let found = dense_flips(n, size, count).unwrap();
        // Half of the last digit that was given.
        near(&what, found.flips, flips, 0.51 * flips * 1e-4);
        near(
            &format!("{what}, tie"),
            found.ties,
            ties,
            (0.06 * ties).max(1e-12),
        );
        let (a, b) = (f64::from(size), count as f64);
        near(
            &format!("{what}, normal"),
            dense_flips_normal(n, a, b),
            normal,
            6e-3 * normal,
        );
        near(
            &format!("{what}, closed"),
            dense_flips_closed(n, a, b),
            closed,
            6e-3 * closed,
        );
    }
    assert_eq!(dense_flips(2, 100, 1).unwrap().flips, 0.0);
    assert_eq!(
        [
            dense_flips(2, 0, 3),
            dense_flips(2, 10, 0),
            dense_flips(12, 100, 10)
        ],
        [None; 3]
    );
}

#[test]
fn the_chance_of_a_small_memory_is_that_of_all_its_patterns() {
    // N = 4, K = 3: all 2⁸ pairs of other patterns, the first all +1, the last bit; and the same for F = eˣ.
    let (mut power, mut exponential, mut ties) = (0, 0, 0);
    for both in 0..256u32 {
        let signs = |k: u32| if both >> k & 1 == 1 { 1i64 } else { -1 };
        let (mut sum, mut real) = (64 - 8, 4f64.exp() - 2f64.exp());
        for of in [0, 4] {
            let (t, r) = (signs(of + 3), (0..3).map(|k| signs(of + k)).sum::<i64>());
            sum += (t + r).pow(3) - (r - t).pow(3);
            real += ((t + r) as f64).exp() - ((r - t) as f64).exp();
        }
        power += u32::from(sum < 0);
        ties += u32::from(sum == 0);
        exponential += u32::from(real < -1e-9);
    }
    let found = dense_flips(3, 4, 3).unwrap();
    near("flips", found.flips, f64::from(power) / 256.0, 1e-14);
    near("ties", found.ties, f64::from(ties) / 256.0, 1e-14);
    let [low, high] = exponential_flips(4, 3, 1 << 10);
    let exactly = f64::from(exponential) / 256.0;
    assert!(
        low <= exactly + 1e-14 && exactly <= high + 1e-14,
        "{low} {exactly} {high}"
    );
}

#[test]
fn of_14_spins_and_128_exponential_memories_a_bit_flips_with_0_0038_and_not_0_0043() {
    // Three million draws of the crosstalk have 3.82(4)e-3.
    let [low, high] = exponential_flips(14, 128, 1 << 18);
    assert!(low < high && high < 1.04 * low, "{low} {high}");
    assert!(low < 3.86e-3 && high > 3.78e-3, "{low} {high}");
}
