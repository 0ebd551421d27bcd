//! `[recall]`.

use super::layers::named;
use crate::analysis::Memories;
use crate::model_file::{Place, Resolver, Table};
use crate::network::{Layer, Network};
use crate::study::{Criterion, Recall};

/// `[recall]`: the layer, its memories, and how near is recalled.
pub(super) fn read(
    table: Option<Table<'_>>,
    network: &Network,
    resolver: &mut Resolver<'_>,
) -> Option<Recall> {
    let mut table = table?;
    let (layer, of) = (table.required("layer"), table.required("of"));
    let (within, overlap) = (table.key("within"), table.key("overlap"));
    let asked = [within.is_present(), overlap.is_present()];
    if asked == [false; 2] {
        const WAYS: &str =
            "within = 0.5 is a Euclidean distance, overlap = 0.9 the least cosine of the angle";
        table
            .error("when does a memory count as recalled? `within` or `overlap` says it")
            .help(WAYS);
    }
    let criterion = Criterion {
        within: within.positive(),
        overlap: overlap.number(),
    };
    if let Some(m) = criterion.overlap.filter(|m| !(-1.0..1.0).contains(m)) {
        let why = format!(
            "an overlap is a cosine: it can be above numbers from -1 to below 1, this is {m}"
        );
        return overlap.error(why).none();
    }
    table.finish();
    layer.string()?;
    if [criterion.within.is_some(), criterion.overlap.is_some()] != asked || asked == [false; 2] {
        return None;
    }
    let k = named(&layer, network)?;
    let Layer { name, shape, .. } = &network.layers()[k];
    let size = network.layers()[k].size();
    let what = format!("patterns to be recalled in layer `{name}` ({size})");
    let patterns = super::array(&of, &Place::rows(what, None, shape), resolver)?;
    Some(Recall {
        layer: k,
        memories: Memories {
            patterns: patterns.data,
            size,
        },
        criterion,
    })
}
