//! The error of one update, and its bound.

use attractor::analysis::retrieval::Separated;
use attractor::figure::{Line, LinesPlot};
use attractor::network::{Drive, Workspace};
use attractor::pattern::random::Stream;

use super::shared::{Answer, dots, drawn, line, mean, network, scale};

/// a: the error of one update over β, with its bound.
pub fn one_update() -> Answer<LinesPlot> {
    const NETWORKS: u64 = 20;
    const D: usize = 16;
    const N: usize = 10;
    const R: f64 = 0.1;
    let (mut errors, mut formula, mut holds) = (Vec::new(), Vec::new(), Vec::new());
    println!("one update from a distance {R} of one of {N} patterns in {D} dimensions");
    println!("   β   error     bound of theorem 5");
    for k in 1..=18 {
        let beta = 2.0 * f64::from(k);
        let (mut errors_here, mut bounds) = (Vec::new(), Vec::new());
        let mut says_something = true;
        for seed in 0..NETWORKS {
            let xi = drawn(D, N, seed);
            let network = network(&xi, beta)?;
            let mut push = Stream::of(seed, 1, 0, 0).normal(D, 0.0, 1.0);
            scale(&mut push);
            let q: Vec<f64> = xi
                .get(0)
                .iter()
                .zip(&push)
                .map(|(x, p)| x + R * p)
                .collect();
            let mut ws = Workspace::new(&network, 1);
            let mut at = network.at(&q, Drive::own(&network), &mut ws);
            let f = at.velocity().iter().zip(&q).map(|(v, q)| q + v);
            let away = f.zip(xi.get(0)).map(|(f, x)| (f - x).powi(2));
            errors_here.push(away.sum::<f64>().sqrt().ln());
            // The fixed point is nearer to the pattern than the query.
            let bound = Separated::new(beta, &xi, 0)?.error(R);
            says_something &= !bound.is_vacuous();
            bounds.push(bound.ln);
        }
        let ((error, half), (bound, _)) = (mean(&errors_here), mean(&bounds));
        errors.push([
            beta,
            error.exp(),
            (error - half).exp(),
            (error + half).exp(),
        ]);
        if holds.is_empty() {
            formula.push((beta, bound.exp()));
        }
        let told = match says_something {
            true => format!("{:.1e}", bound.exp()),
            false => "vacuous".into(),
        };
        if says_something {
            holds.push((beta, bound.exp()));
        }
        if k % 3 == 0 {
            println!("{beta:4}   {:.1e}   {told}", error.exp());
        }
    }
    let reference = Line {
        reference: true,
        ..line("its formula where it is vacuous", formula)
    };
    Ok(LinesPlot {
        title: "one update".into(),
        x_label: "β".into(),
        y_label: "|f(q) − x|".into(),
        y_log: true,
        lines: vec![
            dots("measured", &errors),
            line("bound of theorem 5", holds),
            reference,
        ],
        ..LinesPlot::default()
    })
}
