//! `[[stimulus]]`: what is added to the input of a layer over time.

use super::layers::{flat, named};
use crate::dynamics::Settings;
use crate::model_file::keys::STIMULI;
use crate::model_file::{ArraySpec, Diagnostics, Field, Place, Resolver, Table};
use crate::network::Network;
use crate::number::number;
use crate::stimulus::{Addition, Interpolation, Shape, Stimulus};

struct Reader<'a, 'r, 'f> {
    network: &'a Network,
    /// First time and last, where they are known.
    run: Option<[f64; 2]>,
    resolver: &'r mut Resolver<'f>,
}

/// The tables `[[stimulus]]` of a run from its first time to its last.
pub(super) fn stimulus(
    tables: Vec<Table<'_>>,
    network: &Network,
    run: Option<[f64; 2]>,
    resolver: &mut Resolver<'_>,
) -> Option<Stimulus> {
    let diagnostics = resolver.diagnostics();
    let before = diagnostics.len();
    let mut reader = Reader {
        network,
        run,
        resolver,
    };
    let additions = tables.into_iter().filter_map(|t| reader.addition(t));
    let additions = additions.collect();
    if diagnostics.len() > before {
        return None;
    }
    match Stimulus::new(network, additions) {
        Ok(stimulus) => Some(stimulus),
        Err(why) => diagnostics.error(None, why.to_string()).none(),
    }
}

/// Can a run with these settings follow it? What is odd and not wrong goes to `remarks`.
pub(super) fn fits(
    stimulus: &Stimulus,
    settings: &Settings,
    remarks: &mut Vec<String>,
    diagnostics: &Diagnostics,
) {
    let Settings { t_start, t_end, .. } = *settings;
    if let Err(why) = settings.method.may_follow(stimulus) {
        diagnostics.error(None, why.to_string());
    }
    let settles = stimulus.settles();
    if settings.until_rest && settles >= t_end {
        let until = match settles.is_finite() {
            true => format!("until t = {}", number(settles)),
            false => "for ever".to_owned(),
        };
        let why = format!(
            "until = \"rest\" waits for rest until t_max = {} at the most, and the input changes {until}: nothing rests before it settles",
            number(t_end)
        );
        diagnostics.error(None, why).help(
            "give the stimulus an end (`until`), raise t_max, or integrate to a time with t_end",
        );
    }
    let stops = stimulus.stops();
    let within = stops.iter().filter(|t| (t_start..t_end).contains(*t));
    let within = within.count();
    if within as u64 >= settings.max_steps {
        let why = format!(
            "the input jumps or bends at {within} times of the run, each of which ends a step, and max_steps is {}",
            settings.max_steps
        );
        let help = "raise max_steps, or give fewer samples";
        diagnostics.error(None, why).help(help);
    }
    for addition in stimulus.additions() {
        if let Shape::Sampled { times, .. } = &addition.shape
            && let ([first, ..], [.., last]) = (&times[..], &times[..])
            && (*first >= t_end || *last <= t_start)
        {
            remarks.push(format!(
                "the samples of a stimulus, at t = {} … {}, lie outside the run, from {} to {}: it is constant there",
                number(*first),
                number(*last),
                number(t_start),
                number(t_end)
            ));
        }
    }
}

impl Reader<'_, '_, '_> {
    fn addition(&mut self, mut table: Table<'_>) -> Option<Addition> {
        let layer = table.required("layer");
        let kind = table.key("kind");
        let kind = match kind.is_present() {
            true => kind.word(&STIMULI.map(|k| k.0))?,
            false => "step",
        };
        table.rename(&format!("a stimulus of kind {kind}"));
        let (_, needed, others) = *STIMULI.iter().find(|k| k.0 == kind)?;
        let mut fields: Vec<(&str, Field<'_>)> = Vec::new();
        fields.extend(needed.iter().map(|key| (*key, table.required(key))));
        fields.extend(others.iter().map(|key| (*key, table.key(key))));
        table.finish();
        let k = named(&layer, self.network)?;
        let nothing = Field::absent(self.resolver.diagnostics());
        let field = |name: &str| {
            let found = fields.iter().find(|f| f.0 == name);
            found.map_or_else(|| nothing.clone(), |f| f.1.clone())
        };
        match kind {
            "sampled" => self.sampled(k, field),
            _ => self.lasting(k, kind, field),
        }
    }

    /// A step, a ramp or a sine.
    fn lasting<'f>(
        &mut self,
        k: usize,
        kind: &str,
        field: impl Fn(&str) -> Field<'f>,
    ) -> Option<Addition> {
        let (from, until) = (field("from"), field("until"));
        let [begins, ends] = self.times(&from, &until)?;
        if kind == "ramp" && ends.is_infinite() {
            // One that is missing is told as such.
            until.value()?;
            const STEP: &str = "an addition that does not end is a step, kind = \"step\"";
            let error = until.error("a ramp must end: at `until` it has risen to `add`");
            return error.help(STEP).none();
        }
        let phase = field("phase");
        let shape = match kind {
            "ramp" => Shape::Ramp,
            "sine" => Shape::Sine {
                period: field("period").positive()?,
                phase: if phase.is_present() {
                    phase.number()?
                } else {
                    0.0
                },
            },
            _ => Shape::Step,
        };
        Some(Addition {
            neurons: self.network.neurons(k),
            from: begins,
            until: ends,
            add: self.row(k, &field("add"))?,
            shape,
        })
    }

    /// One number for each neuron of layer `k`.
    fn row(&mut self, k: usize, add: &Field<'_>) -> Option<Vec<f64>> {
        let layer = &self.network.layers()[k];
        let what = format!("what is added to layer `{}`", layer.name);
        flat(add, &what, &layer.shape, self.resolver)
    }

    /// When it begins and ends, both within the run; from its start to for ever unless said.
    fn times(&self, from: &Field<'_>, until: &Field<'_>) -> Option<[f64; 2]> {
        let within = |t| super::solve::within(t, self.run);
        let first = self.run.map_or(0.0, |[start, _]| start);
        let begins = if from.is_present() {
            within(from.number()?)
        } else {
            first
        };
        let ends = match until.is_present() {
            true => within(until.any_number()?),
            false => f64::INFINITY,
        };
        if ends.is_nan() || ends <= begins {
            let why = format!(
                "a stimulus must end after it begins: it begins at {begins}, and ends at {ends}"
            );
            return until.error(why).none();
        }
        if let Some([start, end]) = self.run {
            let outside = format!("outside the run, from {start} to {end}");
            if !(start..=end).contains(&begins) {
                let error = from.error(format!("this stimulus begins at {begins}, {outside}"));
                let help = (begins < start).then(|| format!("from = {start} is the start"));
                return error.maybe_help(help).none();
            }
            if ends.is_finite() && ends > end {
                const LASTS: &str =
                    "without `until` it lasts to the end; a ramp must end within the run";
                let error = until.error(format!("this stimulus ends at {ends}, {outside}"));
                return error.help(LASTS).none();
            }
        }
        Some([begins, ends])
    }

    fn sampled<'f>(&mut self, k: usize, field: impl Fn(&str) -> Field<'f>) -> Option<Addition> {
        let times = self.rising(&field("times"))?;
        let layer = &self.network.layers()[k];
        let (typed, count) = (field("samples"), times.len());
        let spec = ArraySpec::read(&typed)?;
        let name = &layer.name;
        let what = format!("the samples for layer `{name}`, one row for each of {count} times");
        // A vector of one number for each time is the course of one row.
        let any = spec.resolve(&Place::any(what.clone()), self.resolver)?;
        let add = field("add");
        let (add, factors) = if any.shape == [count] {
            let add = match add.is_present() {
                true => self.row(k, &add)?,
                false => vec![1.0; layer.size()],
            };
            (add, Some(any.data))
        } else {
            if add.is_present() {
                let why = "`add` says what is added to each neuron, and so do samples with one row for each time";
                const ONE: &str = "leave `add` out, or give one sample for each time";
                return add.error(why).help(ONE).none();
            }
            if let [found] = any.shape[..]
                && layer.size() > 1
            {
                const SHAPES: &str =
                    "a vector has one number for each time; a matrix one row for each time";
                let error = typed.error(format!("there are {found} samples and {count} times"));
                return error.help(SHAPES).none();
            }
            let place = Place::rows(what, Some(count), &layer.shape);
            (spec.resolve(&place, self.resolver)?.data, None)
        };
        let interpolation = field("interpolation");
        let interpolation = match interpolation.is_present() {
            true => {
                let all = Interpolation::WORDS;
                let word = interpolation.word(&all.map(|w| w.0))?;
                all.into_iter().find(|w| w.0 == word)?.1
            }
            false => Interpolation::Linear,
        };
        Some(Addition {
            neurons: self.network.neurons(k),
            from: f64::NEG_INFINITY,
            until: f64::INFINITY,
            add,
            shape: Shape::Sampled {
                times,
                factors,
                interpolation,
            },
        })
    }

    /// Times, each later than the one before.
    fn rising(&mut self, field: &Field<'_>) -> Option<Vec<f64>> {
        let place = Place::partly("the times of the samples", vec![None]);
        let times = ArraySpec::read(field)?.resolve(&place, self.resolver)?;
        let times = times.data;
        if times.is_empty() {
            return field.error("there is no time").none();
        }
        if let Some(k) = times.windows(2).position(|t| t[0] >= t[1]) {
            let why = format!(
                "each time must be later than the one before: time {} is {}, and the one before {}",
                k + 1,
                times[k + 1],
                times[k]
            );
            return field.error(why).label("indices count from 0").none();
        }
        Some(times)
    }
}
