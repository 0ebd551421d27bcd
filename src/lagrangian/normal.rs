//! The tail of the normal distribution and its first two integrals, each accurate to rounding however far out.
//!
//! With the normal density φ, `I_k(t) = ∫_t^∞ (s − t)^k / k! φ(s) ds`: I₀ is the tail probability, I₁ the mean of
//! max(z − t, 0), I₂ half the mean of its square. They obey `k I_k = I_{k−2} − t I_{k−1}` with I₋₁ = φ. Running that
//! upwards cancels (two digits are lost at t = 2.5), so
//! - for t ≤ 6 each is a Taylor series about the next half-integer c ≥ t, where the values are tabulated. Expanding from
//!   the right makes the leading terms positive;
//! - beyond, the ratios `I_k / I_{k−1} = 1/(t + (k+1) I_{k+1}/I_k)` are a continued fraction of positive terms.

/// `1/√(2π)`.
const DENSITY_AT_0: f64 = 0.3989422804014327;

/// `[I₀, I₁, I₂]` at 0, ½, 1, … 6 (mpmath, 40 digits).
const TABLE: [[f64; 3]; 13] = [
    [0.5, 0.3989422804014327, 0.25],
    [0.3085375387259869, 0.19779655740130603, 0.10481963001266693],
    [0.15865525393145705, 0.0833154705876863, 0.03766989167188538],
    [
        0.06680720126885807,
        0.02930679376260463,
        0.011423505312475562,
    ],
    [
        0.02275013194817921,
        0.008490702616829637,
        0.002884363357259966,
    ],
    [
        0.006209665325776135,
        0.0020041371791281993,
        0.0005996611889778182,
    ],
    [
        0.0013498980316300946,
        0.0003821543170477236,
        0.00010171754024346187,
    ],
    [
        0.00023262907903552504,
        5.848091842142244e-5,
        1.3972932280273252e-5,
    ],
    [
        3.1671241833119924e-5,
        7.145258432405667e-6,
        1.545104051748627e-6,
    ],
    [
        3.3976731247300603e-6,
        6.942120456202026e-7,
        1.3685945971957428e-7,
    ],
    [
        2.866515718791939e-7,
        5.346165533832815e-8,
        9.671647593776582e-9,
    ],
    [
        1.8989562465887718e-8,
        3.255006863050307e-9,
        5.435123595555155e-10,
    ],
    [
        9.86587645037698e-10,
        1.5635697959709664e-10,
        2.4222883727559143e-11,
    ],
];

/// Terms of the Taylor series: with steps of at most ½ from centres up to 6 the next is below 1e-17 of the sum.
const TERMS: u32 = 26;

/// Depth of the continued fraction: enough for 1e-16 at t = 6, more than enough beyond.
const DEPTH: u32 = 22;

/// The density φ. The square is split so that its rounding does not become an error of t²/2 units in the result.
pub(super) fn density(t: f64) -> f64 {
    let t = t.abs();
    if t > 40.0 {
        return 0.0;
    }
    let coarse = (t * 16.0).trunc() / 16.0;
    DENSITY_AT_0 * (-0.5 * coarse * coarse).exp() * (-0.5 * (t - coarse) * (t + coarse)).exp()
}

/// `[I₀(t), I₁(t), I₂(t)]` for `t ≥ 0`.
pub(crate) fn tails(t: f64) -> [f64; 3] {
    // Also where t is NaN, which must come out again.
    let in_table = t <= 6.0;
    if in_table { near(t) } else { far(t) }
}

fn near(t: f64) -> [f64; 3] {
    let j = (2.0 * t).ceil();
    let c = 0.5 * j;
    // 0 ≤ j ≤ 12.
    let [i0, i1, i2] = TABLE[j as usize];
    // I_k(c − h) = Σ_m h^m/m! I_{k−m}(c), and I₋₁ = φ, I₋₂ = cφ, I₋ₘ₋₂ = c I₋ₘ₋₁ − m I₋ₘ.
    let h = c - t;
    let mut sums = [0.0; 3];
    let (mut this, mut next) = (density(c), c * density(c));
    let mut power = h;
    for m in 1..=TERMS {
        let m = f64::from(m);
        let up = power * h / (m + 1.0);
        sums[0] += power * this;
        sums[1] += up * this;
        sums[2] += up * h / (m + 2.0) * this;
        power = up;
        (this, next) = (next, c * next - m * this);
    }
    [
        sums[0] + i0,
        sums[1] + h * i0 + i1,
        sums[2] + h * (i1 + 0.5 * h * i0) + i2,
    ]
}

fn far(t: f64) -> [f64; 3] {
    let depth = f64::from(DEPTH);
    // Where the ratios hardly change any more, r = 1/(t + depth r). (hypot: t² may overflow.)
    let mut ratio = 2.0 / (t + t.hypot(2.0 * depth.sqrt()));
    let mut ratios = [0.0; 3];
    for k in (0..DEPTH).rev() {
        ratio = 1.0 / (t + f64::from(k + 1) * ratio);
        if let Some(r) = ratios.get_mut(k as usize) {
            *r = ratio;
        }
    }
    let i0 = density(t) * ratios[0];
    let i1 = i0 * ratios[1];
    [i0, i1, i1 * ratios[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tails_agree_with_forty_digits() {
        // mpmath, 40 digits: erfc(t/√2)/2 and what the recurrence makes of it.
        let known = [
            (
                0.1,
                [0.460172162722971, 0.35093533120471465, 0.21253931480124977],
            ),
            (
                0.7,
                [
                    0.24196365222307303,
                    0.14287937681061016,
                    0.07097404422782297,
                ],
            ),
            (
                1.3,
                [
                    0.09680048458561033,
                    0.04552796208651392,
                    0.018807066936571113,
                ],
            ),
            (
                2.5,
                [
                    0.006209665325776135,
                    0.0020041371791281993,
                    0.0005996611889778182,
                ],
            ),
            (
                3.9,
                [
                    4.8096344017602736e-5,
                    1.1079729724122018e-5,
                    2.4426990467634326e-6,
                ],
            ),
            (
                5.6,
                [
                    1.071759025831093e-8,
                    1.8076995551173596e-9,
                    2.9723637482685826e-10,
                ],
            ),
            (
                7.25,
                [
                    2.0838581586720695e-13,
                    2.7740785524024687e-14,
                    3.632560409013975e-15,
                ],
            ),
            (
                12.0,
                [
                    1.776482112077679e-33,
                    1.4605201169845548e-34,
                    1.192898584810663e-35,
                ],
            ),
            (
                20.3,
                [
                    6.429244467698346e-92,
                    3.1519277387646755e-93,
                    1.5415579003027283e-94,
                ],
            ),
            (
                35.0,
                [
                    1.1249107064724062e-268,
                    3.208804482602477e-270,
                    9.145687807696884e-272,
                ],
            ),
        ];
        for (t, want) in known {
            for (got, want) in tails(t).iter().zip(want) {
                // Two dozen positive terms and one exponential: a few roundings each way.
                let error = (got / want - 1.0).abs();
                assert!(error < 8.0 * f64::EPSILON, "{t}: {got} {want}");
            }
        }
    }

    #[test]
    fn the_two_ways_meet_at_six() {
        let (a, b) = (near(6.0), far(6.0));
        for (a, b) in a.iter().zip(b) {
            assert!((a / b - 1.0).abs() < 8.0 * f64::EPSILON, "{a} {b}");
        }
        assert!(tails(f64::NAN)[1].is_nan());
        assert_eq!(tails(1e160), [0.0; 3]);
    }
}
