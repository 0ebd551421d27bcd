//! What energies can be drawn.

use super::EnergyPlot;
use crate::figure::{Drawn, as_many, finite, forward, refused};

impl EnergyPlot {
    pub(super) fn check(&self) -> Drawn {
        if self.curves.iter().all(|curve| curve.time.is_empty()) {
            return refused("energy over time", "there are no values");
        }
        if let Some(i) = self.highlight.filter(|&i| i >= self.curves.len()) {
            let why = format!("there are only {} curves", self.curves.len());
            return refused(format!("highlighted curve {i}"), why);
        }
        for (i, curve) in self.curves.iter().enumerate() {
            let n = curve.time.len();
            let place = |name: &str| format!("curve {i} (\"{}\"), {name}", curve.label);
            let power = |k: usize| curve.power.iter().map(|p| p[k]).collect::<Vec<f64>>();
            let columns = [
                ("time", &curve.time, true),
                ("energy", &curve.energy, true),
                ("rate", &curve.rate, true),
                ("power before", &power(0), !curve.power.is_empty()),
                ("power after", &power(1), !curve.power.is_empty()),
                ("change", &curve.change, !curve.change.is_empty()),
                ("allowance", &curve.allowance, !curve.allowance.is_empty()),
            ];
            for (name, values, needed) in columns {
                if needed {
                    as_many(&place(name), values.len(), n, "times")?;
                }
                finite(&place(name), values)?;
            }
            forward(&place("time"), &curve.time)?;
        }
        Ok(())
    }
}
