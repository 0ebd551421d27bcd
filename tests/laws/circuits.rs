//! Memories with inhibition: the friends of the Scholarpedia article, and the same circuit with an inhibitory neuron that takes time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::path::Path;

use attractor::dynamics::{Settings, Start, integrate};
use attractor::model_file::load;
use attractor::monitor::{LyapunovMonitor, Mode, RestMonitor};
use attractor::stimulus::Stimulus;
use attractor::study::Study;
use attractor::trajectory::StopReason;

fn study(model: &str, overrides: &[&str]) -> Study {
    let overrides: Vec<String> = overrides.iter().map(|s| (*s).to_string()).collect();
    load(Path::new(model), &overrides).unwrap().study
}

/// The friends, 0 or 1 for each of a thousand values.
fn friends(study: &Study) -> Vec<Vec<f64>> {
    let (_, memories) = study.search().unwrap().memories.unwrap();
    let one = |k: usize| memories.get(k).iter().map(|v| v / 5.0).collect();
    (0..memories.count()).map(one).collect()
}

#[test]
fn a_clue_of_seven_properties_with_one_wrong_recalls_the_friend() {
    let study = study("friends", &[]);
    let (network, all) = (&study.network, friends(&study));
    for friend in [0, 17, 101, 249] {
        let known = &all[friend];
        let mut x = vec![0.0; 1000];
        // Seven properties here and there; of the second another value.
        for (k, property) in [1, 8, 15, 22, 29, 36, 43].into_iter().enumerate() {
            let own = (0..20)
                .position(|v| known[property * 20 + v] == 1.0)
                .unwrap();
            let shown = if k == 1 { (own + 3) % 20 } else { own };
            x[property * 20 + shown] = 50.0 / 7.0;
        }
        let rest = RestMonitor::new(network, [1e-8, 1e-6]);
        let mut monitors = (LyapunovMonitor::new(Mode::Reject), rest);
        let stimulus = Stimulus::constant(network);
        let start = Start::at(x);
        let end = integrate(network, &study.settings, &stimulus, start, &mut monitors).unwrap();
        assert_eq!(end.stop, StopReason::Rest);
        let mut g = vec![0.0; 1000];
        network.activation(&end.x, 1, &mut g);
        // V = alpha theta/(1 − 49 + 50 alpha) = 1; the threshold is typed with eleven digits, rest is known to 1e-6.
        for (k, (v, f)) in g.iter().zip(known).enumerate() {
            assert!((v - f).abs() < 1e-5, "{friend}, neuron {k}: {v} {f}");
        }
    }
}

#[test]
fn an_inhibitory_neuron_holds_a_memory_if_it_is_faster_than_one_over_w_less_one() {
    // Fifty neurons that excite each other by 49 together: 1/48 = 0.02083. Here from beside a friend, all neurons alike, for which
    // the circuit is that of one excitatory and one inhibitory neuron: the distance shrinks or grows by e^((48 − 1/τ)/2 t).
    for (tau, shrinks) in [(0.0200, true), (0.0217, false)] {
        let tau = format!("layers.inhibition.tau={tau}");
        let study = study("dale", &[&tau]);
        let (network, all) = (&study.network, friends(&study));
        let mut x: Vec<f64> = all[3].iter().map(|f| 1.01 * f).collect();
        x.push(48.0 / 1.05f64.sqrt());
        let settings = Settings {
            t_end: 6.0,
            rtol: 1e-8,
            atol: 1e-10,
            ..study.settings
        };
        let stimulus = Stimulus::constant(network);
        let end = integrate(network, &settings, &stimulus, Start::at(x), &mut ()).unwrap();
        let pairs = end.x.iter().zip(&all[3]).filter(|(_, f)| **f > 0.0);
        let off = pairs.map(|(x, _)| (x - 1.0).abs()).fold(0.0, f64::max);
        assert_eq!(off < 1e-3, shrinks, "τ = {tau}: {off}");
    }
}
