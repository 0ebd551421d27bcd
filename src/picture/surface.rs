//! The energy over two neurons as a surface.

use super::kind::never;
use super::plane::{self, Wanted, look};
use super::{Kind, Picture};
use crate::figure::{ELEVATIONS, Plot, SurfacePlot, VIEW};
use crate::key::{Key, NUMBERS, parameter};
use crate::refusal::Refusal;

const KEYS: &[Key] = &{
    let own = parameter(
        "view",
        NUMBERS,
        "azimuth and elevation of the eye, in degrees ([-60, 35])",
    );
    let mut all = [own; plane::KEYS.len() + 1];
    let mut k = 0;
    while k < plane::KEYS.len() {
        all[k] = plane::KEYS[k];
        k += 1;
    }
    all
};

pub(super) static KIND: Kind = Kind {
    name: "surface",
    about: "E over two neurons as a surface in space, with the trajectories on it",
    keys: KEYS,
    unasked: never,
    make: |asked| {
        asked.with_energy("surface")?;
        let wanted = Wanted::read(asked)?;
        let view = match asked.numbers("view") {
            None => VIEW,
            Some(&[azimuth, elevation])
                if azimuth.is_finite() && (ELEVATIONS[0]..=ELEVATIONS[1]).contains(&elevation) =>
            {
                [azimuth, elevation]
            }
            Some(_) => {
                let [low, high] = ELEVATIONS;
                let why = format!(
                    "must be two numbers, azimuth and elevation in degrees, the elevation from {low} to {high}"
                );
                return Err(("view", Refusal::new("view", why)));
            }
        };
        Ok(Picture::new(move |study, results, _| {
            let seen = look(study, results, &wanted)?;
            let plane = seen.surface(study, &wanted.levels)?;
            Ok(Plot::Surface(SurfacePlot { plane, view }))
        }))
    },
};
