//! A Lagrangian of one's own, used without touching the library: the neuron that saturates algebraically, `g = x / √(1 + x²)`.

use attractor::dynamics::{Settings, Start, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::{Name, Reach, Scalar, Term};
use attractor::monitor::{LyapunovMonitor, Mode};
use attractor::network::{Layer, theories};
use attractor::stimulus::Stimulus;

/// `L = √(1 + x²) − 1`, `g = x/√(1 + x²)`, `H = (1 + x²)^(−3/2)`, `L* = 1 − √(1 − g²) = 1 − 1/√(1 + x²)`.
///
/// As they stand both `L` and `L*` cancel near 0; with `s = √(1 + x²)` they are `x²/(s + 1)` and `x²/(s (s + 1))`.
#[derive(Debug)]
struct Algebraic;

impl Scalar for Algebraic {
    fn name(&self) -> Name {
        Name::new("algebraic")
    }
    fn value(&self, x: f64) -> Term {
        Term::plain(x * (x / (x.hypot(1.0) + 1.0)))
    }
    fn activation(&self, x: f64) -> f64 {
        x / x.hypot(1.0)
    }
    fn slope(&self, x: f64) -> f64 {
        x.hypot(1.0).powi(-3)
    }
    fn legendre(&self, x: f64) -> Term {
        let s = x.hypot(1.0);
        Term::plain((x / s) * (x / (s + 1.0)))
    }
    fn reach(&self) -> Reach {
        Reach::confined(-1.0, 1.0)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let layer = Layer::new("neurons", &[2], Algebraic)?.tau([1.0, 0.3]);
    let weights = Weights::new(2, 2, vec![0.0, 2.0, 2.0, 0.0])?;
    let network = theories::general(layer, weights)?;
    assert!(network.certificate().holds());
    let settings = Settings {
        t_end: 50.0,
        ..Settings::default()
    };
    // Under `reject` the monitor compares the formula for dE/dt with the slope of E: a wrong derivative would end the run.
    let mut monitor = LyapunovMonitor::new(Mode::Reject);
    let start = Start::at(vec![0.1, -0.05]);
    let end = integrate(
        &network,
        &settings,
        &Stimulus::constant(&network),
        start,
        &mut monitor,
    )?;
    // At rest x = 2 x/√(1 + x²), so x = ±√3.
    println!(
        "({:.6}, {:.6}), expected {:.6}",
        end.x[0],
        end.x[1],
        3f64.sqrt()
    );
    assert!((end.x[0] - 3f64.sqrt()).abs() < 1e-5);
    assert_eq!(monitor.into_report().violation, None);
    Ok(())
}
