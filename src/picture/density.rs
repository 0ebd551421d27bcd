//! The density that theory gives a quantity, beside what was counted.

use crate::dynamics::Temperature;
use crate::network::{Drive, Workspace};
use crate::study::Study;

/// What theory says of each bar, together 1: known of one neuron at a temperature, whose activation has the density `e^(−E/T)`.
pub(super) fn of_bars(study: &Study, edges: &[f64]) -> Vec<f64> {
    /// Places in a bar at which the density is asked for.
    const PLACES: usize = 16;
    let (network, settings) = (&study.network, &study.settings);
    let segment = network.segment(0).map(|s| &s.lagrangian);
    let (Temperature::Constant(t), Some(lagrangian)) = (&settings.flipping.temperature, segment)
    else {
        return Vec::new();
    };
    let own = study
        .cases
        .iter()
        .any(|case| case.start.input.iter().any(|i| *i != 0.0));
    let stays = study.stimulus.additions().is_empty() && !own;
    if !(settings.method.is_noisy() && *t > 0.0 && network.size() == 1 && stays) {
        return Vec::new();
    }
    let drive = Drive {
        input: network.input(),
        clamped: &[],
    };
    let mut ws = Workspace::new(network, 1);
    let mut energy = |g: f64| {
        let mut x = [0.0];
        let known = lagrangian.state(&[g], 1, &mut x);
        known.then(|| network.at(&x, drive, &mut ws).energy().total[0])
    };
    let places = edges.windows(2).flat_map(|ends| {
        let h = (ends[1] - ends[0]) / PLACES as f64;
        (0..PLACES).map(move |k| ends[0] + h * (k as f64 + 0.5))
    });
    let Some(energies) = places.map(&mut energy).collect::<Option<Vec<f64>>>() else {
        return Vec::new();
    };
    let least = energies.iter().copied().fold(f64::INFINITY, f64::min);
    let bars = energies
        .chunks(PLACES)
        .map(|own| own.iter().map(|e| (-(e - least) / t).exp()).sum::<f64>());
    let bars: Vec<f64> = bars.collect();
    let whole: f64 = bars.iter().sum();
    bars.iter().map(|b| b / whole).collect()
}
