//! What the theory of a memory with softmax promises, beside what is measured (Ramsauer et al. 2021, theorems 3 to 5; the law of random
//! patterns on a sphere, `analysis::retrieval`). N patterns of norm M in d dimensions, λ = β M²/d.
//!
//! a: the error of one update from a distance 0.1, and the bound of theorem 5, which says nothing where the pattern is not well
//! separated. b: how many patterns theorem 3 guarantees, M = K√(d − 1), beside the law and what fits. c: the load ln N/d at which a
//! pattern keeps half of the weight, over λ. d: which part of the starts is recalled, over their overlap with the pattern. Bars are 95 % intervals over
//! networks. `cargo run --release --example retrieval_theory -- DIRECTORY` draws it into the directory.
//!
//! ```text
//! one update from a distance 0.1 of one of 10 patterns in 16 dimensions
//!    β   error     bound of theorem 5
//!    6   4.8e-2   vacuous
//!   12   8.9e-4   vacuous
//!   18   2.0e-5   vacuous
//!   24   4.6e-7   vacuous
//!   30   1.1e-8   5.2e-5
//!   36   2.6e-10   4.1e-6
//! patterns in d dimensions, K = 1: guaranteed; measured and law, at half of the weight
//!    4   vacuous   9 ± 1   9
//!    6   vacuous   30 ± 2   27
//!    8   vacuous   94 ± 4   93
//!   10   vacuous   329 ± 11   320
//!   12   vacuous   1152 ± 28   1110
//!   14   vacuous   3920 ± 57   3854
//!   16   vacuous   13471 ± 181   13381
//! K = 1, d = 75: 10.9732 guaranteed, 1.2e17 by the law at 0.999 of the weight
//! K = 3, d = 20: 7.413 guaranteed, 2.8e10 by the law at 0.999 of the weight
//! ln N / d at half of the weight: measured, law, and its limit α₁
//! d =  8, λ = 0.5   0.399 ± 0.005   0.391   0.387
//! d =  8, λ =   1   0.617 ± 0.006   0.614   0.623
//! d =  8, λ =   2   0.886 ± 0.004   0.879   0.909
//! d =  8, λ =   4   1.168 ± 0.005   1.165   1.224
//! d = 12, λ = 0.5   0.389 ± 0.003   0.387   0.387
//! d = 12, λ =   1   0.617 ± 0.002   0.616   0.623
//! d = 12, λ =   2   0.891 ± 0.001   0.889   0.909
//! recalled in 16 dimensions: measured with its interval, and by the nearest pattern
//! N = 1000, λ = 4, m = 0.55   0.000 (0.000 to 0.161)   0.000
//! N = 1000, λ = 4, m = 0.60   0.013 (0.003 to 0.050)   0.004
//! N = 1000, λ = 4, m = 0.65   0.142 (0.097 to 0.202)   0.094
//! N = 1000, λ = 4, m = 0.70   0.463 (0.395 to 0.531)   0.416
//! N = 1000, λ = 4, m = 0.75   0.729 (0.665 to 0.785)   0.769
//! N = 1000, λ = 4, m = 0.80   0.929 (0.877 to 0.960)   0.944
//! N = 1000, λ = 4, m = 0.85   0.983 (0.955 to 0.994)   0.992
//! N = 20000, λ = 8, m = 0.70   0.000 (0.000 to 0.161)   0.000
//! N = 20000, λ = 8, m = 0.75   0.000 (0.000 to 0.161)   0.005
//! N = 20000, λ = 8, m = 0.80   0.308 (0.250 to 0.374)   0.315
//! N = 20000, λ = 8, m = 0.85   0.825 (0.768 to 0.870)   0.856
//! N = 20000, λ = 8, m = 0.90   0.996 (0.974 to 0.999)   0.991
//! N = 20000, λ = 8, m = 0.95   1.000 (0.839 to 1.000)   1.000
//! N = 20000, λ = 8, m = 0.99   1.000 (0.839 to 1.000)   1.000
//! ```

use std::path::PathBuf;

use attractor::figure::{Figure, PanelsPlot, Plot};

#[path = "retrieval_theory/basin.rs"]
mod basin;
#[path = "retrieval_theory/capacity.rs"]
mod capacity;
#[path = "retrieval_theory/one_update.rs"]
mod one_update;
#[path = "retrieval_theory/shared.rs"]
mod shared;

use basin::basin;
use capacity::{capacity, loads};
use one_update::one_update;
use shared::Answer;

fn main() -> Answer<()> {
    let panels = [one_update()?, capacity()?, loads()?, basin()?];
    let plot = PanelsPlot {
        title: "Theory of retrieval and what is measured".into(),
        subtitle: "f(q) = Ξᵀ softmax(β Ξ q), N random patterns of norm M on a sphere in d dimensions · a: N = 10, d = 16, M = 1, q at the distance 0.1, geometric means · b: M = K√(d − 1) · bars: 95 % intervals over networks, in c smaller than the dots".into(),
        columns: 2,
        plots: panels.into_iter().map(Plot::Lines).collect(),
    };
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    for ending in ["png", "svg"] {
        let path = directory.join(format!("retrieval-theory.{ending}"));
        plot.draw(&path)?;
        eprintln!("drawn to {}", path.display());
    }
    Ok(())
}
