//! Published experiments on networks whose units flip, repeated, beside theory and what an independent program measured.
//!
//! Every number is a mean over networks, and its error that of this mean: the bits and the patterns of one network share
//! their memories and are no independent draws. Theory is exact and has no error. `cargo run --release --example
//! published_tables` measures a part in seconds; with `-- all` behind it the tables of `docs/binary-networks.md`.

#[path = "published_tables/measure.rs"]
mod measure;

use measure::ensembles::{head, short};
use measure::{
    Coding, Estimate, Measured, Sets, capacity, exponential, from_anywhere, kept, one_pattern,
    one_pattern_exactly, power, recall, unstable,
};

/// What it is compared with: a mean and its error, 0 where there is none.
const fn of(mean: f64, error: f64) -> Estimate {
    Estimate { mean, error }
}

/// A row of a table: what it is of, and estimates beside what they are compared with.
fn row(what: &str, cells: &[(Estimate, Option<Estimate>)]) {
    let mut line = format!("| {what} |");
    for (found, reference) in cells {
        line += &format!(" {} |", short(*found));
        if let Some(reference) = reference {
            let apart = found.from(reference.mean, reference.error);
            // A 1 is one of three digits, and has no error.
            let apart = match reference.mean {
                1.0 => "–".into(),
                _ => format!("{apart:+.1}"),
            };
            line += &format!(" {} | {apart} |", short(*reference));
        }
    }
    println!("{line}");
}

/// α, N, m of the reference, m of the replica-symmetric theory where it has a solution.
type Capacity = (f64, usize, Estimate, Option<f64>);

const CAPACITY: [Capacity; 27] = [
    (0.05, 500, of(1.0, 0.0), Some(0.999_992_2)),
    (0.05, 1000, of(1.0, 0.0), Some(0.999_992_2)),
    (0.05, 2000, of(1.0, 0.0), Some(0.999_992_2)),
    (0.08, 500, of(0.9994, 1e-4), Some(0.999_557_4)),
    (0.08, 1000, of(0.9995, 1e-4), Some(0.999_557_4)),
    (0.08, 2000, of(0.9994, 1e-4), Some(0.999_557_4)),
    (0.1, 500, of(0.9969, 7e-4), Some(0.997_999_3)),
    (0.1, 1000, of(0.9983, 2e-4), Some(0.997_999_3)),
    (0.1, 2000, of(0.9984, 1e-4), Some(0.997_999_3)),
    (0.12, 500, of(0.9891, 22e-4), Some(0.993_222_7)),
    (0.12, 1000, of(0.9897, 26e-4), Some(0.993_222_7)),
    (0.12, 2000, of(0.9937, 5e-4), Some(0.993_222_7)),
    (0.13, 500, of(0.9805, 33e-4), Some(0.987_211_9)),
    (0.13, 1000, of(0.9649, 81e-4), Some(0.987_211_9)),
    (0.13, 2000, of(0.9791, 59e-4), Some(0.987_211_9)),
    (0.138, 500, of(0.955, 0.006), None),
    (0.138, 1000, of(0.964, 0.007), None),
    (0.138, 2000, of(0.952, 0.014), None),
    (0.15, 500, of(0.906, 0.010), None),
    (0.15, 1000, of(0.871, 0.014), None),
    (0.15, 2000, of(0.810, 0.037), None),
    (0.16, 500, of(0.843, 0.014), None),
    (0.16, 1000, of(0.765, 0.020), None),
    (0.16, 2000, of(0.603, 0.039), None),
    (0.2, 500, of(0.552, 0.014), None),
    (0.2, 1000, of(0.357, 0.009), None),
    (0.2, 2000, of(0.289, 0.009), None),
];

/// Coding, memories, the parts without an error and with fewer than five.
const HOPFIELD: [(Coding, usize, [Estimate; 2]); 6] = [
    (Coding::Bits, 5, [of(0.990, 0.002), of(0.993, 0.002)]),
    (Coding::Bits, 10, [of(0.578, 0.012), of(0.694, 0.012)]),
    (Coding::Bits, 15, [of(0.137, 0.009), of(0.264, 0.009)]),
    (Coding::Spins, 5, [of(1.0, 0.0), of(1.0, 0.0)]),
    (Coding::Spins, 10, [of(0.964, 0.002), of(0.990, 0.002)]),
    (Coding::Spins, 15, [of(0.719, 0.006), of(0.894, 0.006)]),
];

/// n, N, K, P(flip) exactly, and the part of stable patterns.
const DENSE: [(u32, [usize; 2], f64, Option<f64>); 11] = [
    (2, [100, 10], 3.9921e-4, None),
    (2, [100, 14], 2.6460e-3, Some(0.83)),
    (2, [100, 20], 1.0551e-2, None),
    (2, [400, 56], 3.4645e-3, None),
    (3, [60, 147], 2.5598e-3, Some(0.87)),
    (3, [60, 300], 2.4060e-2, Some(0.29)),
    (3, [100, 362], 1.3565e-3, None),
    (3, [100, 1000], 3.4948e-2, None),
    (4, [30, 265], 6.0007e-3, Some(0.82)),
    (4, [30, 1000], 9.4128e-2, Some(0.06)),
    (4, [40, 578], 4.0555e-3, None),
];

/// N with K = 2^(N/2), the part of stable patterns, and of bits that flip.
const EXPONENTIAL: [(usize, f64, f64); 5] = [
    (10, 0.853, 1.47e-2),
    (14, 0.940, 4.3e-3),
    (16, 0.970, 1.89e-3),
    (18, 0.982, 1.0e-3),
    (20, 0.988, 5.8e-4),
];

/// Memories, overlaps of K1, R12, R2, full.
const SIMPLICIAL: [(usize, [Estimate; 4]); 8] = [
    (5, [of(1.0, 0.0); 4]),
    (
        10,
        [of(0.988, 0.006), of(1.0, 0.0), of(1.0, 0.0), of(1.0, 0.0)],
    ),
    (
        15,
        [
            of(0.908, 0.020),
            of(0.995, 0.002),
            of(0.999, 0.001),
            of(1.0, 0.0),
        ],
    ),
    (
        20,
        [
            of(0.771, 0.029),
            of(0.985, 0.002),
            of(0.994, 0.001),
            of(1.0, 0.0),
        ],
    ),
    (
        30,
        [
            of(0.476, 0.019),
            of(0.916, 0.009),
            of(0.969, 0.004),
            of(1.0, 0.0),
        ],
    ),
    (
        50,
        [
            of(0.358, 0.014),
            of(0.719, 0.020),
            of(0.828, 0.007),
            of(1.0, 0.0),
        ],
    ),
    (
        100,
        [
            of(0.307, 0.012),
            of(0.502, 0.017),
            of(0.616, 0.011),
            of(1.0, 0.0),
        ],
    ),
    (
        400,
        [
            of(0.238, 0.007),
            of(0.339, 0.010),
            of(0.386, 0.013),
            of(1.0, 0.0),
        ],
    ),
];

fn main() -> Measured<()> {
    let all = std::env::args().any(|a| a == "all");
    // How many networks, and how many of the rows.
    let networks = |short: usize, long: usize| if all { long } else { short };

    head(
        "Memories of N spins at T = 0, αN of them: the overlap m with the one where it started (Amit, Gutfreund, Sompolinsky 1985)",
        "α, N | m | reference | apart | m > 0.9 | theory",
    );
    for (alpha, n, reference, theory) in CAPACITY {
        if all || (n == 500 && alpha > 0.09) {
            let [m, good] = capacity(n, alpha, networks(10, 40), 10)?;
            let theory = of(theory.unwrap_or(f64::NAN), 0.0);
            row(
                &format!("{alpha}, {n}"),
                &[(m, Some(reference)), (good, None), (theory, None)],
            );
        }
    }

    let n = networks(2000, 10_000);
    head(
        &format!(
            "One memory of N = {n} spins at a temperature: ⟨|m|⟩, beside its exact value at this N, and the limit N → ∞, m = tanh(m/T)"
        ),
        "T | m | exact | apart | limit",
    );
    for (temperature, limit) in [
        (0.2, 0.999_909_121_7),
        (0.4, 0.985_623_871_6),
        (0.5, 0.957_504_024_1),
        (0.6, 0.907_332_316_6),
        (0.8, 0.710_411_783_5),
        (0.9, 0.525_429_512_7),
    ] {
        let m = one_pattern(n, temperature, networks(8, 20), 200)?;
        let exact = of(one_pattern_exactly(n, temperature), 0.0);
        row(
            &format!("{temperature}"),
            &[(m, Some(exact)), (of(limit, 0.0), None)],
        );
    }

    head(
        "Hopfield 1982: P memories of 100 units started at themselves",
        "units, P | no error | reference | apart | fewer than 5 | reference | apart",
    );
    for (coding, count, [none, few]) in HOPFIELD {
        let [a, b] = kept(count, coding, networks(100, 1000))?;
        row(
            &format!("{}, {count}", coding.word()),
            &[(a, Some(none)), (b, Some(few))],
        );
    }
    head(
        "Hopfield 1982: random starts of 30 units with 5 memories",
        "units | at a memory | reference | apart | at its inverse",
    );
    for (coding, at) in [
        (Coding::Bits, of(0.236, 0.010)),
        (Coding::Spins, of(0.287, 0.004)),
    ] {
        let [memory, inverse] = from_anywhere(coding, networks(100, 1000))?;
        row(coding.word(), &[(memory, Some(at)), (inverse, None)]);
    }

    head(
        "Dense memories, F = xⁿ: part of the bits that would flip, and part of the patterns without any (Krotov and Hopfield 2016)",
        "n, N, K | P(flip) | exact | apart | stable | reference",
    );
    for (n, size, flips, stable) in DENSE {
        if all || stable.is_some() && size[1] < 300 {
            let [bits, good] = unstable(
                size,
                power(n),
                networks(100, 1000),
                networks(20, 60).min(size[1]),
            )?;
            let stable = of(stable.unwrap_or(f64::NAN), 0.0);
            row(
                &format!("{n}, {}, {}", size[0], size[1]),
                &[(bits, Some(of(flips, 0.0))), (good, None), (stable, None)],
            );
        }
    }
    head(
        "Exponential memories, K = 2^(N/2) (Demircigil and others 2017)",
        "N | stable | reference | P(flip) | reference",
    );
    for (n, stable, flips) in EXPONENTIAL {
        if all || n < 18 {
            let count = 1 << (n / 2);
            let [bits, good] =
                unstable([n, count], exponential(), networks(50, 400), count.min(128))?;
            row(
                &format!("{n}"),
                &[
                    (good, None),
                    (of(stable, 0.0), None),
                    (bits, None),
                    (of(flips, 0.0), None),
                ],
            );
        }
    }

    head(
        "Memories held by pairs and triples of 100 spins: overlap after recall from cues with a tenth of the spins turned (Burns and Fukai 2023)",
        "P | K1 | reference | apart | R12 | reference | apart | R2 | reference | apart | full | reference | apart",
    );
    for (count, reference) in SIMPLICIAL {
        if all || [20, 50].contains(&count) {
            let of = |sets| recall(count, sets, networks(10, 60), 20);
            let found = [
                of(Sets::K1)?,
                of(Sets::R12)?,
                of(Sets::R2)?,
                of(Sets::Full)?,
            ];
            let pairs: Vec<_> = found.into_iter().zip(reference.map(Some)).collect();
            row(&format!("{count}"), &pairs);
        }
    }
    Ok(())
}
