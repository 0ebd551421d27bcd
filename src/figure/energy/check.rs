//! What energies can be drawn.

use super::EnergyPlot;
use crate::figure::error::FigureError;

impl EnergyPlot {
    pub(super) fn check(&self) -> Result<(), FigureError> {
        if self.curves.iter().all(|curve| curve.time.is_empty()) {
            return Err(FigureError::data("energy over time", "there are no values"));
        }
        if let Some(i) = self.highlight.filter(|&i| i >= self.curves.len()) {
            let why = format!("there are only {} curves", self.curves.len());
            return Err(FigureError::data(format!("highlighted curve {i}"), why));
        }
        for (i, curve) in self.curves.iter().enumerate() {
            let n = curve.time.len();
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
                let place = format!("curve {i} (\"{}\"), {name}", curve.label);
                if needed && values.len() != n {
                    let why = format!("{} values for {n} times", values.len());
                    return Err(FigureError::data(place, why));
                }
                // Half of what f64 reaches, so that differences are finite.
                if let Some(k) = values
                    .iter()
                    .position(|v| !v.is_finite() || v.abs() > f64::MAX / 4.0)
                {
                    let why = format!("the value {} is not finite or too large", values[k]);
                    return Err(FigureError::data(format!("{place}, index {k}"), why));
                }
            }
            if let Some(k) = (1..n).find(|&k| curve.time[k] < curve.time[k - 1]) {
                let place = format!("curve {i} (\"{}\"), time, index {k}", curve.label);
                return Err(FigureError::data(place, "time runs backwards"));
            }
        }
        Ok(())
    }
}
