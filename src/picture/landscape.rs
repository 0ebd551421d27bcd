//! Contours and colours of E over two neurons.

use super::kind::never;
use super::plane::{KEYS, Wanted, look};
use super::{Kind, Picture};
use crate::figure::Plot;

pub(super) static KIND: Kind = Kind {
    name: "landscape",
    about: "contours and colours of E over two neurons",
    keys: KEYS,
    unasked: never,
    make: |asked| {
        asked.with_energy("landscape")?;
        let wanted = Wanted::read(asked)?;
        Ok(Picture::new(move |study, results, _| {
            let seen = look(study, results, &wanted)?;
            Ok(Plot::Phase(seen.landscape(study, &wanted.levels)?))
        }))
    },
};
