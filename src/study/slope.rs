//! What the formula for dE/dt leaves out: the slope of a candidate for an energy, and the power of a changing input.

use super::{CaseResult, Study};
use crate::monitor::IdentityProbe;
use crate::network::{Drive, Workspace};
use crate::synapse::Energy;
use crate::trajectory::Trajectory;

impl Study {
    /// Measures the slope of the energy along the velocity at every kept state, if some synapse has only a candidate for one.
    pub(super) fn measure_slopes(&self, cases: &mut [CaseResult]) {
        let network = &self.network;
        let mut synapses = network.connections().iter().map(|c| c.synapse.energy());
        if !network.has_energy() || !synapses.any(|e| matches!(e, Energy::Candidate(_))) {
            return;
        }
        let mut probe = IdentityProbe::new(network, 1);
        for case in cases {
            let start = &self.cases[case.case].start;
            let clamped = [network.clamped(), &start.clamped].concat();
            let kept = &case.trajectory;
            if kept.energy.len() != kept.len() {
                continue;
            }
            let slopes = (0..kept.len()).map(|k| {
                let input = self.input(time(kept, k), &start.input);
                let drive = Drive {
                    input: &input,
                    clamped: &clamped,
                };
                let slopes = probe.measure(network, drive, kept.state(k), kept.velocity(k));
                slopes.first().map_or(f64::NAN, |s| s.measured)
            });
            let slopes = slopes.collect();
            case.trajectory.energy_slope = slopes;
        }
    }

    /// Finds the power of the input at every kept state, if it changes other than by switches.
    pub(super) fn measure_power(&self, cases: &mut [CaseResult]) {
        let (network, stimulus) = (&self.network, &self.stimulus);
        if !network.has_energy() || !stimulus.varies() {
            return;
        }
        let mut ws = Workspace::new(network, 1);
        for kept in cases.iter_mut().map(|c| &mut c.trajectory) {
            if kept.energy.len() != kept.len() {
                continue;
            }
            for k in 0..kept.len() {
                let after = time(kept, k);
                let mut at = network.at(kept.state(k), Drive::own(network), &mut ws);
                let times = [after.next_down(), after];
                let sides = times.map(|t| at.input_power(&stimulus.rate(t))[0]);
                kept.input_power.push(sides);
            }
        }
    }
}

/// The time of a kept state. Of two states at one time the first is that before a switch.
fn time(kept: &Trajectory, k: usize) -> f64 {
    match kept.t.get(k + 1) == Some(&kept.t[k]) {
        true => kept.t[k].next_down(),
        false => kept.t[k],
    }
}
