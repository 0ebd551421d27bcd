//! The parameters of an entry of a list, from the table that names it.

use super::array::Form as ArrayForm;
use super::{ArraySpec, Field, Place, Resolver, Span, Table, Value, simplices};
use crate::kernels::Weights;
use crate::key::{Form, Key};
use crate::lagrangian::{Array, Axis, DirectSum, Parameters};
use crate::refusal::Refusal;

/// An entry of a list, as messages name it.
#[derive(Clone, Copy)]
pub(super) struct Entry<'e> {
    /// The list: "Lagrangian", "synapse".
    pub list: &'e str,
    pub name: &'e str,
    pub parameters: &'e [Key],
    /// How a parameter that is a Lagrangian is read.
    pub lagrangian: ReadLagrangian,
}

/// Reads the Lagrangian of so many neurons: none where it is wrong, which is recorded; none within where their number is not known.
pub(super) type ReadLagrangian =
    fn(&Field<'_>, Option<usize>, &mut Resolver<'_>) -> Option<Option<DirectSum>>;

/// A layer that parameters are about: what a synapse joins, or the group of a Lagrangian.
pub(super) struct Port {
    /// How messages name it: `` `features` (64) ``; empty for a group.
    pub label: String,
    /// Its shape, if that is known.
    pub shape: Option<Vec<usize>>,
}

impl Port {
    fn size(&self) -> Option<usize> {
        self.shape.as_ref().map(|s| s.iter().product())
    }
}

impl<'e> Entry<'e> {
    /// What `make` makes of the parameters in the table; none if something is wrong, which has been recorded at its place.
    /// Sees to it that the table holds nothing else.
    pub fn make<T>(
        self,
        mut table: Table<'_>,
        ports: &[Port],
        resolver: &mut Resolver<'_>,
        make: impl FnOnce(&mut dyn Parameters) -> Result<T, Refusal>,
    ) -> Option<T> {
        let mut typed = Typed {
            entry: self,
            table: &mut table,
            ports,
            resolver,
            recorded: false,
        };
        let made = make(&mut typed);
        if let (Err(refusal), false) = (&made, typed.recorded) {
            typed.refuse(refusal.clone());
        }
        self.finish(table);
        made.ok()
    }

    /// Records every key of the table that is no parameter and that nobody has asked for.
    pub fn finish(self, mut table: Table<'_>) {
        for parameter in self.parameters {
            table.key(parameter.name);
        }
        table.rename(&format!("the {} `{}`", self.list, self.name));
        table.finish_saying(|key| Some(self.lacking(key)));
    }

    /// That it has no parameter of this name, and which it has.
    pub fn lacking(self, name: &str) -> String {
        let known: Vec<&str> = self.parameters.iter().map(|p| p.name).collect();
        let known = match &known[..] {
            [] => ", nor any other".to_owned(),
            _ => format!("; it has: {}", known.join(", ")),
        };
        format!("{} has no parameter `{name}`{known}", self.name)
    }

    /// The parameter of this name.
    pub fn key(self, name: &str) -> Option<&'e Key> {
        self.parameters.iter().find(|p| p.name == name)
    }

    fn meaning(self, name: &str) -> Option<String> {
        Some(format!("{name}: {}", self.key(name)?.about))
    }
}

struct Typed<'t, 'a, 'r, 'f> {
    entry: Entry<'t>,
    table: &'t mut Table<'a>,
    ports: &'t [Port],
    resolver: &'r mut Resolver<'f>,
    // A mistake is recorded already, with its place; the refusal only ends the construction.
    recorded: bool,
}

impl<'a> Typed<'_, 'a, '_, '_> {
    /// What was read of a field that is there.
    fn read<T>(
        &mut self,
        field: &Field<'_>,
        read: impl FnOnce(&Field<'_>) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        if !field.is_present() {
            return Ok(None);
        }
        let value = read(field);
        self.recorded |= value.is_none();
        let told = || Refusal::new(field.name(), "is not what it should be");
        value.map(Some).ok_or_else(told)
    }

    /// The place of an array with these axes.
    fn place(&self, name: &str, axes: &[Axis], is_number: bool) -> Place {
        let total = || self.ports.iter().map(Port::size).sum();
        let length = |axis: &Axis| match *axis {
            Axis::Any => is_number.then_some(1),
            Axis::Each(n, _) => Some(n),
            Axis::Layer(k) => self.ports[k].size(),
            Axis::Layers => total(),
        };
        let last = match (axes.last(), self.ports) {
            (Some(Axis::Layer(k)), _) => self.ports[*k].shape.clone(),
            (Some(Axis::Layers), [one]) => one.shape.clone(),
            (Some(Axis::Layers), _) => total().map(|n| vec![n]),
            _ => None,
        };
        let lengths = axes.iter().map(length).collect();
        // A row may be a picture, one entry of an array of three axes may not.
        let last = last.filter(|_| axes.len() <= 2).unwrap_or_default();
        Place::partly(self.what(name, axes), lengths).over(&last)
    }

    /// "weights of `dense` from `features` (64) to `hidden` (100)".
    fn what(&self, name: &str, axes: &[Axis]) -> String {
        let label = |k: usize| self.ports[k].label.as_str();
        let whole = format!("{name} of `{}`", self.entry.name);
        match *axes {
            [Axis::Each(_, thing)] => format!("{whole}, one entry a {thing},"),
            [Axis::Layer(to), Axis::Layer(from)] if to != from => {
                format!("{whole} from {} to {}", label(from), label(to))
            }
            _ if self.ports.iter().any(|p| p.label.is_empty()) => format!("`{name}`"),
            _ => {
                let all: Vec<&str> = self.ports.iter().map(|p| p.label.as_str()).collect();
                format!("{whole} in {}", all.join(" and "))
            }
        }
    }

    fn span(&self, refusal: &Refusal) -> Option<Span> {
        let value = self.table.peek(&refusal.what)?;
        let within = match (&value.value, refusal.entry) {
            (Value::List(items), Some(k)) => items.get(k),
            _ => None,
        };
        Some(within.unwrap_or(value).span.clone())
    }
}

impl Parameters for Typed<'_, '_, '_, '_> {
    fn number(&mut self, name: &'static str) -> Result<Option<f64>, Refusal> {
        let field = self.table.key(name);
        self.read(&field, |f| f.number())
    }

    fn word(&mut self, name: &'static str) -> Result<Option<&'static str>, Refusal> {
        let field = self.table.key(name);
        let words = self.entry.key(name).map(|key| key.form);
        self.read(&field, |f| match words {
            Some(Form::Words(words)) => f.word(&words()),
            _ => None,
        })
    }

    fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Refusal> {
        let field = self.table.key(name);
        self.read(&field, |f| f.boolean())
    }

    fn array(&mut self, name: &'static str, axes: &[Axis]) -> Result<Option<Array>, Refusal> {
        let field = self.table.key(name);
        let spec = self.read(&field, ArraySpec::read)?;
        let Some(spec) = spec else { return Ok(None) };
        let place = self.place(name, axes, matches!(spec.form, ArrayForm::Number(_)));
        let array = spec.resolve(&place, self.resolver);
        self.read(&field, |_| array)
    }

    fn sparse(&mut self, name: &'static str, axes: &[Axis]) -> Result<Option<Weights>, Refusal> {
        // What is wrong with the value itself is told once, where it is read as an array.
        let is_table = |v: &Value| matches!(v, Value::Table(_));
        if !self.table.peek(name).is_some_and(|v| is_table(&v.value)) {
            return Ok(None);
        }
        let field = self.table.key(name);
        let Some(spec) = self.read(&field, ArraySpec::read)? else {
            return Ok(None);
        };
        let place = self.place(name, axes, false);
        match spec.sparse(&place, self.resolver) {
            Some(found) => self.read(&field, |_| found),
            None => Ok(None),
        }
    }

    fn simplices(
        &mut self,
        name: &'static str,
        n: usize,
    ) -> Result<Option<Vec<Vec<usize>>>, Refusal> {
        let field = self.table.key(name);
        self.read(&field, |f| simplices::read(f, n))
    }

    fn lagrangian(
        &mut self,
        name: &'static str,
        n: Option<usize>,
    ) -> Result<Option<DirectSum>, Refusal> {
        let field = self.table.key(name);
        let sum = (self.entry.lagrangian)(&field, n, self.resolver);
        match self.read(&field, |_| sum)? {
            Some(None) => {
                let why = "is for a number of neurons that is not known";
                Err(Refusal::new(name, why))
            }
            sum => Ok(sum.flatten()),
        }
    }

    fn missing(&mut self, name: &'static str) -> Refusal {
        self.recorded = true;
        self.table.required_meaning(name, self.entry.meaning(name));
        Refusal::new(name, "is missing")
    }

    fn refuse(&mut self, refusal: Refusal) -> Refusal {
        self.recorded = true;
        let at = self.span(&refusal).or(self.table.span());
        let meaning = || self.entry.meaning(&refusal.what);
        let help = refusal.help.clone().or_else(meaning);
        let why = format!("`{}` {}", refusal.place(), refusal.why);
        self.table.diagnostics().error(at, why).maybe_help(help);
        refusal
    }
}
