//! Recording a trajectory: states and energies at even times.
//!
//! ```text
//! t =  0: x = (+0.300, +0.200), E = -0.3121
//! t =  5: x = (+0.302, -0.302), E = -0.5145
//! t = 10: x = (+0.421, -0.421), E = -0.5194
//! t = 15: x = (+0.429, -0.429), E = -0.5194
//! t = 20: x = (+0.429, -0.429), E = -0.5194
//! ```

use attractor::dynamics::{Settings, Start, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::Sigmoid;
use attractor::monitor::{LyapunovMonitor, Mode, Recorder, Save};
use attractor::network::{Layer, theories};
use attractor::stimulus::Stimulus;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let neurons = Layer::new("neurons", &[2], Sigmoid { beta: 6.0 })?.input(0.5);
    let inhibition = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?;
    let network = theories::classical(neurons, inhibition)?;
    let settings = Settings {
        t_end: 20.0,
        ..Settings::default()
    };
    // Two monitors at once: one watches the energy, the other keeps what it is asked for.
    let mut monitors = (
        LyapunovMonitor::new(Mode::Reject),
        Recorder::new(network.size(), Save::Every(5.0), true),
    );
    let stimulus = Stimulus::constant(&network);
    let start = Start::at(vec![0.3, 0.2]);
    integrate(&network, &settings, &stimulus, start, &mut monitors)?;

    // Plain data: one row of `x` for each time.
    let kept = monitors.1.into_trajectory();
    for ((t, x), e) in kept.t.iter().zip(kept.x.chunks(2)).zip(&kept.energy) {
        println!("t = {t:2}: x = ({:+.3}, {:+.3}), E = {e:.4}", x[0], x[1]);
    }
    Ok(())
}
