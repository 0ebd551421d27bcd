//! `[start]` and `[[starts]]`.

use super::cues::{self, Reader};
use super::patches;
use crate::dynamics::{Start, StartError};
use crate::model_file::keys::{CUE, EACH, START};
use crate::model_file::{ArraySpec, Entries, Field, Place, Resolver, Span, Spanned, Table, Value};
use crate::network::Masked;
use crate::study::{Case, Damaged, relax};

/// Most starts that are made before a run, which keeps a trajectory of each.
const MOST: usize = 1_000_000;

/// Where the number at this place of a list of lists stands.
fn nth_number(value: &Spanned<Value>, place: &mut usize) -> Option<Span> {
    match &value.value {
        Value::List(items) => items.iter().find_map(|item| nth_number(item, place)),
        Value::Integer(_) | Value::Float(_) if *place == 0 => Some(value.span.clone()),
        _ => {
            *place = place.checked_sub(1)?;
            None
        }
    }
}

const UNSAID: &str = "a layer that [start] does not name starts at 0, which is none of its values";

enum Begin {
    /// Damaged patterns, and the seed of the damage.
    Cues(Damaged, u64),
    At(Vec<f64>),
    /// One start for each.
    Each(Vec<Vec<f64>>),
    /// One for each picture.
    Pictures(Vec<Masked>),
    /// At the equilibrium of the layer with all others.
    Relaxed,
}

impl Reader<'_> {
    /// One case for each start; a model without a start begins at zero.
    pub fn read(
        &self,
        one: &Field<'_>,
        many: &Field<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Vec<Case> {
        if one.is_present() && many.is_present() {
            many.error("`start` and `starts` exclude each other")
                .help("one start is [start], several are [[starts]]");
            return Vec::new();
        }
        let mut tables: Vec<Table<'_>> = one.section(&START).into_iter().collect();
        tables.extend(many.sections(&START));
        if !one.is_present() && !many.is_present() {
            let start = Start::at(vec![0.0; self.network.size()]);
            if let (Err(why), true) = (start.check_values(self.network), self.is_run) {
                one.diagnostics().error(None, why.to_string()).help(UNSAID);
            }
            return vec![Case {
                label: "start".into(),
                group: "start".into(),
                start,
                target: None,
                picture: None,
            }];
        }
        if many.is_present() && tables.is_empty() {
            many.error("there is no start in `starts`");
        }
        let numbered = tables.len() > 1;
        let mut cases = Vec::new();
        for (k, table) in tables.into_iter().enumerate() {
            let default = if numbered {
                format!("start {k}")
            } else {
                "start".into()
            };
            cases.extend(self.group(table, default, resolver).unwrap_or_default());
        }
        cases
    }

    fn group(
        &self,
        mut table: Table<'_>,
        default: String,
        resolver: &mut Resolver<'_>,
    ) -> Option<Vec<Case>> {
        let diagnostics = table.diagnostics();
        let before = diagnostics.len();
        let group = super::printable(&table.key("name"), "the name of a start");
        let group = group.unwrap_or(default);
        let mut begins = Vec::new();
        for (k, layer) in self.network.layers().iter().enumerate() {
            let field = table.key(&layer.name);
            if field.is_present() {
                begins.push((k, self.begin(k, &field, resolver)?, field));
            }
        }
        let whole = table.finish();
        if diagnostics.len() > before {
            return None;
        }
        let mut count = 1;
        for (_, begin, field) in &begins {
            let many = match begin {
                Begin::Cues(cues, _) => cues.count(),
                Begin::Each(each) => each.len(),
                Begin::Pictures(all) => all.len(),
                Begin::At(_) | Begin::Relaxed => 1,
            };
            if many != 1 {
                if count != 1 && count != many {
                    let why = format!("this layer has {many} starts, another has {count}");
                    return field.error(why).none();
                }
                count = many;
            }
        }
        if count > MOST {
            let why = format!("{count} starts are more than a run keeps trajectories of, {MOST}");
            let help = "[ensemble] takes any number of them, and `attractor ensemble` runs it";
            return whole.error(why).help(help).none();
        }
        let cases = (0..count).map(|i| self.case(i, &group, &begins));
        let cases: Vec<Case> = cases.collect::<Option<_>>()?;
        for (i, case) in cases.iter().enumerate() {
            if let Err(why) = case.start.check_values(self.network)
                && self.is_run
            {
                return match self.place_of(&why, i, &begins) {
                    Some(at) => diagnostics.error(at, why.to_string()).none(),
                    None => whole.error(why.to_string()).help(UNSAID).none(),
                };
            }
            let clamped = [self.network.clamped(), &case.start.clamped].concat();
            if let Err(why) = self.network.may_clamp(&clamped) {
                return whole.error(why.to_string()).none();
            }
        }
        Some(cases)
    }

    /// Is it about this layer?
    fn is_of(&self, why: &StartError, k: usize) -> bool {
        let name = &self.network.layers()[k].name;
        matches!(why, StartError::NoValue { layer, .. } if layer == name)
    }

    /// Where the number of start `i` that is no value of its unit was typed.
    fn place_of(
        &self,
        why: &StartError,
        i: usize,
        begins: &[(usize, Begin, Field<'_>)],
    ) -> Option<Span> {
        let StartError::NoValue { neuron, .. } = why else {
            return None;
        };
        let (_, begin, field) = begins.iter().find(|(k, ..)| self.is_of(why, *k))?;
        let typed = field.value()?;
        let mut number = *neuron;
        let list = match (begin, &typed.value) {
            (Begin::At(_), _) => Some(typed),
            (Begin::Each(each), Value::Table(entries)) => {
                number += i.min(each.len() - 1) * each.first().map_or(0, Vec::len);
                let each = entries.iter().find(|(key, _)| key.value == "each");
                each.map(|(_, value)| value)
            }
            _ => None,
        };
        let exact = list.and_then(|list| nth_number(list, &mut number));
        Some(exact.unwrap_or_else(|| typed.span.clone()))
    }

    fn begin(&self, k: usize, field: &Field<'_>, resolver: &mut Resolver<'_>) -> Option<Begin> {
        let layer = &self.network.layers()[k];
        let n = layer.size();
        let has = |entries: &Entries, words: &[&str]| {
            let mut keys = entries.iter().map(|(key, _)| key.value.as_str());
            keys.any(|key| words.contains(&key))
        };
        match &field.value()?.value {
            Value::String(word) if word == "relaxed" => Some(Begin::Relaxed),
            // Of a cue it is how many there are of each pattern.
            Value::Table(entries)
                if has(entries, &["each"]) && !has(entries, &["pattern", "patterns"]) =>
            {
                let mut table = field.section(&EACH)?;
                let each = table.key("each");
                table.finish();
                let what = format!("starts of layer `{}`, one a row,", layer.name);
                let place = Place::rows(what, None, &layer.shape);
                let all = super::array(&each, &place, resolver)?;
                if all.shape[0] == 0 {
                    let name = &layer.name;
                    let why = format!("there is no start of layer `{name}` in it: it has no rows");
                    return each.error(why).none();
                }
                Some(Begin::Each(
                    all.data.chunks_exact(n).map(<[f64]>::to_vec).collect(),
                ))
            }
            Value::Table(entries) if has(entries, &["pictures"]) => {
                patches::pictures(field, (layer, self.seed), resolver).map(Begin::Pictures)
            }
            Value::Table(entries)
                if entries.iter().any(|(k, _)| k.value.starts_with("pattern")) =>
            {
                let (cues, seed) = cues::read(field.section(&CUE)?, self, k, resolver)?;
                Some(Begin::Cues(cues, seed))
            }
            _ => {
                let what = format!("the start of layer `{}`", layer.name);
                let place = Place::start(what, &layer.shape);
                let spec = ArraySpec::read(field)?;
                let array = spec.resolve(&place, resolver)?;
                Some(Begin::At(array.data))
            }
        }
    }

    fn case(&self, i: usize, group: &str, begins: &[(usize, Begin, Field<'_>)]) -> Option<Case> {
        let mut start = Start::at(vec![0.0; self.network.size()]);
        let mut label = group.to_owned();
        let mut target = None;
        let mut picture = None;
        for (k, begin, field) in begins {
            let neurons = self.network.neurons(*k);
            match begin {
                Begin::At(x) => start.x[neurons].copy_from_slice(x),
                Begin::Cues(cues, seed) => {
                    let cue = i.min(cues.count() - 1);
                    if let Err(refusal) = cues.put(self.network, cue, *seed, &mut start) {
                        return field.refuse(refusal).none();
                    }
                    target = target.or(cues.target(cue));
                    label = format!("{group}, {}", cues.label(cue));
                }
                Begin::Each(each) => {
                    let k = i.min(each.len() - 1);
                    start.x[neurons].copy_from_slice(&each[k]);
                    label = format!("{group}, {k}");
                }
                Begin::Pictures(all) => {
                    let own = &all[i.min(all.len() - 1)];
                    start = start.seeing(self.network, *k, own);
                    label = format!("{group}, {i}");
                    picture = Some((*k, own.clone()));
                }
                Begin::Relaxed => {}
            }
        }
        for (k, begin, field) in begins {
            if matches!(begin, Begin::Relaxed)
                && let Err(refusal) = relax(self.network, *k, self.input, &mut start)
            {
                return field.refuse(refusal).none();
            }
        }
        Some(Case {
            label,
            group: group.to_owned(),
            start,
            target,
            picture,
        })
    }
}
