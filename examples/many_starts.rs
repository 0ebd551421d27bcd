//! Many starts on all cores: how often a network of Hebb's rule recalls a memory, by the damage of the cue.
//!
//! ```text
//! 0.1 of the signs turned: 300 of 300 recalled
//! 0.2 of the signs turned: 300 of 300 recalled
//! 0.3 of the signs turned: 296 of 300 recalled
//! 0.4 of the signs turned: 180 of 300 recalled
//! ```

use std::sync::atomic::{AtomicUsize, Ordering};

use attractor::analysis::Memories;
use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::ensemble::Ensemble;
use attractor::kernels::Weights;
use attractor::lagrangian::Tanh;
use attractor::monitor::RestMonitor;
use attractor::network::{Layer, theories};
use attractor::pattern::Damage;
use attractor::pattern::random::Stream;
use attractor::stimulus::Stimulus;

const N: usize = 100;
const MEMORIES: usize = 6;
const CUES: usize = 300;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let patterns = Stream { seed: 1, stream: 0 }.signs(MEMORIES * N);
    let memories = Memories { patterns, size: N };
    // Hebb's rule: T = ξᵀξ / N.
    let entry = |i: usize, j: usize| -> f64 {
        (0..MEMORIES)
            .map(|k| memories.get(k)[i] * memories.get(k)[j])
            .sum::<f64>()
            / N as f64
    };
    let entries = (0..N * N).map(|ij| entry(ij / N, ij % N)).collect();
    let weights = Weights::new(N, N, entries)?;
    let network = theories::classical(Layer::new("neurons", &[N], Tanh { beta: 4.0 })?, weights)?;
    let settings = Settings {
        t_end: 200.0,
        until_rest: true,
        ..Settings::default()
    };
    let ensemble = Ensemble {
        network: &network,
        settings: &settings,
        stimulus: &Stimulus::constant(&network),
        threads: 0,
        alone: false,
        interrupt: &Interrupt::default(),
    };
    for flip in [0.1, 0.2, 0.3, 0.4] {
        // A start is made when its turn comes, from a stream of random numbers of its own.
        let damage = Damage {
            flip,
            ..Damage::default()
        };
        let start = |k: usize| {
            let stream = Stream {
                seed: 2,
                stream: k as _,
            };
            Ok(Start::at(damage.apply(memories.get(k % MEMORIES), stream)))
        };
        let recalled = AtomicUsize::new(0);
        ensemble.run(
            0..CUES,
            start,
            |_| RestMonitor::new(&network, [1e-8, 1e-6]),
            |k, end, _| {
                let mut g = vec![0.0; N];
                network.activation(&end.x, 1, &mut g);
                if memories.overlap(k % MEMORIES, &g) > 0.95 {
                    recalled.fetch_add(1, Ordering::Relaxed);
                }
            },
        )?;
        let recalled = recalled.into_inner();
        println!("{flip:.1} of the signs turned: {recalled} of {CUES} recalled");
    }
    Ok(())
}
