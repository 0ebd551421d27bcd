//! Fixed points as rows.

use crate::analysis::{Landscape, LandscapePoint, StateKind};
use crate::cli::out::outln;
use crate::number::{number, rounded};

/// Rows of the table that are printed, and activations in one.
const ROWS: usize = 100;
const FEW: usize = 6;
/// States are known to about so much: smaller numbers are told as 0.
const ROUNDING: f64 = 1e-12;

pub(in crate::cli) fn landscape(found: &Landscape) {
    let head = ["point", "class", "energy", "rightmost", "starts"];
    let mut rows = vec![[&head.map(String::from)[..], &[String::new()]].concat()];
    for (k, p) in found.points.iter().take(ROWS).enumerate() {
        let energy = p.energy.map_or("none".into(), short);
        let rightmost = p
            .eigenvalues
            .first()
            .map_or(String::new(), |[re, im]| match *im {
                0.0 => short(*re),
                im => format!("{} ± {}i", short(*re), short(im.abs())),
            });
        let class = p.class.to_string();
        rows.push(vec![
            k.to_string(),
            class,
            energy,
            rightmost,
            p.starts.to_string(),
            what(p),
        ]);
    }
    let width = |c: usize| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in &rows {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, w)| format!("{cell:w$}"));
        let line = format!(
            "{}  {}",
            cells.collect::<Vec<_>>().join("  "),
            row[head.len()]
        );
        outln!("{}", line.trim_end());
    }
    if found.points.len() > ROWS {
        outln!("and {} more (--json, --out)", found.points.len() - ROWS);
    }
}

/// What is rounding is 0.
pub(in crate::cli) fn short(v: f64) -> String {
    number(if v.abs() < ROUNDING { 0.0 } else { v })
}

/// What it is beside the memories, the memory that it is most like, or its activations if they are few.
fn what(p: &LandscapePoint) -> String {
    let overlaps = p.overlaps.iter().enumerate();
    if let Some((k, m)) = overlaps.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())) {
        let overlap = format!("overlap {} with memory {k}", short(rounded(*m, 4)));
        return match &p.likeness {
            // Of what is nearly 0 the angle is rounding.
            Some(l) if l.kind == StateKind::Centre => l.kind.to_string(),
            Some(l) => format!("{}, {overlap}", l.kind),
            None => overlap,
        };
    }
    if p.g.len() > FEW {
        return String::new();
    }
    let all: Vec<String> = p.g.iter().map(|g| short(rounded(*g, 4))).collect();
    format!("({})", all.join(", "))
}
