//! `[[figures]]`: the keys of each kind are those of its entry in the list.

use super::layers::named;
use super::style;
use crate::analysis::Space;
use crate::model_file::keys::FIGURE;
use crate::model_file::{Diagnostics, Field, Span, Table};
use crate::monitor::Mode;
use crate::picture::{Asked, Given, KINDS, Key, Kind, SPACES, Takes};
use crate::refusal::Refusal;
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
        let word = table.required("kind").word(&names);
        let kind = |word: &str| KINDS.iter().find(|k| k.name == word);
        let Some((kind, at)) = word.and_then(|w| Some((kind(w.value)?, w.span))) else {
            drop(table);
            return None;
        };
        table.rename(&format!("the figure `{}`", kind.name));
        let (mut style, title, subtitle) = style::own(&mut table, self.style);
        let asked = self.given(kind, &mut table, &mut style);
        let made = asked.and_then(|asked| {
            let made = (kind.make)(&asked);
            made.map_err(|why| self.refuse(why, &mut table, &at)).ok()
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
            match read(&field, key, &asked) {
                None => wrong = true,
                Some(Given::Ends(ends)) if key.takes == Takes::Range => match key.name {
                    "x" => style.x = Some(ends),
                    _ => style.y = Some(ends),
                },
                Some(given) => asked.given.push((key.name, given)),
            }
        }
        (!wrong).then_some(asked)
    }

    fn refuse(&self, why: Refusal, table: &mut Table<'_>, kind: &Span) {
        // Its own mistake is known; that a figure misses it is none.
        if why.what == "recall" && self.recall_lost {
            return;
        }
        let span = match why.what.as_str() {
            "kind" => Some(kind.clone()),
            key => table.peek(key).map(|v| v.span.clone()).or(table.span()),
        };
        let error = self.diagnostics.error(span, why.why);
        error.maybe_help(why.help);
    }
}

/// The value of a field that is there; none where it is wrong, which is recorded.
fn read(field: &Field<'_>, key: &Key, asked: &Asked<'_>) -> Option<Given> {
    Some(match key.takes {
        Takes::Range | Takes::Ends => Given::Ends(style::ends(field)?),
        Takes::Numbers => {
            let numbers = field.items()?.into_iter();
            Given::Numbers(
                numbers
                    .map(|i| Some(i.number()?.value))
                    .collect::<Option<_>>()?,
            )
        }
        Takes::Whole(least, most) => Given::Whole(field.whole(least..=most)?.value as usize),
        Takes::Space => Given::Space(match field.word(&SPACES)?.value {
            "state" => Space::State,
            _ => Space::Activation,
        }),
        Takes::Layer => Given::Layers(vec![named(field, asked.network)?]),
        Takes::Layers => {
            let items = field.items()?;
            let layers = items.iter().map(|item| named(item, asked.network));
            Given::Layers(layers.collect::<Option<_>>()?)
        }
        Takes::Neurons => {
            let most = asked.network.neurons(asked.layer()).len().saturating_sub(1) as u64;
            let items = field.items()?;
            let chosen: Option<Vec<_>> = items.iter().map(|i| i.whole(0..=most)).collect();
            match chosen?[..] {
                [ref a, ref b] if a.value != b.value => {
                    Given::Neurons([a.value as usize, b.value as usize])
                }
                _ => {
                    field.expected("two different neurons");
                    return None;
                }
            }
        }
    })
}
