//! A synapse of one's own, used without touching the library: a gate between three layers, `E = −Σ_i a_i b_i c_i`.

use attractor::dynamics::{Settings, Start, integrate};
use attractor::lagrangian::{Tanh, TermRows};
use attractor::monitor::{LyapunovMonitor, Mode};
use attractor::network::{Layer, Network};
use attractor::stimulus::Stimulus;
use attractor::synapse::{Energy, Ports, Scratch, Synapse};

/// Three layers of the same size, multiplied neuron by neuron: the current of one is the product of the other two.
#[derive(Debug)]
struct Gate(usize);

impl Synapse for Gate {
    fn describe(&self) -> String {
        "gate".into()
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.0]; 3]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        _scratch: &mut Scratch,
    ) {
        for k in 0..3 {
            let (a, b) = (ports.of((k + 1) % 3, g), ports.of((k + 2) % 3, g));
            for ((c, a), b) in ports.of_mut(k, current).iter_mut().zip(a).zip(b) {
                *c += a * b;
            }
        }
        if let Some(out) = energy {
            // Entry i of a block belongs to trajectory i mod columns.
            out.value.fill(0.0);
            out.magnitude.fill(0.0);
            let (a, b, c) = (ports.of(0, g), ports.of(1, g), ports.of(2, g));
            for (i, ((a, b), c)) in a.iter().zip(b).zip(c).enumerate() {
                out.value[i % ports.width] -= a * b * c;
                out.magnitude[i % ports.width] += (a * b * c).abs();
            }
        }
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        for k in 0..3 {
            let (i, j) = ((k + 1) % 3, (k + 2) % 3);
            let (a, b) = (ports.of(i, g), ports.of(j, g));
            let (da, db) = (ports.of(i, dg), ports.of(j, dg));
            for (n, c) in ports.of_mut(k, dcurrent).iter_mut().enumerate() {
                *c += a[n] * db[n] + da[n] * b[n];
            }
        }
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        unbounded.iter().filter(|u| **u).count() as f64
    }

    fn scratch(&self, _width: usize) -> Scratch {
        Scratch::default()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let layer = |name: &str| Layer::new(name, &[4], Tanh { beta: 3.0 });
    let network = Network::builder()
        .layer(layer("a")?)
        .layer(layer("b")?.tau(0.5))
        .layer(layer("c")?.tau(0.2))
        .connect(&["a", "b", "c"], Gate(4))
        .build()?;
    assert!(network.certificate().holds());
    let start: Vec<f64> = (0..12).map(|k| (1.3 * f64::from(k)).sin()).collect();
    let settings = Settings {
        t_end: 40.0,
        ..Settings::default()
    };
    // Under `reject` a current that is not the gradient of the energy ends the run: try `+=` instead of `-=` above.
    let mut monitor = LyapunovMonitor::new(Mode::Reject);
    let stimulus = Stimulus::constant(&network);
    let end = integrate(
        &network,
        &settings,
        &stimulus,
        Start::at(start),
        &mut monitor,
    )?;
    let report = monitor.into_report();
    println!(
        "{} at t = {}, {} steps watched",
        end.stop.word(),
        end.t,
        report.steps
    );
    assert_eq!(report.violation, None);
    Ok(())
}
