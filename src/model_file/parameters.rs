//! The parameters of a Lagrangian from the table that names it.

use std::sync::Arc;

use super::{ArraySpec, Field, Place, Resolver, Span, Table};
use crate::lagrangian::{Kind, Lagrangian, Parameters};

/// Makes a Lagrangian of a kind that is known, and sees to it that its table holds nothing else.
pub(super) fn make(
    kind: &Kind,
    mut table: Table<'_>,
    axis: Option<usize>,
    resolver: &mut Resolver<'_>,
) -> Option<Arc<dyn Lagrangian>> {
    let diagnostics = table.diagnostics();
    let span = table.span();
    let mut typed = Typed {
        table: &mut table,
        axis,
        resolver,
        asked: Vec::new(),
        recorded: false,
    };
    let made = (kind.make)(&mut typed);
    let (asked, recorded) = (std::mem::take(&mut typed.asked), typed.recorded);
    for (name, _) in kind.parameters {
        table.key(name);
    }
    table.rename(&format!("the Lagrangian `{}`", kind.name));
    let lack = |key: &str| Some(lacking(kind, key));
    let lagrangian = match made {
        Ok(lagrangian) => lagrangian,
        Err(_) if recorded => {
            table.finish_saying(lack);
            return None;
        }
        Err(why) => {
            // Which parameter it is about, as far as one can tell: the one it names.
            let words = || why.split(|c: char| !c.is_alphanumeric() && c != '_');
            let about = asked
                .iter()
                .find(|(name, at)| at.is_some() && words().any(|w| w == *name));
            let at = about.and_then(|(_, at)| at.clone()).or(span);
            diagnostics.error(at, why).maybe_help(parameters(kind));
            table.finish_saying(lack);
            return None;
        }
    };
    table.finish_saying(lack);
    if let Some(n) = axis
        && let Err(why) = lagrangian.fits(n)
    {
        diagnostics.error(span, format!("{}: {why}", lagrangian.describe()));
        return None;
    }
    Some(lagrangian)
}

/// That a kind has no parameter of this name, and which it has.
pub(super) fn lacking(kind: &Kind, name: &str) -> String {
    let known: Vec<&str> = kind.parameters.iter().map(|(name, _)| *name).collect();
    let known = match &known[..] {
        [] => ", nor any other".to_owned(),
        _ => format!("; it has: {}", known.join(", ")),
    };
    format!("{} has no parameter `{name}`{known}", kind.name)
}

fn parameters(kind: &Kind) -> Option<String> {
    let said = |(name, meaning): &(&str, &str)| format!("{name} ({meaning})");
    let list: Vec<String> = kind.parameters.iter().map(said).collect();
    (!list.is_empty()).then(|| {
        let list = list.join(", ");
        format!("parameters of {}, with their defaults: {list}", kind.name)
    })
}

/// Parameters in a table of a model file.
struct Typed<'t, 'a, 'r, 'f> {
    table: &'t mut Table<'a>,
    axis: Option<usize>,
    resolver: &'r mut Resolver<'f>,
    // What was asked for, and where it stands.
    asked: Vec<(&'static str, Option<Span>)>,
    // A mistake is recorded already, with its place; the error text only ends the construction.
    recorded: bool,
}

impl<'a> Typed<'_, 'a, '_, '_> {
    fn ask(&mut self, name: &'static str) -> Field<'a> {
        let field = self.table.key(name);
        self.asked.push((name, field.span()));
        field
    }

    fn or_recorded<T>(&mut self, value: Option<T>) -> Result<T, String> {
        value.ok_or_else(|| {
            self.recorded = true;
            "recorded".into()
        })
    }
}

impl Parameters for Typed<'_, '_, '_, '_> {
    fn number(&mut self, name: &'static str, default: Option<f64>) -> Result<f64, String> {
        let field = self.ask(name);
        if !field.is_present() {
            return default.ok_or_else(|| format!("missing parameter `{name}`"));
        }
        let number = field.number().map(|x| x.value);
        self.or_recorded(number)
    }

    fn vector(&mut self, name: &'static str) -> Result<Vec<f64>, String> {
        let field = self.ask(name);
        if !field.is_present() {
            return Ok(Vec::new());
        }
        let place = Place::partly(field.name(), vec![self.axis]);
        let array = ArraySpec::read(&field)
            .and_then(|spec| spec.resolve(&place, self.resolver, field.diagnostics()));
        self.or_recorded(array.map(|a| a.data))
    }
}
