//! Forms over intervals hold what they are forms of: activations, Hessians and currents of states anywhere in a box.

use attractor::kernels::Interval;
use attractor::lagrangian::{DirectSum, Hessian};
use attractor::synapse::Enclosure;

use crate::common::all;
use crate::networks::{Alone, Numbers, instances};

/// Boxes small, middling and large, and a state in each: on an edge, in a corner, or anywhere.
fn boxes(r: &mut Numbers, n: usize) -> Vec<(Vec<Interval>, Vec<f64>)> {
    let mut found = Vec::new();
    for k in 0..60 {
        let wide = [1e-9, 1e-3, 0.3, 4.0][k % 4];
        let middle = r.vector(n, 3.0);
        let half = r.vector(n, wide);
        let ends = middle.iter().zip(&half);
        let own: Vec<Interval> = ends.map(|(m, h)| Interval::between(m - h, m + h)).collect();
        let part = r.vector(n, 1.0);
        let inside = |(x, s): (&Interval, &f64)| match k % 3 {
            0 if *s < 0.0 => x.low,
            0 => x.high,
            _ => (x.low + (0.5 + 0.5 * s) * (x.high - x.low)).clamp(x.low, x.high),
        };
        let x = own.iter().zip(&part).map(inside).collect();
        found.push((own, x));
    }
    found
}

#[test]
fn activations_and_hessians_of_states_in_a_box_are_in_their_intervals() {
    const N: usize = 5;
    let mut r = Numbers(3);
    let mut with = Vec::new();
    for (name, text, l) in all() {
        let Some(form) = l.enclosure() else {
            continue;
        };
        with.push(name);
        let sum = DirectSum::uniform(&[N], l.clone()).unwrap();
        for (own, x) in boxes(&mut r, N) {
            let mut g = vec![Interval::ZERO; N];
            form.activation(&own, &mut g);
            let mut exact = vec![0.0; N];
            sum.activation(&x, 1, &mut exact);
            for (g, e) in g.iter().zip(&exact) {
                assert!(g.holds(*e), "{text}: {e} not in {g:?} at {x:?}");
            }
            let mut h = vec![Interval::ZERO; N * N];
            form.hessian(&own, &mut |[i, j], v| h[i * N + j] = v);
            let mut at = Hessian::new(&sum, 1);
            at.evaluate(&sum, &x);
            for j in 0..N {
                let (mut unit, mut column) = (vec![0.0; N], vec![0.0; N]);
                unit[j] = 1.0;
                at.apply(&unit, &mut column);
                for (i, e) in column.iter().enumerate() {
                    // The exact form has rounding of its own.
                    let v = h[i * N + j];
                    let slack = 1e-13 * (1.0 + e.abs());
                    assert!(
                        v.low - slack <= *e && *e <= v.high + slack,
                        "{text}: H[{i},{j}] = {e} not in {v:?}"
                    );
                }
            }
        }
    }
    with.dedup();
    let wanted = [
        "identity",
        "relu",
        "repu",
        "power",
        "soft-threshold",
        "gauss-relu",
        "softplus",
        "tanh",
        "sigmoid",
        "arctan",
        "exponential",
        "rectified-exponential",
        "softmax",
        "ghostmax",
    ];
    for name in wanted {
        assert!(
            with.contains(&name),
            "{name} has no form over intervals: {with:?}"
        );
    }
}

#[test]
fn a_box_of_one_state_has_tight_intervals() {
    // What is lost is the widening by some thousand units in the last place, and what a softmax's entries lose to each other.
    let mut r = Numbers(17);
    for (_, text, l) in all() {
        let Some(form) = l.enclosure() else {
            continue;
        };
        let x = r.vector(4, 2.0);
        let own: Vec<Interval> = x.iter().map(|x| Interval::at(*x)).collect();
        let mut g = vec![Interval::ZERO; 4];
        form.activation(&own, &mut g);
        assert!(
            g.iter().all(|g| g.width() <= 1e-11 * (1.0 + g.size())),
            "{text}: {g:?}"
        );
        form.hessian(&own, &mut |_, h| {
            assert!(h.width() <= 1e-11 * (1.0 + h.size()), "{text}: {h:?}")
        });
    }
}

#[test]
fn currents_and_their_derivatives_are_in_their_intervals() {
    let mut r = Numbers(29);
    let mut with = Vec::new();
    for instance in &instances() {
        let alone = &instance.alone;
        let Some(form) = alone.synapse.enclosure() else {
            continue;
        };
        with.push(instance.kind);
        holds(alone, form, &mut r);
    }
    for name in [
        "dense",
        "recurrent",
        "memory",
        "feedforward",
        "convolution",
        "pooling",
    ] {
        assert!(with.contains(&name), "{name}: {with:?}");
    }
}

fn holds(alone: &Alone, form: &dyn Enclosure, r: &mut Numbers) {
    let neurons: Vec<usize> = alone.neurons.iter().cloned().flatten().collect();
    let n = neurons.len();
    let what = alone.synapse.describe();
    for (own, x) in boxes(r, n).into_iter().take(16) {
        let mut g = vec![0.0; alone.size];
        neurons.iter().zip(&x).for_each(|(i, x)| g[*i] = *x);
        let (mut currents, mut curvature) = (vec![Interval::ZERO; n], vec![Interval::ZERO; n * n]);
        form.enclose_currents(&own, &mut currents);
        form.enclose_curvature(&own, &mut curvature);
        let (exact, _, _) = alone.evaluate(&g);
        for (i, v) in neurons.iter().zip(&currents) {
            let slack = 1e-13 * (1.0 + exact[*i].abs());
            assert!(
                v.low - slack <= exact[*i] && exact[*i] <= v.high + slack,
                "{what}: {} not in {v:?}",
                exact[*i]
            );
        }
        let mut scratch = alone.synapse.scratch(1);
        let ports = attractor::synapse::Ports::new(&alone.neurons, 1);
        for (k, j) in neurons.iter().enumerate() {
            let (mut unit, mut column) = (vec![0.0; alone.size], vec![0.0; alone.size]);
            unit[*j] = 1.0;
            alone
                .synapse
                .add_curvature(&ports, &g, &unit, &mut column, &mut scratch);
            for (l, i) in neurons.iter().enumerate() {
                let (v, e) = (curvature[l * n + k], column[*i]);
                let slack = 1e-12 * (1.0 + e.abs());
                assert!(
                    v.low - slack <= e && e <= v.high + slack,
                    "{what}: {e} not in {v:?}"
                );
            }
        }
    }
}
