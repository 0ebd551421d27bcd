//! Two neurons: directions, nullclines, trajectories, fixed points.

use super::kind::never;
use super::plane::{KEYS, Wanted, look};
use super::{Kind, Picture};
use crate::figure::Plot;

pub(super) static KIND: Kind = Kind {
    name: "phase",
    about: "two neurons: directions, nullclines, trajectories, fixed points",
    keys: KEYS,
    unasked: never,
    make: |asked| {
        let wanted = Wanted::read(asked)?;
        Ok(Picture::new(move |study, results, _| {
            let seen = look(study, results, &wanted)?;
            Ok(Plot::Phase(seen.phase(study, true)))
        }))
    },
};
