//! What labels cost: a basin map beside the bare ensemble of the same starts, each ended at rest.

use std::hint::black_box;
use std::time::Instant;

use attractor::analysis::{Across, Border, Follow, MapRange, basin_map};
use attractor::dynamics::{Interrupt, Settings, Start};

use crate::{Failure, median, print, settings, time};

/// The flip-flop of `basin-map`.
pub(crate) fn labels() -> Result<(), Failure> {
    let mut w = crate::basin_map()?;
    w.settings = Settings {
        until_rest: true,
        ..settings("tsit5", 1000.0)?
    };
    let interrupt = Interrupt::new();
    let on = (&w.network, &w.settings);
    let follow = Follow::new(on, Start::at(vec![0.0; 2]), &interrupt);
    let range = MapRange {
        x: [-2.0, 2.0],
        y: [-2.0, 2.0],
        points: [512; 2],
        border: Border::No,
    };
    let map = || -> Result<f64, Failure> {
        let clock = Instant::now();
        black_box(basin_map(&follow, &Across::Neurons([0, 1]), range)?);
        Ok(clock.elapsed().as_secs_f64())
    };
    // One after the other, so that both meet the machine in the same state.
    let mut bare = Vec::new();
    let labelled = median(|| {
        bare.push(time(&w, false, true, false)?.seconds);
        map()
    })?;
    bare.sort_by(f64::total_cmp);
    let bare = bare[bare.len() / 2];
    print(&format!(
        "{{\"workload\": \"basin-labels\", \"method\": \"tsit5\", \"bare\": {bare:.6}, \"labelled\": {labelled:.6}, \"ratio\": {:.3}}}",
        labelled / bare
    ))?;
    Ok(())
}
