//! Gain, phase plane and landscape in one picture.

use super::gain::gain;
use super::kind::never;
use super::plane::{KEYS, Wanted, look};
use super::words::title;
use super::{Kind, Picture};
use crate::figure::{PanelsPlot, Plot};
use crate::study::{NoPlot, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "panels",
    about: "gain, phase plane and landscape in one picture",
    keys: KEYS,
    unasked: never,
    make: |asked| {
        let wanted = Wanted::read(asked)?;
        Ok(Picture::new(move |study, results, _| {
            panels(study, results, &wanted)
        }))
    },
};

/// The three panels of Scholarpedia's Figure 2: gain, trajectories, energy.
fn panels(study: &Study, results: &Results, wanted: &Wanted) -> Result<Plot, NoPlot> {
    let seen = look(study, results, wanted)?;
    let (name, _) = study.network.locate(wanted.plane.neurons[0]);
    let layer = study.network.layer(name).unwrap_or(0);
    let mut gain = gain(study, results, layer, None);
    let mut phase = seen.phase(study, false);
    (gain.title, gain.subtitle) = ("Gain".into(), String::new());
    (phase.title, phase.subtitle) = ("Trajectories".into(), String::new());
    let mut plots = vec![Plot::Lines(gain), Plot::Phase(phase)];
    if let Ok(mut landscape) = seen.landscape(study, &wanted.levels) {
        (landscape.title, landscape.subtitle) = ("Energy".into(), String::new());
        plots.push(Plot::Phase(landscape));
    }
    Ok(Plot::Panels(PanelsPlot {
        title: title(study, ""),
        subtitle: seen.subtitle,
        columns: plots.len(),
        plots,
    }))
}
