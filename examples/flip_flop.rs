//! Two neurons that inhibit each other, built in code: the flip-flop of Scholarpedia's Figure 2.
//!
//! ```text
//! [0.3, 0.2] -> (+0.4293, -0.4293) at t = 29.54: stable; energy -0.3121 -> -0.5194
//! [-0.1, 0.4] -> (-0.4293, +0.4293) at t = 25.29: stable; energy -0.4668 -> -0.5194
//! [0.25, 0.25] -> (+0.0000, +0.0000) at t = 9.76: unstable; energy -0.3075 -> -0.4810
//! ```

use attractor::analysis::FixedPoints;
use attractor::dynamics::{Settings, Start, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::Sigmoid;
use attractor::monitor::{LyapunovMonitor, Mode, Recorder, RestMonitor, Save};
use attractor::network::{Layer, theories};
use attractor::stimulus::Stimulus;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let neurons = Layer::new("neurons", &[2], Sigmoid { beta: 6.0 })?.input(0.5);
    let inhibition = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?;
    let network = theories::classical(neurons, inhibition)?;
    let settings = Settings {
        t_end: 200.0,
        until_rest: true,
        ..Settings::default()
    };
    let stimulus = Stimulus::constant(&network);
    let mut points = FixedPoints::default();
    for start in [[0.3, 0.2], [-0.1, 0.4], [0.25, 0.25]] {
        let mut watch = (
            LyapunovMonitor::new(Mode::Reject),
            (
                RestMonitor::new(&network, [1e-8, 1e-6]),
                Recorder::new(network.size(), Save::Final, true),
            ),
        );
        let from = Start::at(start.to_vec());
        let end = integrate(&network, &settings, &stimulus, from, &mut watch)?;
        let point = points.find(&network, &end.x, &end.input, &[]);
        let kept = watch.1.1.into_trajectory();
        println!(
            "{start:?} -> ({:+.4}, {:+.4}) at t = {:.2}: {}; energy {:.4} -> {:.4}",
            end.x[0],
            end.x[1],
            end.t,
            points.points()[point].stability.word(),
            kept.energy.first().ok_or("no energy was kept")?,
            kept.energy.last().ok_or("no energy was kept")?,
        );
    }
    Ok(())
}
