//! `[recall]` and `[[figures]]`.

use super::layers::unknown;
use crate::analysis::Memories;
use crate::experiment::{PatternPicture, Picture, Recall};
use crate::model_file::{Diagnostics, Field, Place, Resolver, Table};
use crate::network::Network;

/// `[recall]`: the layer, its memories, and how near is recalled.
pub(super) fn recall(
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
    let patterns = super::array(&of, &Place::partly(what, vec![None, Some(size)]), resolver)?;
    Some(Recall {
        layer: k,
        memories: Memories {
            patterns: patterns.data,
            size,
        },
        within: within?.value,
    })
}

/// `[[figures]]`; without any, the energy, and the patterns where recall is asked of a layer that is a picture.
pub(super) fn pictures(
    field: &Field<'_>,
    recall: Option<(&Recall, &Network)>,
    diagnostics: &Diagnostics,
) -> Vec<Picture> {
    let own_shape = recall.and_then(|(r, network)| plane(&network.layers()[r.layer].shape));
    let default = PatternPicture {
        shape: [0, 0],
        times: vec![0.5, 1.0, 2.0],
        rows: 10,
    };
    if !field.is_present() {
        let mut pictures = vec![Picture::Energy];
        pictures
            .extend(own_shape.map(|shape| Picture::Patterns(PatternPicture { shape, ..default })));
        return pictures;
    }
    let mut pictures = Vec::new();
    for mut table in field.tables("a figure") {
        let kind = table.required("kind").word(&Picture::WORDS);
        let span = table.span();
        match kind.as_ref().map(|k| k.value) {
            Some("patterns") => {
                let mut picture = default.clone();
                let shape = table.key("shape");
                let typed = shape.items().and_then(|items| {
                    let axes: Option<Vec<_>> = items.iter().map(|i| i.whole(1..=4096)).collect();
                    axes.map(|a| a.iter().map(|n| n.value as usize).collect::<Vec<_>>())
                });
                let times = table.key("times").items();
                if let Some(times) = times {
                    picture.times = times
                        .iter()
                        .filter_map(|t| t.number())
                        .map(|t| t.value)
                        .collect();
                }
                if let Some(rows) = table.key("rows").whole(1..=100) {
                    picture.rows = rows.value as usize;
                }
                let Some((r, _)) = recall else {
                    diagnostics.error(span, "a figure of patterns needs a [recall] table");
                    table.finish();
                    continue;
                };
                let wanted = typed
                    .as_deref()
                    .and_then(plane)
                    .or(own_shape.filter(|_| typed.is_none()));
                match wanted.filter(|[h, w]| h * w == r.memories.size) {
                    Some(shape) => {
                        picture.shape = shape;
                        pictures.push(Picture::Patterns(picture));
                    }
                    None => {
                        let n = r.memories.size;
                        diagnostics
                            .error(
                                shape.span().or(span),
                                format!("a pattern of {n} neurons needs a shape of {n} pixels"),
                            )
                            .help("shape = [rows, columns]");
                    }
                }
            }
            Some(_) => pictures.push(Picture::Energy),
            None => {
                drop(table);
                continue;
            }
        }
        table.finish();
    }
    pictures
}

/// Rows and columns of a layer's shape, a flat square one included.
fn plane(shape: &[usize]) -> Option<[usize; 2]> {
    match *shape {
        [h, w] | [1, h, w] => Some([h, w]),
        [n] => {
            let side = (n as f64).sqrt().round() as usize;
            (side * side == n && side > 1).then_some([side, side])
        }
        _ => None,
    }
}
