//! What the monitor allowed and saw in each step.

use super::energy::energy;
use super::kind::{never, range};
use super::{Kind, Picture};
use crate::figure::{EnergyPlot, Plot};
use crate::monitor::Mode;
use crate::refusal::Refusal;
use crate::study::{NoPlot, Results, Study};
use crate::style::Style;

pub(super) static KIND: Kind = Kind {
    name: "monitor",
    about: "the change of E in each step beside the largest rise that is allowed; needs the monitor on",
    keys: &[range("x", "time"), range("y", "change of E")],
    unasked: never,
    make: |asked| {
        asked.with_energy("monitor")?;
        if asked.lyapunov != Mode::Off {
            return Ok(Picture::new(steps));
        }
        let why = "needs the monitor, and lyapunov = \"off\"";
        let help = "solve.lyapunov = \"record\" watches and changes nothing";
        Err((
            "kind",
            Refusal::new("a figure of the monitor", why).help(help),
        ))
    },
};

fn steps(study: &Study, results: &Results, _: &Style) -> Result<Plot, NoPlot> {
    let plot = energy(study, results, "what the monitor saw")?;
    if plot.curves.iter().all(|c| c.allowance.is_empty()) {
        return Err(NoPlot::MonitorOff);
    }
    Ok(Plot::Energy(EnergyPlot {
        steps: true,
        ..plot
    }))
}
