//! Which plane is shown, and how the other neurons stand.

use super::gathered::Gathered;
use super::{Others, PlaneQuestion, Wanted, fit, label};
use crate::analysis::{LandscapePoint, Section};
use crate::number::number;
use crate::refusal::Refusal;
use crate::study::Study;

/// The plane that is shown.
pub(super) struct Chosen {
    pub section: Section,
    pub labels: [String; 2],
    pub symbols: [String; 2],
    /// How the other neurons stand, if that is not a cut.
    pub how: Option<String>,
}

pub(super) fn section(
    study: &Study,
    gathered: &Gathered<'_>,
    (wanted, asked): (&Wanted, &PlaneQuestion),
    points: &[LandscapePoint],
) -> Result<Chosen, Refusal> {
    let network = &study.network;
    let system = &gathered.system;
    if asked.others == Others::Principal {
        let (mut section, parts) = Section::principal(&gathered.states, wanted.plane.points)?;
        section.x = asked.x.unwrap_or(section.x);
        section.y = asked.y.unwrap_or(section.y);
        let percent = |k: usize| number((1000.0 * parts[k]).round() / 10.0);
        let symbols = ["u₁", "u₂"].map(String::from);
        let labels = [0, 1].map(|k| {
            let (symbol, part) = (&symbols[k], percent(k));
            format!(
                "{symbol}, principal direction {} ({part} % of the variance)",
                k + 1
            )
        });
        let how = "projected on the principal directions of the trajectories; fixed points need not lie where nullclines cross";
        return Ok(Chosen {
            section,
            labels,
            symbols,
            how: Some(how.into()),
        });
    }
    let plane = fit::fitted(study, wanted, system, (&gathered.states, points));
    plane.check(network).map_err(|e| e.refusal())?;
    let labels = plane.neurons.map(|i| label(network, plane.space, i));
    let mut section = plane.section(&system.base);
    let mut how = None;
    if asked.others == Others::Relaxed {
        section.relaxed = Some(system.base.clone());
        how = (network.size() > 2)
            .then(|| "the others at their own equilibrium, trajectories projected".to_owned());
    }
    Ok(Chosen {
        section,
        symbols: labels.clone(),
        labels,
        how,
    })
}
