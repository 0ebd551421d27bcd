//! `[recall]`.

use super::layers::unknown;
use crate::analysis::Memories;
use crate::model_file::{Place, Resolver, Table};
use crate::network::Network;
use crate::study::{Criterion, Recall};

/// `[recall]`: the layer, its memories, and how near is recalled.
pub(super) fn read(
    table: Option<Table<'_>>,
    network: &Network,
    resolver: &mut Resolver<'_>,
) -> Option<Recall> {
    let mut table = table?;
    let diagnostics = table.diagnostics();
    let layer = table.required("layer").string();
    let of = table.required("of");
    let (within, overlap) = (table.key("within"), table.key("overlap"));
    if !within.is_present() && !overlap.is_present() {
        table
            .error("when does a memory count as recalled? `within` or `overlap` says it")
            .help(
                "within = 0.5 is a Euclidean distance, overlap = 0.9 the least cosine of the angle",
            );
    }
    let asked = [within.is_present(), overlap.is_present()];
    let (within, overlap) = (within.positive(), overlap.number());
    if let Some(m) = overlap.as_ref().filter(|m| !(-1.0..1.0).contains(&m.value)) {
        let why = format!(
            "an overlap is a cosine: it can be above numbers from -1 to below 1, this is {}",
            m.value
        );
        return diagnostics.error(m.span.clone(), why).none();
    }
    table.finish();
    let layer = layer?;
    let criterion = Criterion {
        within: within.map(|w| w.value),
        overlap: overlap.map(|m| m.value),
    };
    if [criterion.within.is_some(), criterion.overlap.is_some()] != asked || asked == [false; 2] {
        return None;
    }
    let Some(k) = network.layer(layer.value) else {
        let names: Vec<&str> = network.layers().iter().map(|l| l.name.as_str()).collect();
        unknown(layer.value, layer.span, &names, diagnostics);
        return None;
    };
    let size = network.layers()[k].size();
    let what = format!(
        "patterns to be recalled in layer `{}` ({size})",
        layer.value
    );
    let patterns = super::array(
        &of,
        &Place::rows(what, None, &network.layers()[k].shape),
        resolver,
    )?;
    Some(Recall {
        layer: k,
        memories: Memories {
            patterns: patterns.data,
            size,
        },
        criterion,
    })
}
