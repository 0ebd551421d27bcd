//! Trajectories as comma-separated values, for spreadsheets.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::study::{Results, Study};

/// `trajectory.csv`: one row for each kept state: start, t, energy and its rate, every neuron, with all their digits.
pub(super) fn trajectories(study: &Study, results: &Results, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    let network = &study.network;
    write!(out, "start,t,energy,energy_rate")?;
    for i in 0..network.size() {
        let (layer, k) = network.locate(i);
        write!(out, ",{layer}[{k}]")?;
    }
    writeln!(out)?;
    for case in &results.cases {
        let start = case.case;
        let kept = &case.trajectory;
        for (row, t) in kept.t.iter().enumerate() {
            write!(out, "{start},{t}")?;
            for column in [&kept.energy, &kept.energy_rate] {
                let known = column.get(row).map(f64::to_string);
                write!(out, ",{}", known.unwrap_or_default())?;
            }
            for v in kept.state(row) {
                write!(out, ",{v}")?;
            }
            writeln!(out)?;
        }
    }
    out.flush()
}
