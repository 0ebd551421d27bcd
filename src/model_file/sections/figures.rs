//! `[[figures]]`: the keys of each kind are those of its entry in the list.

use super::layers::named;
use super::style;
use crate::key::Form;
use crate::model_file::keys::FIGURE;
use crate::model_file::{Diagnostics, Field, Table};
use crate::monitor::Mode;
use crate::picture::{Asked, Given, KINDS, Kind, Refused};
use crate::study::Drawing;
use crate::style::Style;

/// What figures are read against.
pub(super) struct Figures<'a> {
    pub asked: Asked<'a>,
    /// Is there a [recall] table that was not understood?
    pub recall_lost: bool,
    /// The style of all figures of the model.
    pub style: &'a Style,
    pub diagnostics: &'a Diagnostics,
}

impl Figures<'_> {
    /// The figures that are named, or those that are drawn unasked; and remarks on what cannot be drawn.
    pub fn read(&self, field: &Field<'_>) -> (Vec<Drawing>, Vec<String>) {
        let mut remarks = Vec::new();
        if let Some(why) = self.asked.no_energy()
            && self.asked.lyapunov != Mode::Off
        {
            remarks.push(format!(
                "there is no figure of the energy, nor any array of it: {why}"
            ));
        }
        if field.is_present() {
            let tables = field.tables(FIGURE.what).into_iter();
            let drawings = tables.filter_map(|table| self.one(table));
            return (drawings.collect(), remarks);
        }
        let unasked = KINDS.iter().filter(|kind| (kind.unasked)(&self.asked));
        let made = unasked.filter_map(|kind| Some((kind.name, (kind.make)(&self.asked).ok()?)));
        let drawing = |(word, picture)| Drawing {
            word,
            picture,
            style: self.style.clone(),
            title: None,
            subtitle: None,
        };
        (made.map(drawing).collect(), remarks)
    }

    fn one(&self, mut table: Table<'_>) -> Option<Drawing> {
        let names: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
        let field = table.required("kind");
        let word = field.word(&names)?;
        let kind = KINDS.iter().find(|k| k.name == word)?;
        table.rename(&format!("the figure `{}`", kind.name));
        let (mut style, title, subtitle) = style::own(&mut table, self.style);
        let asked = self.given(kind, &mut table, &mut style);
        let made = asked.and_then(|asked| {
            let made = (kind.make)(&asked);
            made.map_err(|why| self.refuse(why, &table)).ok()
        });
        table.finish();
        Some(Drawing {
            word: kind.name,
            picture: made?,
            style,
            title,
            subtitle,
        })
    }

    /// What stands at the keys of a kind; none where one of them is wrong.
    fn given(&self, kind: &Kind, table: &mut Table<'_>, style: &mut Style) -> Option<Asked<'_>> {
        let mut asked = self.asked.clone();
        let mut wrong = false;
        for key in kind.keys {
            let field = table.key(key.name);
            if !field.is_present() {
                continue;
            }
            match (read(&field, key.form, &asked), key.form) {
                (None, _) => wrong = true,
                (Some(_), Form::Range) if key.name == "x" => style.x = style::ends(&field),
                (Some(_), Form::Range) => style.y = style::ends(&field),
                (Some(given), _) => asked.given.push((key.name, given)),
            }
        }
        (!wrong).then_some(asked)
    }

    fn refuse(&self, (key, refusal): Refused, table: &Table<'_>) {
        // Its own mistake is known; that a figure misses it is none.
        if key == "recall" && self.recall_lost {
            return;
        }
        let span = table.peek(key).map(|v| v.span.clone());
        self.diagnostics.refuse(span.or(table.span()), refusal);
    }
}

/// The value of a field that is there; none where it is wrong, which is recorded.
fn read(field: &Field<'_>, form: Form, asked: &Asked<'_>) -> Option<Given> {
    let network = asked.network;
    Some(match form {
        Form::Range | Form::Ends => Given::Numbers(style::ends(field)?.to_vec()),
        Form::Whole(least, most) => {
            let most = most.unwrap_or(u64::MAX);
            Given::Whole(vec![field.whole(least..=most)? as usize])
        }
        Form::Number => Given::Numbers(vec![field.number()?]),
        Form::Words(words) => Given::Word(field.word(&words())?),
        Form::Layer => Given::Whole(vec![named(field, network)?]),
        Form::Layers => {
            let items = field.items()?;
            let layers = items.iter().map(|item| named(item, network));
            Given::Whole(layers.collect::<Option<_>>()?)
        }
        Form::Neurons => {
            let layer = network.neurons(asked.one("layer", 0));
            let most = layer.len().saturating_sub(1) as u64;
            let items = field.items()?;
            let chosen = items.iter().map(|item| {
                let name = item.value().and_then(|v| v.value.as_text());
                match name.map(|name| network.neuron(name, None)) {
                    Some(Ok(neuron)) => Some(neuron),
                    Some(Err(why)) => item.refuse(why).none(),
                    None => Some(layer.start + item.whole(0..=most)? as usize),
                }
            });
            let chosen = chosen.collect::<Option<Vec<_>>>()?;
            if !matches!(chosen[..], [a, b] if a != b) {
                return field.expected("two different neurons").none();
            }
            Given::Whole(chosen)
        }
        _ => {
            let items = field.items()?.into_iter();
            Given::Numbers(items.map(|i| i.number()).collect::<Option<_>>()?)
        }
    })
}
