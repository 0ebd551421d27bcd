//! `[recall]`.

use super::layers::unknown;
use crate::analysis::Memories;
use crate::experiment::Recall;
use crate::model_file::{Place, Resolver, Table};
use crate::network::Network;

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
    let within = table.required("within").positive();
    table.finish();
    let layer = layer?;
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
        within: within?.value,
    })
}
