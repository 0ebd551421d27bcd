//! The loop in which a network learns.
//!
//! What is drawn in an epoch depends on the seed and the number of the epoch alone, so that a training that goes on from a [`State`] has the
//! bits of one that was never interrupted.

use super::blown::Scale;
use super::rule::not_made;
use super::{
    Epoch, Examples, Lesson, Optimiser, Parameters, Phases, Plan, Rule, Score, State, Told, Trained,
};
use crate::dynamics::Start;
use crate::network::Network;
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Order.place();
/// A parameter as large as this has diverged, and so has a state that moves as fast: activations are all noise.
const BEYOND: f64 = 1e8;
/// Rows that are scored together.
const SCORED: usize = 256;

/// What learns from what.
#[derive(Clone, Copy, Debug)]
pub struct Pupil<'a> {
    /// The network as it is at the beginning.
    pub network: &'a Network,
    /// Which of its parameters learn.
    pub parameters: &'a Parameters,
    /// The examples.
    pub examples: &'a Examples,
    /// How phases are run.
    pub phases: Phases<'a>,
    /// Where the network stands before examples are put in.
    pub base: &'a Start,
}

impl<'a> Pupil<'a> {
    fn lesson(
        &'a self,
        network: &'a Network,
        plan: &Plan,
        (epoch, iteration): (usize, usize),
    ) -> Lesson<'a> {
        Lesson {
            network,
            parameters: self.parameters,
            examples: self.examples,
            phases: self.phases,
            base: self.base,
            seed: plan.seed,
            iteration,
            epoch,
        }
    }

    /// The score of rows.
    ///
    /// # Errors
    /// A phase that fails.
    pub fn score(
        &self,
        rule: &dyn Rule,
        network: &Network,
        plan: &Plan,
        (epoch, rows): (usize, &[usize]),
    ) -> Result<Score, Refusal> {
        let lesson = self.lesson(network, plan, (epoch, 0));
        let mut sum = Score::default();
        let (mut right, mut any) = (0.0, false);
        for part in rows.chunks(SCORED) {
            awake(self)?;
            let own = rule.score(&lesson, part)?;
            let count = part.len() as f64;
            sum.loss += own.loss * count;
            any |= own.right.is_some();
            right += own.right.unwrap_or(0.0) * count;
        }
        let count = rows.len().max(1) as f64;
        Ok(Score {
            loss: sum.loss / count,
            right: any.then_some(right / count),
        })
    }
}

/// Goes through the examples until the plan is done, from the beginning or from where a training stands.
///
/// # Errors
/// What the rule refuses, rows that there are not, parameters or losses that are no longer finite or grow without end: with the epoch and
/// what to try. `tell` has seen by then where the training stood before.
pub fn train(
    pupil: &Pupil<'_>,
    rule: &mut dyn Rule,
    (plan, optimiser): (&Plan, Optimiser),
    from: Option<State>,
    tell: &mut dyn FnMut(Told<'_>),
) -> Result<Trained, Refusal> {
    let Pupil {
        network,
        parameters,
        examples,
        phases,
        ..
    } = *pupil;
    plan.check(examples, network)?;
    rule.check(network, examples)?;
    let mut state = from.unwrap_or_else(|| State {
        values: parameters.values(network),
        optimiser,
        kept: Vec::new(),
        epochs: Vec::new(),
        best: None,
    });
    if state.values.len() != parameters.count() {
        let why = format!(
            "has {} parameters, this network has {}",
            state.values.len(),
            parameters.count()
        );
        return Err(Refusal::new("the training that goes on", why));
    }
    rule.take_up(state.kept.clone());
    let batches = plan.learn.len().div_ceil(plan.batch.max(1));
    let mut is_interrupted = false;
    while state.epochs.len() < plan.epochs {
        match epoch(pupil, rule, plan, &mut state, batches) {
            Ok(told) => {
                if plan.best && is_best(&state, &told) {
                    state.best = Some((state.epochs.len() + 1, state.values.clone()));
                }
                state.epochs.push(told);
                state.kept = rule.kept();
                let (state, failed) = (&state, None);
                tell(Told { state, failed });
            }
            Err(_) if phases.interrupt.is_raised() => {
                is_interrupted = true;
                break;
            }
            Err(why) => {
                let (state, failed) = (&state, Some(&why));
                tell(Told { state, failed });
                return Err(why);
            }
        }
    }
    let done = state.epochs.len();
    let (epoch, values) = match &state.best {
        Some((epoch, values)) if plan.best => (*epoch, values),
        _ => (done, &state.values),
    };
    // What was learnt of an epoch that was cut short is dropped with it.
    let network = parameters.network(network, values).map_err(not_made)?;
    // Scored as after its epoch.
    let last = epoch.saturating_sub(1);
    let mut score = |rows: &[usize]| {
        if is_interrupted || rows.is_empty() {
            return Ok(None);
        }
        match pupil.score(rule, &network, plan, (last, rows)) {
            Err(_) if phases.interrupt.is_raised() => {
                is_interrupted = true;
                Ok(None)
            }
            found => found.map(Some),
        }
    };
    let (learnt, choose, test) = (
        score(&plan.learn)?,
        score(&plan.choose)?,
        score(&plan.test)?,
    );
    Ok(Trained {
        learnt,
        choose,
        test,
        network,
        state,
        epoch,
        is_interrupted,
    })
}

/// Refuses to go on after an interrupt.
fn awake(pupil: &Pupil<'_>) -> Result<(), Refusal> {
    match pupil.phases.interrupt.is_raised() {
        true => Err(Refusal::new("the training", "was interrupted")),
        false => Ok(()),
    }
}

fn is_best(state: &State, now: &Epoch) -> bool {
    let Some(now) = now.choose else { return false };
    let worth = |s: &Score| s.right.unwrap_or(-s.loss);
    let others = state.epochs.iter().filter_map(|e| e.choose.as_ref());
    others.into_iter().all(|s| worth(s) < worth(&now))
}

/// One epoch; the state is as before if it fails.
fn epoch(
    pupil: &Pupil<'_>,
    rule: &mut dyn Rule,
    plan: &Plan,
    state: &mut State,
    batches: usize,
) -> Result<Epoch, Refusal> {
    let number = state.epochs.len();
    let parameters = pupil.parameters;
    let (mut values, mut optimiser) = (state.values.clone(), state.optimiser.clone());
    let n = plan.learn.len();
    let order = Stream::of(plan.seed, OWN, number, 0).choice(n, n);
    let mut told = Epoch::default();
    let mut scale = match rule.is_bounded() {
        true => Scale::endless(),
        false => Scale::of(pupil, &plan.learn, state.epochs.first()),
    };
    let diverged = |what: &str, batch: usize| {
        let (batch, epoch) = (batch + 1, number + 1);
        let why = format!("diverged: {what}, in batch {batch} of epoch {epoch}");
        Refusal::new("learning", why)
            .help("try a smaller rate, and where phases are nudged a smaller nudge")
    };
    let mut network = parameters
        .network(pupil.network, &values)
        .map_err(not_made)?;
    for (k, batch) in order.chunks(plan.batch).enumerate() {
        awake(pupil)?;
        let rows: Vec<usize> = batch.iter().map(|i| plan.learn[*i]).collect();
        let iteration = number * batches + k;
        let lesson = pupil.lesson(&network, plan, (number, iteration));
        let mut found = rule.learn(&lesson, &rows)?;
        if let Some(what) = scale.blown(found.loss / rows.len() as f64) {
            return Err(diverged(&what, k));
        }
        told.loss += found.loss / n as f64;
        for (name, residual, moving) in found.phases {
            if residual.is_nan() || residual >= BEYOND {
                let what = format!("states of the {name} phase run away");
                return Err(diverged(&what, k));
            }
            match told.phases.iter_mut().find(|p| p.0 == name) {
                Some(own) => *own = (name, own.1.max(residual), own.2 + moving),
                None => told.phases.push((name, residual, moving)),
            }
        }
        let count = rows.len() as f64;
        found.gradient.iter_mut().for_each(|g| *g /= count);
        parameters.hold(&mut found.gradient);
        let before = values.clone();
        optimiser.step(&mut values, &found.gradient, plan.schedule.at(iteration));
        // Decay moves what has no gradient.
        parameters.restore(&before, &mut values);
        if values.iter().any(|v| v.is_nan() || v.abs() >= BEYOND) {
            return Err(diverged(
                "a parameter is no longer finite, or beyond 1e8",
                k,
            ));
        }
        network = parameters
            .network(pupil.network, &values)
            .map_err(not_made)?;
        // A synapse may put them in order, as symmetric weights.
        values = parameters.values(&network);
    }
    if !plan.choose.is_empty() {
        let own = pupil.score(rule, &network, plan, (number, &plan.choose))?;
        if !own.loss.is_finite() {
            let what = "the score of `choose` is no longer finite";
            return Err(diverged(what, batches.saturating_sub(1)));
        }
        told.choose = Some(own);
    }
    (state.values, state.optimiser) = (values, optimiser);
    Ok(told)
}
