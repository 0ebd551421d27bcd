//! Lagrangians by their names.

use std::sync::Arc;

use super::parameters::{Entry, Port};
use super::{Entries, Field, MAX_ENTRIES, Resolver, Table, Value, nearest};
use crate::lagrangian::{DirectSum, KINDS, Kind, Lagrangian, REFUSED};
use crate::number::plural;
use crate::refusal::Refusal;

/// The table of a Lagrangian that is written as a plain word.
static NONE: Entries = Vec::new();
/// The word for several Lagrangians side by side; it is not a kind.
const BLOCKS: &str = "blocks";

/// What a model file may name: the library's list, or another one in tests.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue<'c> {
    /// The kinds.
    pub kinds: &'c [&'c Kind],
    /// Names that are refused, with the reason.
    pub refused: &'c [(&'c str, &'c str)],
}

/// The Lagrangian of a layer as it was chosen.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// One along the whole last axis.
    Uniform(Arc<dyn Lagrangian>),
    /// Several side by side, each with the number of neurons it takes.
    Blocks(Vec<(usize, Arc<dyn Lagrangian>)>),
}

impl Chosen {
    /// The Lagrangian of a layer of this shape.
    ///
    /// # Errors
    /// Says what does not fit.
    pub fn over(self, shape: &[usize]) -> Result<DirectSum, Refusal> {
        match self {
            Chosen::Uniform(lagrangian) => DirectSum::uniform(shape, lagrangian),
            Chosen::Blocks(parts) => DirectSum::blocks(shape, parts),
        }
    }
}

impl Default for Catalogue<'static> {
    fn default() -> Self {
        Catalogue {
            kinds: KINDS,
            refused: REFUSED,
        }
    }
}

impl Catalogue<'_> {
    /// Reads `"relu"`, `{ kind = "tanh", beta = 2.0 }` or `{ kind = "blocks", parts = [{ size = 3, kind = … }, …] }`.
    /// `axis` is the length of the layer's last axis, if that is known: what does not fit it is recorded here, with its
    /// place. `None` if the field is absent or wrong.
    pub fn read(
        &self,
        field: &Field<'_>,
        axis: Option<usize>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Chosen> {
        match &field.value()?.value {
            Value::String(word) => {
                let kind = self.find(word, field)?;
                let table = Table::new(&NONE, field.span(), "", field.diagnostics());
                make(kind, table, axis, resolver).map(Chosen::Uniform)
            }
            Value::Table(_) => {
                let mut table = field.table("a Lagrangian")?;
                if table.peek("kind").and_then(|v| v.value.as_text()) == Some(BLOCKS) {
                    table.key("kind");
                    return self.blocks(table, axis, resolver).map(Chosen::Blocks);
                }
                self.one(table, axis, resolver).map(Chosen::Uniform)
            }
            _ => field
                .expected("the name of a Lagrangian or a table with its `kind`")
                .none(),
        }
    }

    fn one(
        &self,
        mut table: Table<'_>,
        axis: Option<usize>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Arc<dyn Lagrangian>> {
        let kind = table.key("kind");
        if !kind.is_present() {
            let near = table.keys().find(|k| nearest(k.value, ["kind"]).is_some());
            return table
                .error("missing key `kind`")
                .label(format!("{} needs it", table.what()))
                .maybe_help(near.map(|k| format!("is `{}` meant to be `kind`?", k.value)))
                .none();
        }
        let kind = self.find(kind.string()?, &kind)?;
        make(kind, table, axis, resolver)
    }

    fn blocks(
        &self,
        mut table: Table<'_>,
        axis: Option<usize>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Vec<(usize, Arc<dyn Lagrangian>)>> {
        let field = table.required("parts");
        let parts = field.tables("a part of blocks");
        table.rename("blocks");
        table.finish();
        field.value()?;
        let count = parts.len();
        let parts = parts.into_iter().filter_map(|mut part| {
            let size = part.required("size").count(MAX_ENTRIES);
            let lagrangian = self.one(part, size, resolver);
            size.zip(lagrangian)
        });
        let parts: Vec<_> = parts.collect();
        if parts.len() < count {
            return None;
        }
        let total: usize = parts.iter().map(|(n, _)| n).sum();
        if let Some(axis) = axis
            && total != axis
        {
            let neurons = plural(total, "neuron");
            let why = format!("the parts take {neurons}, the layer has {axis} along its last axis");
            return field.error(why).none();
        }
        Some(parts)
    }

    fn find(&self, name: &str, field: &Field<'_>) -> Option<&Kind> {
        if let Some(kind) = self.kinds.iter().find(|k| k.name == name) {
            return Some(kind);
        }
        if let Some((_, why)) = self.refused.iter().find(|(n, _)| *n == name) {
            let error = field.error(format!("\"{name}\" cannot be a Lagrangian"));
            return error.help(*why).none();
        }
        if name == BLOCKS {
            const PARTS: &str = "write { kind = \"blocks\", parts = [{ size = 3, kind = … }, …] }";
            let error = field.error("blocks are made of parts, and not of blocks");
            return error.help(PARTS).none();
        }
        let mut known: Vec<&str> = self.kinds.iter().map(|k| k.name).collect();
        known.push(BLOCKS);
        let help = field.diagnostics().suggestion(name, &known);
        let error = field.error(format!("there is no Lagrangian called \"{name}\""));
        error.maybe_help(help).none()
    }
}

fn make(
    kind: &Kind,
    table: Table<'_>,
    axis: Option<usize>,
    resolver: &mut Resolver<'_>,
) -> Option<Arc<dyn Lagrangian>> {
    let (diagnostics, span) = (table.diagnostics(), table.span());
    let group = Port {
        label: String::new(),
        shape: axis.map(|n| vec![n]),
    };
    let lagrangian = entry(kind).make(table, &[group], resolver, kind.make)?;
    if let Some(n) = axis
        && let Err(refusal) = lagrangian.fits(n)
    {
        return diagnostics.refuse(span, refusal).none();
    }
    Some(lagrangian)
}

/// A kind of Lagrangian as messages name it.
pub(super) fn entry(kind: &Kind) -> Entry<'_> {
    Entry {
        list: "Lagrangian",
        name: kind.name,
        parameters: kind.parameters,
        lagrangian: sum,
    }
}

/// The Lagrangian of `n` neurons in a field, as a parameter of something else.
pub(super) fn sum(
    field: &Field<'_>,
    n: Option<usize>,
    resolver: &mut Resolver<'_>,
) -> Option<Option<DirectSum>> {
    let chosen = Catalogue::default().read(field, n, resolver)?;
    let sum = n.map(|n| chosen.over(&[n])).transpose();
    let wrong = |refusal| field.diagnostics().refuse(field.span(), refusal);
    sum.map_err(wrong).ok()
}
