//! One lane of a block as monitors see it.

use super::Measures;
use crate::monitor::Needs;
use crate::network::Workspace;
use crate::trajectory::{Column, EnergyView, State};

/// The neuron to blame if the state, its velocity or its energy is not finite: of those that are not finite themselves,
/// or else of all, the one whose `size` is largest. A neuron that overflows takes with it every other that it is joined
/// to, even by a weight of zero.
pub(super) fn not_finite(state: &State<'_>, size: Column<'_>) -> Option<usize> {
    let neurons = || state.x.iter().zip(state.velocity.iter()).zip(size.iter());
    let sound = |x: f64, v: f64| x.is_finite() && v.is_finite();
    let any = neurons().any(|((x, v), _)| !sound(x, v));
    if !any && state.energy.is_none_or(|e| e.total.is_finite()) {
        return None;
    }
    let suspects = neurons().enumerate();
    let suspects = suspects.filter(|(_, ((x, v), _))| !any || !sound(*x, *v));
    let largest = suspects.max_by(|(_, (_, a)), (_, (_, b))| a.abs().total_cmp(&b.abs()));
    largest.map(|(i, _)| i)
}

/// One lane of a block as monitors see it.
pub(super) fn view<'a>(
    t: f64,
    (x, velocity): (&'a [f64], &'a [f64]),
    [lanes, lane]: [usize; 2],
    needs: Needs,
    ws: &'a Workspace,
    measures: &'a Measures,
) -> State<'a> {
    State {
        t,
        x: Column::new(x, lanes, lane),
        velocity: Column::new(velocity, lanes, lane),
        energy: needs.energy.then(|| EnergyView {
            total: ws.energy[lane],
            magnitude: ws.magnitude[lane],
            rate: measures.rate[lane],
            terms: Column::new(&ws.terms, lanes, lane),
        }),
        slope: None,
        residual: needs.rest.map(|_| measures.residual[lane]),
    }
}
