//! The slope of an energy that the currents are not the gradient of: there the formula for dE/dt says nothing of it.

use super::{CaseResult, Experiment};
use crate::monitor::IdentityProbe;
use crate::network::Drive;
use crate::synapse::Energy;

impl Experiment {
    /// Measures the slope of the energy along the velocity at every kept state, if some synapse has only a candidate for an
    /// energy.
    pub(super) fn measure_slopes(&self, cases: &mut [CaseResult]) {
        let network = &self.network;
        let mut synapses = network.connections().iter().map(|c| c.synapse.energy());
        if !network.has_energy() || !synapses.any(|e| matches!(e, Energy::Candidate(_))) {
            return;
        }
        let mut probe = IdentityProbe::new(network, 1);
        for case in cases {
            let start = &self.cases[case.case].start;
            let held = [network.held(), &start.held].concat();
            let kept = &case.trajectory;
            if kept.energy.len() != kept.len() {
                continue;
            }
            let slopes = (0..kept.len()).map(|k| {
                // Of two states at one time the first is that before the switch.
                let before = kept.t.get(k + 1) == Some(&kept.t[k]);
                let t = if before {
                    kept.t[k].next_down()
                } else {
                    kept.t[k]
                };
                let mut input = self.stimulus.input(t).to_vec();
                let own = input.iter_mut().zip(&start.input);
                own.for_each(|(i, o)| *i += o);
                let drive = Drive {
                    input: &input,
                    held: &held,
                };
                let slopes = probe.measure(network, drive, kept.state(k), kept.velocity(k));
                slopes.first().map_or(f64::NAN, |s| s.measured)
            });
            let slopes = slopes.collect();
            case.trajectory.energy_slope = slopes;
        }
    }
}
