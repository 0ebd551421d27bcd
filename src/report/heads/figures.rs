//! The figure of heads: how many keys their queries average, a panel for each layer, the heads in the order of their medians
//! (after Ramsauer et al. 2021).

use super::{FEWEST, HeadsFound};
use crate::analysis::{Head, HeadKind, Heads};
use crate::figure::{BoxGroup, BoxesPlot, PanelsPlot, Plot};
use crate::report::Plots;
use crate::style::Style;

/// Most arrays that have a figure each.
const MOST: usize = 12;
/// More boxes have no room for their names on half a page.
const HALF: usize = 14;

pub(super) fn all(found: &HeadsFound) -> Plots {
    let figures = found.arrays.iter().take(MOST).enumerate();
    let figures = figures.map(|(k, (name, of))| {
        let file = match k {
            0 => "heads".to_owned(),
            k => format!("heads-{}", k + 1),
        };
        (
            file,
            Plot::Panels(figure(found, name, of)),
            Style::default(),
        )
    });
    let mut notes = Vec::new();
    if found.arrays.len() > MOST {
        let n = found.arrays.len() - MOST;
        notes.push(format!(
            "of {n} arrays more no figure is drawn; --array draws those that it names"
        ));
    }
    (figures.collect(), notes)
}

fn figure(found: &HeadsFound, name: &str, of: &Heads) -> PanelsPlot {
    let layers = of.all.chunks(of.heads.max(1)).enumerate();
    let plots = layers.map(|(layer, heads)| Plot::Boxes(panel(of, layer, heads)));
    let keys = match of.causal {
        true => format!("N = 1 … {} keys", of.most),
        false => format!("N = {} keys", of.most),
    };
    let keys = match of.most < FEWEST {
        true => format!("{keys}: k ≤ N/32 cannot occur"),
        false => keys,
    };
    PanelsPlot {
        title: format!("{}: {name}", found.title),
        subtitle: format!(
            "k: the fewest keys that hold {} of a query's weight · {keys} · heads by their medians · box: quartiles over queries, whiskers: 5 and 95 % · dashed: N/2, N/8, N/32",
            found.mass
        ),
        columns: if of.heads <= HALF { 2 } else { 1 },
        plots: plots.collect(),
    }
}

/// k/N of each query.
fn parts(head: &Head) -> Vec<f64> {
    let queries = head.k.iter().zip(&head.allowed);
    queries
        .filter_map(|(k, n)| Some((*k)? as f64 / *n as f64))
        .collect()
}

fn panel(of: &Heads, layer: usize, heads: &[Head]) -> BoxesPlot {
    let mut order: Vec<usize> = (0..heads.len()).collect();
    order.sort_by(|a, b| heads[*b].part.total_cmp(&heads[*a].part));
    let boxed = |h: usize| BoxGroup {
        label: (h + 1).to_string(),
        values: parts(&heads[h]),
        color: heads[h].kind as usize,
    };
    BoxesPlot {
        title: format!("layer {}", layer + 1),
        x_label: "head".into(),
        y_label: "k / N".into(),
        y_log: true,
        y_reaches: vec![1.0 / of.most.max(1) as f64, 1.0],
        marks: vec![1.0 / 2.0, 1.0 / 8.0, 1.0 / 32.0],
        // Said once, above the first panel.
        colors: match layer {
            0 => HeadKind::ALL
                .iter()
                .filter(|kind| kind.is_possible(of.most))
                .map(|kind| kind.bounds().to_owned())
                .collect(),
            _ => Vec::new(),
        },
        boxes: order.into_iter().map(boxed).collect(),
        ..BoxesPlot::default()
    }
}
