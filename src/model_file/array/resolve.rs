//! From what was typed to numbers.

use super::super::nearest::suggestion;
use super::super::{Diagnostics, Span};
use super::made::{draw, square};
use super::one_of;
use super::resolver::DEPTH;
use super::rule::learned;
use super::{Array, ArraySpec, Form, Place, Resolver, entries, file, shape_text};
use crate::learning::rules::{outer_products, recalls};
use crate::number::plural;

impl ArraySpec {
    /// The array for `place`, `None` with the reason recorded. It has the place's shape and finite entries.
    pub fn resolve(&self, place: &Place, resolver: &mut Resolver<'_>) -> Option<Array> {
        let Array { shape, data } = self.finite(place, resolver)?;
        let Some(fitted) = place.fit(&shape) else {
            self.misfit(place, &shape, resolver.diagnostics());
            return None;
        };
        let array = Array {
            shape: fitted,
            data,
        };
        resolver.made(&self.span, &array);
        Some(array)
    }

    /// The array before it is held against the place, its entries finite.
    fn finite(&self, place: &Place, resolver: &mut Resolver<'_>) -> Option<Array> {
        let array = self.numbers(place, resolver)?;
        if let Some(i) = array.data.iter().position(|x| !x.is_finite()) {
            let at = index_text(i, &array.shape);
            let why = format!("{}: entry {at} is {}", place.what, array.data[i]);
            return resolver
                .diagnostics()
                .error(self.span.clone(), why)
                .label("all entries must be finite; indices count from 0")
                .none();
        }
        Some(array)
    }

    /// Does its shape come from the place that it is for?
    pub(super) fn takes_shape(&self, resolver: &Resolver<'_>, depth: usize) -> bool {
        // Arrays that name each other without end are told of when they are read.
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        match &self.form {
            Form::Number(_) | Form::Identity(_) => true,
            Form::List(_) | Form::File(_) => false,
            Form::Random(spec) => spec.shape.is_none(),
            Form::OneOf(spec) => spec.shape.is_none(),
            Form::Named(name) => {
                let named = resolver.patterns.get(name).and_then(Option::as_ref);
                named.is_some_and(|spec| spec.takes_shape(resolver, depth))
            }
            Form::Hebbian { patterns: of, .. }
            | Form::Clipped { patterns: of, .. }
            | Form::HalfNorm { rows: of, .. }
            | Form::Mean(of)
            | Form::Scaled { of, .. } => of.takes_shape(resolver, depth),
            Form::Rule(spec) => spec.patterns.takes_shape(resolver, depth),
            Form::Stack(rows) => rows.iter().any(|row| row.takes_shape(resolver, depth)),
        }
    }

    /// The array as it is made. The place's shape is passed on to what has none of its own.
    fn numbers(&self, place: &Place, resolver: &mut Resolver<'_>) -> Option<Array> {
        if resolver.depth >= DEPTH {
            let why = format!("arrays are made from arrays more than {DEPTH} times over");
            return resolver.diagnostics().error(self.span.clone(), why).none();
        }
        resolver.depth += 1;
        let array = self.made(place, resolver);
        resolver.depth -= 1;
        array
    }

    fn made(&self, place: &Place, resolver: &mut Resolver<'_>) -> Option<Array> {
        let diagnostics = resolver.diagnostics();
        let shaped = |shape: Vec<usize>| {
            let n = entries(&shape).map_err(|why| diagnostics.error(self.span.clone(), why));
            Some((n.ok()?, shape))
        };
        match &self.form {
            Form::Number(x) => {
                let shape = match &place.shape {
                    None => Vec::new(),
                    Some(_) => self.shape_of(place, "one number takes", diagnostics)?,
                };
                let (n, shape) = shaped(shape)?;
                let data = vec![*x; n];
                Some(Array { shape, data })
            }
            Form::List(array) => Some(array.clone()),
            Form::Named(name) => named(name, &self.span, place, resolver),
            Form::File(spec) => file::read(spec, resolver),
            Form::Random(spec) => {
                let shape = match &spec.shape {
                    Some(shape) => shape.clone(),
                    None => self.shape_of(place, "random numbers take", diagnostics)?,
                };
                let (n, shape) = shaped(shape)?;
                draw(spec, n, shape, &self.span, diagnostics)
            }
            Form::OneOf(spec) => {
                let shape = match &spec.shape {
                    Some(shape) => shape.clone(),
                    None => self.shape_of(place, "draws of one value each take", diagnostics)?,
                };
                let (n, shape) = shaped(shape)?;
                one_of::draw(spec, n, shape, &self.span, diagnostics)
            }
            Form::Clipped { patterns, groups } => {
                let neurons = place.shape.as_ref().and_then(|s| s.last().copied());
                let from = Place::partly("patterns of `clipped`", vec![None, neurons.flatten()]);
                let xi = patterns.resolve(&from, resolver)?;
                let size = xi.shape[1];
                let (n, shape) = shaped(vec![size, size])?;
                if size % groups != 0 {
                    let why =
                        format!("groups of {groups} do not fill the {size} neurons of a pattern");
                    return diagnostics.error(self.span.clone(), why).none();
                }
                let data = one_of::clipped(&xi.data, size, n, *groups);
                Some(Array { shape, data })
            }
            Form::Identity(c) => {
                let shape = self.shape_of(place, "a unit matrix takes", diagnostics)?;
                let (n, shape) = shaped(shape)?;
                let size = square(&shape, "a unit matrix", &self.span, diagnostics)?;
                let mut data = vec![0.0; n];
                data.iter_mut().step_by(size + 1).for_each(|x| *x = *c);
                Some(Array { shape, data })
            }
            Form::Hebbian {
                patterns,
                to,
                next,
                scale,
                zero_diagonal,
            } => {
                let (rows, columns) = match place.shape.as_deref() {
                    Some([a, b]) => (*a, *b),
                    _ => (None, None),
                };
                let within = to.is_none().then_some(columns.or(rows)).flatten();
                let neurons = if to.is_some() { columns } else { within };
                let from = Place::partly("patterns of `hebbian`", vec![None, neurons]);
                let xi = patterns.resolve(&from, resolver)?;
                let (count, size) = (xi.shape[0], xi.shape[1]);
                let scale = scale.unwrap_or(1.0 / size as f64);
                let eta = match to {
                    Some(to) => {
                        let place = Place::partly("`to` of `hebbian`", vec![Some(count), rows]);
                        Some(to.resolve(&place, resolver)?)
                    }
                    None => None,
                };
                let called = eta.as_ref().unwrap_or(&xi);
                let (_, shape) = shaped(vec![called.shape[1], size])?;
                let mut data = match (&eta, next % count.max(1)) {
                    (None, 0) => outer_products(&xi.data, size, scale),
                    (_, next) => recalls(
                        [&called.data, &xi.data],
                        [called.shape[1], size],
                        next,
                        scale,
                    ),
                };
                if *zero_diagonal {
                    let size = square(&shape, "an array with a diagonal", &self.span, diagnostics)?;
                    data.iter_mut().step_by(size + 1).for_each(|x| *x = 0.0);
                }
                Some(Array { shape, data })
            }
            Form::Rule(spec) => learned(spec, &self.span, place, resolver),
            Form::Scaled { of, by, shift } => {
                let mut array = of.numbers(place, resolver)?;
                file::adjust(&mut array.data, *by, *shift);
                Some(array)
            }
            Form::Stack(parts) => {
                let mut data = Vec::new();
                let mut length = None;
                for part in parts {
                    let row = part.resolve(&Place::any("a row of `stack`"), resolver)?;
                    let wanted = *length.get_or_insert(row.data.len());
                    if row.data.len() != wanted {
                        let found = row.data.len();
                        let why = format!(
                            "this row of `stack` has {}, the first has {wanted}",
                            plural(found, "entry")
                        );
                        return diagnostics.error(part.span.clone(), why).none();
                    }
                    data.extend(row.data);
                }
                let (_, shape) = shaped(vec![parts.len(), length.unwrap_or(0)])?;
                Some(Array { shape, data })
            }
            Form::Mean(of) => {
                let columns = place.known().map(|shape| shape.iter().product());
                let from = place.of_rows("rows of `mean_of`", columns);
                let rows = of.resolve(&from, resolver)?;
                let (count, size) = (rows.shape[0], rows.shape[1]);
                if count == 0 {
                    let why = "`mean_of` has no rows, of which there is no mean";
                    return diagnostics.error(self.span.clone(), why).none();
                }
                let mut data = vec![0.0; size];
                for row in rows.data.chunks_exact(size.max(1)) {
                    let all = data.iter_mut().zip(row);
                    all.for_each(|(m, x)| *m += x / count as f64);
                }
                let shape = place.known().unwrap_or_else(|| vec![size]);
                Some(Array { shape, data })
            }
            Form::HalfNorm { rows, sign } => {
                let count = match place.shape.as_deref() {
                    Some([n]) => *n,
                    _ => None,
                };
                let place = Place::partly("rows of `half_norm_of`", vec![count, None]);
                let xi = rows.resolve(&place, resolver)?;
                let half = |row: &[f64]| sign * 0.5 * row.iter().map(|x| x * x).sum::<f64>();
                let size = xi.shape[1].max(1);
                let mut data: Vec<f64> = xi.data.chunks_exact(size).map(half).collect();
                // Rows without entries leave no chunks.
                data.resize(xi.shape[0], 0.0);
                Some(Array {
                    shape: vec![xi.shape[0]],
                    data,
                })
            }
        }
    }

    /// The place's shape, which this form needs in full.
    fn shape_of(&self, place: &Place, who: &str, diagnostics: &Diagnostics) -> Option<Vec<usize>> {
        let known = place.known();
        if known.is_none() {
            let help = match self.form {
                Form::Random(_) | Form::OneOf(_) => "add shape = [rows, columns]",
                _ => "write the array as a list or read it from a file",
            };
            let why = format!(
                "{}: {who} the shape of this place, which is not fixed",
                place.what
            );
            diagnostics.error(self.span.clone(), why).help(help);
        }
        known
    }

    pub(super) fn misfit(&self, place: &Place, found: &[usize], diagnostics: &Diagnostics) {
        let turned: Vec<usize> = found.iter().rev().copied().collect();
        let turn = found.len() == 2 && place.fit(&turned).is_some();
        let help = match &self.form {
            Form::File(spec) if turn && !spec.transpose => {
                Some("transpose = true would turn it round".to_owned())
            }
            Form::File(_) if turn => Some("without transpose = true it would fit".to_owned()),
            _ if turn => Some("its transpose would fit".to_owned()),
            _ => place.advice(found),
        };
        let why = format!(
            "{} must be {}, found {}",
            place.what,
            place.text(),
            shape_text(found)
        );
        diagnostics.error(self.span.clone(), why).maybe_help(help);
    }
}

fn named(name: &str, span: &Span, place: &Place, resolver: &mut Resolver<'_>) -> Option<Array> {
    let diagnostics = resolver.diagnostics();
    let Some(spec) = resolver.patterns.get(name).cloned() else {
        if resolver.unknown {
            return None;
        }
        let help = (!diagnostics.is_crowded()).then(|| {
            let known: Vec<&str> = resolver.patterns.keys().map(String::as_str).collect();
            file_help(name).or_else(|| suggestion(name, &known))
        });
        let why = format!("there is no pattern called \"{name}\"");
        return diagnostics
            .error(span.clone(), why)
            .maybe_help(help.flatten())
            .none();
    };
    resolver.used.insert(name.to_owned());
    let spec = spec?;
    if resolver.chain.iter().any(|n| n == name) {
        let mut chain = resolver.chain.clone();
        chain.push(name.to_owned());
        return diagnostics
            .error(span.clone(), "these patterns name each other without end")
            .label(chain.join(" → "))
            .none();
    }
    resolver.chain.push(name.to_owned());
    // What is wrong with its numbers is wrong with the entry, whoever uses it; its shape is a matter of the use.
    let entry = place.renamed(format!("pattern `{name}`"));
    let array = spec.finite(&entry, resolver);
    resolver.chain.pop();
    if let Some(array) = &array {
        resolver.made(&spec.span, array);
    }
    array
}

/// A name that is one of a file.
fn file_help(name: &str) -> Option<String> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending
        .is_some_and(|ending| file::ENDINGS.contains(&ending))
        .then(|| format!("a file is written {{ file = \"{name}\" }}"))
}

/// `[3, 17]` for a flat index.
fn index_text(flat: usize, shape: &[usize]) -> String {
    let mut rest = flat;
    let mut index = vec![0; shape.len()];
    for (i, n) in index.iter_mut().zip(shape).rev() {
        *i = rest % n;
        rest /= n;
    }
    format!("{index:?}")
}
