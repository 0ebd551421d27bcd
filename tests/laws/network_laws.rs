//! The laws of the equations as a network puts them together, on random networks of every kind.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::networks;

use attractor::kernels::{Factors, Weights};
use attractor::lagrangian::{DirectSum, TermRows};
use attractor::network::{Boundedness, Drive, Layer, Network, Place, Workspace};
use attractor::synapse::{Dense, ExcitatoryInhibitory, Gate, Memory, Penalty, Recurrent};
use nalgebra::{DMatrix, Schur};
use networks::{At, Numbers, Plan, apart, block, column, lagrangian, layer, moved, size};

const EPS: f64 = f64::EPSILON;

/// Random valid networks with a state of each.
fn networks(count: u64, most: usize) -> Vec<(Plan, Network)> {
    (0..count)
        .map(|seed| {
            let plan = Plan::random(seed, 1 + seed as usize % 3, most);
            let network = plan.build();
            (plan, network)
        })
        .collect()
}

/// Central difference of the energy along `v`, and how far rounding may put it off.
fn slope(network: &Network, x: &[f64], v: &[f64]) -> (f64, f64) {
    let h = 6e-6 / size(v).max(1e-300);
    let up = At::new(network, &moved(x, h, v), &[]);
    let down = At::new(network, &moved(x, -h, v), &[]);
    let magnitude = up.magnitude().max(down.magnitude());
    (
        (up.energy() - down.energy()) / (2.0 * h),
        8.0 * EPS * magnitude / h,
    )
}

#[test]
fn the_energy_rate_is_the_slope_of_the_energy_along_the_velocity() {
    let mut moving = 0;
    for (plan, network) in networks(150, 24) {
        let mut at = At::new(&network, &plan.x, network.clamped());
        let rate = at.rate();
        let velocity = at.velocity.clone();
        let summands = at.hessian().rate_magnitude(&velocity)[0];
        let (slope, rounding) = slope(&network, &plan.x, &velocity);
        // The state moves by 6e-6: a third derivative of up to 1e4 times the rate's summands.
        let allowed = 1e-6 * summands + rounding;
        assert!(
            (slope - rate).abs() <= allowed,
            "slope {slope}, rate {rate}, {plan:?}"
        );
        assert!(rate <= 0.0, "{rate}");
        moving += usize::from(rate < -1e-3);
    }
    assert!(moving > 120, "the law was tried on {moving} moving states");
}

#[test]
fn the_gradient_of_the_energy_in_the_state_carries_the_hessian() {
    for (plan, network) in networks(60, 12) {
        // Nothing is clamped here: a gradient is that of all neurons.
        let mut at = At::new(&network, &plan.x, &[]);
        let velocity = at.velocity.clone();
        let mut product = at.hessian_times(&velocity);
        for (k, l) in plan.layers.iter().enumerate() {
            for (i, j) in network.neurons(k).enumerate() {
                product[j] *= l.weight[i] * l.tau[i];
            }
        }
        for i in 0..plan.size() {
            let mut unit = vec![0.0; plan.size()];
            unit[i] = 1.0;
            let (slope, rounding) = slope(&network, &plan.x, &unit);
            // As above; a component may be a difference of the group's larger ones.
            let allowed = 1e-6 * (product[i].abs() + size(&product)) + rounding;
            assert!(
                (slope + product[i]).abs() <= allowed,
                "neuron {i}: slope {slope}, −DTHẋ {}",
                -product[i]
            );
        }
    }
}

#[test]
fn the_energy_is_the_sum_of_d_k_x_g_minus_l_and_i_g_and_the_synapses() {
    for (plan, network) in networks(60, 24) {
        let at = At::new(&network, &plan.x, &[]);
        let mut total = 0.0;
        for (k, l) in plan.layers.iter().enumerate() {
            let range = network.neurons(k);
            let (x, g) = (&plan.x[range.clone()], &at.activation[range]);
            let mut want = 0.0;
            let mut summands = 0.0;
            for (start, len, lagrangian) in l.groups() {
                let units = if lagrangian.is_additive() { len } else { 1 };
                let (mut value, mut magnitude) = (vec![0.0; units], vec![0.0; units]);
                let rows = TermRows {
                    value: &mut value,
                    magnitude: &mut magnitude,
                };
                lagrangian.value(&x[start..start + len], 1, rows);
                for i in start..start + len {
                    let (d, k, input) = (l.weight[i], l.leak[i], l.input[i]);
                    want += d * (k * x[i] - input) * g[i];
                    summands += d * ((k * x[i]).abs() + input.abs()) * g[i].abs();
                }
                for (u, v) in value.iter().enumerate() {
                    want -= l.weight[start + u] * l.leak[start + u] * v;
                    summands += 2.0 * magnitude[u];
                }
            }
            // A few roundings of every summand.
            assert!(
                (at.terms[k] - want).abs() < 64.0 * EPS * (1.0 + summands),
                "layer {k}: {} {want}",
                at.terms[k]
            );
            total += at.terms[k];
        }
        for term in &at.terms[plan.layers.len()..] {
            total += term;
        }
        assert_eq!(at.terms.len(), network.term_names().len());
        assert!((total - at.energy()).abs() <= 16.0 * EPS * at.magnitude());
        assert!(at.magnitude() >= at.energy().abs() * (1.0 - 8.0 * EPS));
    }
}

#[test]
fn the_jacobian_action_is_the_derivative_of_the_velocity() {
    let mut r = Numbers(3);
    let mut held_somewhere = 0;
    for (plan, network) in networks(100, 24) {
        let clamped = network.clamped().to_vec();
        held_somewhere += usize::from(!clamped.is_empty());
        let mut v = r.vector(plan.size(), 1.0);
        let mut at = At::new(&network, &plan.x, &clamped);
        let mut action = vec![0.0; v.len()];
        // What clamped entries of the direction say must not matter: they do not move.
        at.hessian().jacobian_action(&v, &mut action);
        for i in &clamped {
            v[*i] = 0.0;
        }
        let h = 1e-6;
        let up = At::new(&network, &moved(&plan.x, h, &v), &clamped).velocity;
        let down = At::new(&network, &moved(&plan.x, -h, &v), &clamped).velocity;
        // A third derivative of up to 1e5 (layer norm) times h²/6, rounding over h.
        let allowed = 1e-7 * (1.0 + size(&action)) + 16.0 * EPS * size(&up) / h;
        for i in 0..v.len() {
            let slope = (up[i] - down[i]) / (2.0 * h);
            assert!(
                (slope - action[i]).abs() < allowed,
                "neuron {i}: {slope} {}, {plan:?}",
                action[i]
            );
        }
        for i in clamped {
            assert_eq!(action[i], 0.0);
        }
    }
    assert!(held_somewhere > 5, "{held_somewhere} networks hold neurons");
}

#[test]
fn a_block_of_states_is_its_columns_one_by_one() {
    let mut r = Numbers(4);
    let width = 7;
    for (plan, network) in networks(60, 24) {
        let each: Vec<_> = (0..width)
            .map(|_| moved(&plan.x, 0.2, &r.vector(plan.size(), 1.0)))
            .collect();
        let x = block(&each);
        let error = r.vector(x.len(), 1e-3);
        let tolerance = [1e-8, 1e-6];
        let measure = |at: &mut At<'_>, error: &[f64]| {
            let v = at.velocity.clone();
            let tolerance = tolerance.map(|v| vec![v; at.energies.len()]);
            let tolerance = [&*tolerance[0], &tolerance[1]];
            let residual = at.at().rest_residual(&v, tolerance).to_vec();
            let mut here = at.hessian();
            let rate = here.energy_rate(&v).to_vec();
            let summands = here.rate_magnitude(&v).to_vec();
            let [lift, slack] = here.energy_of_error(&v, error).map(<[f64]>::to_vec);
            [rate, lift, slack, residual, summands]
        };
        // Each column holds a neuron of its own, where a single one may be clamped.
        let mut clamped: Vec<usize> = network.clamped().iter().map(|i| i * width).collect();
        for b in 1..width {
            clamped.extend(network.clamped().iter().map(|i| i * width + b));
        }
        let mut wide = At::new(&network, &x, &clamped);
        let together = measure(&mut wide, &error);
        for (b, x) in each.iter().enumerate() {
            let mut narrow = At::new(&network, x, network.clamped());
            let alone = measure(&mut narrow, &column(&error, width, b));
            let velocity = column(&wide.velocity, width, b);
            // Sums of at most two dozen summands in another order, amplified by τ and a steep activation.
            let allowed = 1e-12 * (1.0 + size(&velocity));
            assert!(apart(&velocity, &narrow.velocity) < allowed);
            let allowed = 1e-13 * (1.0 + narrow.magnitude());
            assert!((wide.energies[b] - narrow.energy()).abs() < allowed);
            for (k, (one, all)) in alone.iter().zip(&together).enumerate() {
                // Squares and products of the above; a near-singular Hessian amplifies rounding by up to 1e4.
                let allowed = 1e-9 * (1e-3 + one[0].abs());
                assert!(
                    (one[0] - all[b]).abs() <= allowed,
                    "measure {k}: {} {}",
                    one[0],
                    all[b]
                );
            }
        }
    }
}

#[test]
fn what_a_softmax_or_layer_norm_cannot_see_changes_neither_energy_nor_activation() {
    let mut r = Numbers(5);
    let blind = [
        r#"{ kind = "softmax", beta = 2.5 }"#,
        r#"{ kind = "layer-norm", eps = 0.01 }"#,
        r#"{ kind = "layer-norm", gamma = 0.5, delta = 0.3, eps = 0 }"#,
        r#"{ kind = "spherical-norm" }"#,
    ];
    for (k, text) in blind.iter().enumerate() {
        let shape = [3, 5];
        let layer = layer("tokens", &shape, text)
            .input(r.vector(15, 1.0))
            .leak(0.7)
            .weight(1.3)
            .tau(2.0);
        let w = Weights::new(15, 15, r.symmetric(15, 0.3)).unwrap();
        let network = attractor::network::theories::general(layer, w).unwrap();
        let x = r.vector(15, 1.0);
        // Tokens are shifted (or, on the sphere, stretched) each by its own amount.
        let by = [0.7, -1.3, 0.4];
        let direction: Vec<f64> = (0..15)
            .map(|i| by[i / 5] * if k == 3 { x[i] } else { 1.0 })
            .collect();
        let mut here = At::new(&network, &x, &[]);
        let there = At::new(&network, &moved(&x, 0.5, &direction), &[]);
        // Roundings of states of order 1 in sums of fifteen.
        assert!(
            apart(&here.activation, &there.activation) < 1e-14 * 15.0,
            "{text}"
        );
        assert!((here.energy() - there.energy()).abs() < 1e-13, "{text}");
        let seen = size(&here.hessian_times(&direction));
        assert!(seen < 1e-13, "{text}: H sees {seen}");
        let rate = here.rate();
        here.velocity = moved(&here.velocity, 10.0, &direction);
        assert!((here.rate() - rate).abs() < 1e-12 * (1.0 + rate.abs()));
        // And the law can fail: one neuron moved alone is seen.
        let mut one = x.clone();
        one[2] += 0.5;
        assert!((At::new(&network, &one, &[]).energy() - here.energy()).abs() > 1e-3);
    }
}

/// The Jacobian as a matrix, without the clamped neurons.
fn jacobian(network: &Network, x: &[f64], clamped: &[usize]) -> DMatrix<f64> {
    let n = network.size();
    let mut at = At::new(network, x, clamped);
    let free: Vec<usize> = (0..n).filter(|i| !clamped.contains(i)).collect();
    let columns = free.iter().map(|j| {
        let (mut unit, mut out) = (vec![0.0; n], vec![0.0; n]);
        unit[*j] = 1.0;
        at.hessian().jacobian_action(&unit, &mut out);
        out
    });
    let columns: Vec<_> = columns.collect();
    DMatrix::from_fn(free.len(), free.len(), |i, j| columns[j][free[i]])
}

#[test]
fn the_jacobian_as_a_matrix_has_the_actions_on_unit_vectors_for_its_columns() {
    let mut r = Numbers(5);
    // More neurons than are taken together, and not a multiple of that.
    let tanh = r#"{ kind = "tanh", beta = 2 }"#;
    let softmax = r#"{ kind = "softmax", beta = 3 }"#;
    let weights = r.weights(50, 90, 0.3);
    let layers = [layer("v", &[90], tanh), layer("h", &[50], softmax).tau(0.1)];
    let [v, h] = layers;
    let large = attractor::network::theories::two_layer(v, h, weights).unwrap();
    let x = r.vector(140, 1.0);
    let small = networks(100, 24);
    let small = small
        .into_iter()
        .map(|(plan, network)| (plan.x.clone(), network.clamped().to_vec(), network));
    for (x, clamped, network) in small.chain([(x, vec![3, 77, 139], large)]) {
        let n = network.size();
        let mut matrix = vec![f64::NAN; n * n];
        assert!(network.jacobian(&x, &clamped, &mut matrix, &|| true));
        let mut at = At::new(&network, &x, &clamped);
        for (j, column) in matrix.chunks_exact(n).enumerate() {
            let (mut unit, mut action) = (vec![0.0; n], vec![0.0; n]);
            unit[j] = 1.0;
            at.hessian().jacobian_action(&unit, &mut action);
            // Sums of a hundred terms in another order.
            let allowed = 256.0 * EPS * (1.0 + size(&action));
            for (i, (a, b)) in column.iter().zip(&action).enumerate() {
                assert!((a - b).abs() <= allowed, "{i} {j}: {a} {b}");
            }
        }
        let joined = !network.connections().is_empty();
        assert_eq!(
            !network.jacobian(&x, &clamped, &mut matrix, &|| false),
            joined
        );
    }
}

/// `s u − J u` of a network at a state.
fn shifted(network: &Network, x: &[f64], clamped: &[usize], s: f64, u: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; u.len()];
    let mut at = At::new(network, x, clamped);
    at.hessian().jacobian_action(u, &mut out);
    out.iter().zip(u).map(|(j, u)| s * u - j).collect()
}

#[test]
fn linear_systems_are_solved_whatever_stands_first() {
    let mut r = Numbers(6);
    let mut first = 0;
    for (plan, network) in networks(100, 24) {
        let (n, x, clamped) = (network.size(), &plan.x, network.clamped());
        let layout = network.layout();
        first += layout.apart();
        let mut factors = Factors::new(n, layout.apart());
        let mut ws = Workspace::new(&network, 1);
        let is_clamped: Vec<bool> = (0..n).map(|i| clamped.contains(&i)).collect();
        let fastest = network.rates().iter().fold(0.0, |m: f64, r| m.max(*r));
        for s in [1e3 * fastest, fastest, 1e-2 * fastest] {
            let at = (&x[..], &is_clamped[..]);
            assert!(network.matrix(at, s, &layout, &mut ws, &mut factors, &|| true));
            assert!(factors.factorise(&|| true));
            let b = r.vector(n, 1.0);
            let (mut side, mut u) = (vec![0.0; n], vec![0.0; n]);
            let scaled: Vec<f64> = b
                .iter()
                .zip(network.rates())
                .map(|(b, rate)| b / rate)
                .collect();
            layout.place(&scaled, &mut side);
            assert!(factors.solve(&mut side));
            layout.restore(&side, &mut u);
            // What is rounded: the sizes of the matrix and the solution; 100 roundings and pivots of at least a hundredth.
            let sizes = shifted(&network, x, clamped, s, &u);
            let scale = (s + fastest) * size(&u) + size(&sizes) + size(&b);
            let off = apart(&sizes, &b);
            assert!(off < 1e4 * EPS * scale, "{s}: {off:e} {scale:e}, {plan:?}");
        }
    }
    assert!(first > 100, "{first}");
}

#[test]
fn the_jacobian_of_a_valid_network_has_a_real_spectrum() {
    for (plan, network) in networks(100, 10) {
        let j = jacobian(&network, &plan.x, network.clamped());
        if j.is_empty() {
            continue;
        }
        // nalgebra's iteration can circle for ever on eigenvalues that crowd together away from zero; a multiple of the
        // unit matrix moves them there and leaves imaginary parts as they are.
        let moved = |c: &f64| &j + DMatrix::identity(j.nrows(), j.nrows()) * *c;
        let mut tries = [0.0, 1.0, 0.37, 2.9, 11.3].iter().map(moved);
        let schur = tries
            .find_map(|j| Schur::try_new(j, 16.0 * EPS, 2000))
            .unwrap();
        let values = schur.complex_eigenvalues();
        let imaginary = values.iter().fold(0.0f64, |m, v| m.max(v.im.abs()));
        // Where H is singular −1/τ may be a double eigenvalue of a Jordan block, which rounding splits by √ε = 1e-8
        // times the size of the matrix.
        let allowed = 1e-6 * (1.0 + j.norm());
        assert!(imaginary < allowed, "{imaginary:e} {plan:?}");
    }
    // The law can fail: excitation and inhibition make a spiral.
    let network = Network::builder()
        .layer(layer("e", &[1], r#"{ kind = "tanh" }"#))
        .layer(layer("i", &[1], r#"{ kind = "tanh" }"#))
        .connect(
            &["e", "i"],
            ExcitatoryInhibitory::new(Weights::new(1, 1, vec![2.0]).unwrap()),
        )
        .build()
        .unwrap();
    let values = jacobian(&network, &[0.0, 0.0], &[]).complex_eigenvalues();
    // At the origin g' = 1, so that the eigenvalues are −1 ± 2i; two by two, to rounding.
    assert!(values.iter().all(|v| (v.im.abs() - 2.0).abs() < 1e-14));
}

#[test]
fn the_rest_residual_is_the_largest_tau_times_velocity_over_its_tolerance() {
    let [atol, rtol] = [1e-4, 1e-2];
    for (plan, network) in networks(60, 24) {
        let mut at = At::new(&network, &plan.x, network.clamped());
        let velocity = at.velocity.clone();
        let mut at = at.at();
        let found = at.rest_residual(&velocity, [&[atol], &[rtol]])[0];
        let want = (0..plan.size()).fold(0.0f64, |m, i| {
            let force = velocity[i] / network.rates()[i];
            m.max(force.abs() / (atol + rtol * plan.x[i].abs()))
        });
        assert!((found - want).abs() <= 4.0 * EPS * want);
    }
}

#[test]
fn the_lift_of_an_error_is_its_first_and_second_order() {
    let mut r = Numbers(7);
    for (plan, network) in networks(60, 24) {
        let error = r.vector(plan.size(), 1e-3);
        let mut at = At::new(&network, &plan.x, network.clamped());
        let velocity = at.velocity.clone();
        let [out, rounding] = at
            .hessian()
            .energy_of_error(&velocity, &error)
            .map(|v| v[0]);
        let (hv, he) = (at.hessian_times(&velocity), at.hessian_times(&error));
        let (mut want, mut slack) = (0.0, 0.0);
        for (k, l) in plan.layers.iter().enumerate() {
            for (i, j) in network.neurons(k).enumerate() {
                let (d, tau) = (l.weight[i], l.tau[i]);
                want += (d * tau * hv[j] * error[j]).abs() + 0.5 * d * (error[j] * he[j]).abs();
                slack += (d * tau * hv[j] * 4.0 * f64::EPSILON * plan.x[j]).abs();
            }
        }
        assert!((rounding - slack).abs() <= 64.0 * EPS * slack);
        // The same products in another order.
        assert!((out - want).abs() <= 64.0 * EPS * want, "{out} {want}");
    }
}

#[test]
fn without_leak_rest_is_asked_of_the_activation() {
    let (tau, atol, rtol) = (2.0, 1e-4, 1e-2);
    let mut r = Numbers(6);
    // A common force on a softmax group without leak moves x for ever, and g never.
    let features = layer("free", &[4], r#"{ kind = "softmax" }"#)
        .leak(0.0)
        .tau(tau)
        .input(0.3);
    let clamped = layer("leaky", &[2], r#"{ kind = "identity" }"#).input([1.0, -1.0]);
    let network = Network::builder()
        .layer(features)
        .layer(clamped)
        .build()
        .unwrap();
    let residual = |x: &[f64], velocity: &[f64]| {
        let mut at = At::new(&network, x, &[]);
        at.at().rest_residual(velocity, [&[atol], &[rtol]])[0]
    };
    let mut x = r.vector(4, 1.0);
    x.extend([1.0, -1.0]);
    let velocity = At::new(&network, &x, &[]).velocity;
    assert!(velocity[0] > 0.1, "x moves");
    // H v vanishes to rounding of numbers below 1, over atol.
    assert!(residual(&x, &velocity) < 1e-15 / atol);
    // Otherwise it is H τ ẋ over atol alone: the size of x says nothing without a leak.
    let v = r.vector(6, 1.0);
    let mut at = At::new(&network, &x, &[]);
    let seen = at.hessian_times(&v);
    let free = (0..4).map(|i| tau * seen[i].abs() / atol);
    let leaky = (4..6).map(|i| v[i].abs() / (atol + rtol * x[i].abs()));
    let want = free.chain(leaky).fold(0.0, f64::max);
    assert!((residual(&x, &v) - want).abs() < 1e-12 * want);
}

#[test]
fn own_inputs_and_held_entries_of_a_column_are_its_own() {
    let network = attractor::network::theories::general(
        layer("one", &[2], r#"{ kind = "tanh" }"#).input([0.5, -0.5]),
        Weights::new(2, 2, vec![0.0, 1.0, 1.0, 0.0]).unwrap(),
    )
    .unwrap();
    let mut ws = Workspace::new(&network, 2);
    // Neuron i of column b is at 2 i + b; column 1 holds neuron 0.
    let drive = Drive {
        input: &[1.0, 2.0, 3.0, 4.0],
        clamped: &[1],
    };
    let mut at = network.at(&[0.0; 4], drive, &mut ws);
    assert_eq!(at.velocity(), [1.0, 0.0, 3.0, 4.0]);
}

// The certificate.

fn identity(n: usize) -> Layer {
    layer("x", &[n], r#"{ kind = "identity" }"#)
}

fn matrix(n: usize, data: &[f64]) -> Weights {
    Weights::new(n, data.len() / n, data.to_vec()).unwrap()
}

fn general(layer: Layer, w: &[f64]) -> Network {
    let n = layer.size();
    attractor::network::theories::general(layer, matrix(n, w)).unwrap()
}

fn is_bounded(network: &Network) -> bool {
    matches!(network.certificate().boundedness, Boundedness::Bounded(_))
}

fn is_unbounded(network: &Network) -> bool {
    matches!(network.certificate().boundedness, Boundedness::Unbounded(_))
}

fn is_not_known(network: &Network) -> bool {
    matches!(network.certificate().boundedness, Boundedness::NotKnown(_))
}

#[test]
fn valid_networks_are_certified() {
    for (plan, network) in networks(100, 24) {
        let certificate = network.certificate();
        assert!(certificate.holds(), "{:?} {plan:?}", certificate.faults);
    }
}

/// The places of a network's faults.
fn faults(network: &Network) -> Vec<Place> {
    let faults = network.certificate().faults;
    faults.into_iter().map(|f| f.place).collect()
}

#[test]
fn every_way_out_of_the_theory_is_a_fault_with_its_place() {
    let softmax = || layer("p", &[3], r#"{ kind = "softmax" }"#);
    let symmetric = [0.0, 1.0, 0.5, 1.0, 0.0, 0.2, 0.5, 0.2, 0.0];
    assert!(faults(&general(softmax(), &symmetric)).is_empty());
    let at = |what| vec![Place::Layer("p".into(), what)];
    let unequal = [0.1, 0.5, 8.4];
    assert_eq!(
        faults(&general(softmax().tau(unequal), &symmetric)),
        at("tau")
    );
    assert_eq!(
        faults(&general(softmax().leak(unequal), &symmetric)),
        at("leak")
    );
    // Energy weights that differ also take the symmetry away.
    let weighed = faults(&general(softmax().weight(unequal), &symmetric));
    assert_eq!(
        weighed,
        [at("energy_weight"), vec![Place::Synapse(0)]].concat()
    );
    assert_eq!(
        faults(&general(softmax().clamp(vec![1]), &symmetric)),
        [Place::Network]
    );
    assert!(faults(&general(softmax().clamp(vec![0, 1, 2]), &symmetric)).is_empty());
    let odd = layer("p", &[3], r#"{ kind = "power", n = 3 }"#);
    assert_eq!(faults(&general(odd, &symmetric)), at("lagrangian"));
    let mut w = symmetric;
    w[1] = 0.9;
    assert_eq!(faults(&general(softmax(), &w)), [Place::Synapse(0)]);
    let tanh = layer("p", &[3], r#"{ kind = "tanh" }"#)
        .tau(unequal)
        .leak([0.5, 1.0, 2.0]);
    assert!(faults(&general(tanh.clamp(vec![1]), &symmetric)).is_empty());
    let pair = Network::builder()
        .layer(layer("e", &[2], r#"{ kind = "tanh" }"#))
        .layer(layer("i", &[1], r#"{ kind = "tanh" }"#))
        .connect(
            &["e", "i"],
            ExcitatoryInhibitory::new(matrix(1, &[1.0, 1.0])),
        )
        .build()
        .unwrap();
    assert_eq!(faults(&pair), [Place::Synapse(0)]);
    assert!(!pair.has_energy());
}

#[test]
fn groups_of_one_layer_may_differ_from_each_other() {
    let two = layer("p", &[2, 3], r#"{ kind = "layer-norm" }"#);
    let w = vec![0.0; 36];
    let equal = two.clone().tau(vec![1.0, 1.0, 1.0, 5.0, 5.0, 5.0]);
    assert!(faults(&general(equal, &w)).is_empty());
    let unequal = two.tau(vec![1.0, 1.0, 5.0, 5.0, 5.0, 5.0]);
    assert_eq!(
        faults(&general(unequal, &w)),
        [Place::Layer("p".into(), "tau")]
    );
}

#[test]
fn bounded_activations_bound_the_energy_whatever_the_weights_are() {
    for text in [
        r#"{ kind = "tanh" }"#,
        r#"{ kind = "sigmoid" }"#,
        r#"{ kind = "arctan" }"#,
        r#"{ kind = "softmax" }"#,
        r#"{ kind = "spherical-norm" }"#,
        r#"{ kind = "layer-norm" }"#,
    ] {
        let w = [900.0, -1e3, -1e3, 900.0];
        let layer = layer("x", &[2], &text.replace("-norm\"", "-norm\", eps = 0.1"));
        assert!(is_bounded(&general(layer, &w)), "{text}");
    }
}

#[test]
fn linear_neurons_are_bounded_by_the_smallest_eigenvalue_of_one_minus_w() {
    // Eigenvalues of W: a ± b.
    let network = |a: f64, b: f64| general(identity(2), &[a, b, b, a]);
    assert!(is_bounded(&network(0.3, 0.6)));
    assert!(is_unbounded(&network(0.3, 0.8)));
    assert!(is_unbounded(&network(0.3, -0.8)));
    assert!(is_not_known(&network(0.25, 0.75)));
    assert!(is_bounded(&network(-5.0, 0.0)));
    // The leak takes the place of the 1, the energy weights those of D W.
    assert!(is_unbounded(&general(identity(1).leak(0.5), &[0.7])));
    assert!(is_bounded(&general(identity(1).leak(0.8), &[0.7])));
    assert!(is_bounded(&general(identity(1).weight(3.0), &[0.7])));
    assert!(is_unbounded(&general(identity(1).weight(0.2), &[1.1])));
    assert!(is_not_known(&general(identity(1).leak(0.0), &[-0.7])));
    // The unstable direction of a larger matrix is found: an antisymmetric one of twelve neurons.
    let n = 12;
    let v: Vec<f64> = (0..n).map(|i| if i < 6 { 1.0 } else { -1.0 }).collect();
    let w = |c: f64| -> Vec<f64> {
        (0..n * n)
            .map(|k| c / n as f64 * v[k / n] * v[k % n])
            .collect()
    };
    assert!(is_unbounded(&general(identity(n), &w(1.01))));
    assert!(is_bounded(&general(identity(n), &w(0.99))));
}

#[test]
fn a_search_of_fewer_dimensions_than_neurons_does_not_prove_that_the_energy_is_bounded() {
    // 1 − W is diagonal with numbers from 0.1 to 50 but for two neurons. Those have an eigenvalue of −0.01, along a direction that
    // is at right angles to where the search begins.
    let (n, most, least) = (1000, 50.0, -0.01);
    let [a, b] = [0.0, 1.0].map(|i: f64| 1.0 + 0.37 * (2.399_963 * i).sin());
    let along = |p: f64, q: f64| (most * p + least * q) / (a * a + b * b);
    let across = (most - least) * a * b / (a * a + b * b);
    let two = [
        (0, 0, 1.0 - along(a * a, b * b)),
        (1, 1, 1.0 - along(b * b, a * a)),
        (0, 1, -across),
        (1, 0, -across),
    ];
    let others = (2..n).map(|k| (k, k, 0.9 - (most - 0.1) * k as f64 / n as f64));
    let of = |entries: Vec<(usize, usize, f64)>| {
        let weights = Weights::sparse(n, n, entries).unwrap();
        let network = attractor::network::theories::general(identity(n), weights).unwrap();
        network.certificate().boundedness
    };
    match of(others.chain(two).collect()) {
        Boundedness::NotKnown(why) => assert!(why.contains("a search of 200 dimensions"), "{why}"),
        other => panic!("{other}"),
    }
    // The sums of the rows prove it where they can, whatever the search sees.
    let chain = |k: usize| [(k, k + 1, 0.4), (k + 1, k, 0.4)];
    match of((0..n - 1).flat_map(chain).collect()) {
        Boundedness::Bounded(why) => assert!(why.contains("Gershgorin"), "{why}"),
        other => panic!("{other}"),
    }
}

#[test]
fn the_fastest_rate_is_the_largest_size_of_an_eigenvalue_of_the_jacobian() {
    let tanh = layer("x", &[2], r#"{ kind = "tanh" }"#);
    let network = general(tanh, &[0.0, 2.0, 2.0, 0.0]);
    let mut ws = Workspace::new(&network, 1);
    let mut here = network
        .at(&[0.0, 0.0], Drive::own(&network), &mut ws)
        .hessian();
    // −1 ± 2, and every power takes another third of what is not along the larger.
    let rate = here.fastest_rate(40, &mut [0.0; 2], &mut [0.0; 2]);
    assert!((rate - 3.0).abs() < 1e-14, "{rate}");
}

#[test]
fn nothing_bounds_the_energy_of_linear_neurons_whose_currents_are_not_its_gradient() {
    // ½ g² − ½ gᵀWg falls along (1, 1), which W by itself has for no eigenvector; a bounded one has no other answer.
    let network = |text: &str, w: f64| general(layer("x", &[2], text), &[0.0, w, 0.0, 0.0]);
    assert!(is_not_known(&network(r#"{ kind = "identity" }"#, 10.0)));
    assert!(is_not_known(&network(r#"{ kind = "identity" }"#, 0.1)));
    assert!(is_bounded(&network(r#"{ kind = "tanh" }"#, 10.0)));
    // Nor is it said to run away, whatever eigenvalue its currents have.
    let grows = general(identity(2), &[3.0, 1.0, 0.0, 3.0]);
    assert!(is_not_known(&grows));
}

#[test]
fn rectified_neurons_that_could_run_away_are_not_known_to_be_bounded() {
    let relu = |w: f64| general(layer("x", &[2], r#"{ kind = "relu" }"#), &[0.0, w, w, 0.0]);
    assert!(is_bounded(&relu(0.9)));
    // It does run away, but along a direction that an eigenvalue does not prove to be open …
    assert!(is_not_known(&relu(1.1)));
    // … and here it does not, because both neurons would have to be of one sign.
    assert!(is_not_known(&relu(-1.1)));
}

#[test]
fn a_memory_on_linear_neurons_is_bounded_if_its_potential_grows_slower_than_a_square() {
    let network = |text: &str| {
        let sum = DirectSum::uniform(&[3], lagrangian(text)).unwrap();
        let memory = Memory::new(vec![matrix(3, &[1.0; 6])], sum).unwrap();
        let builder = Network::builder().layer(identity(2));
        builder.connect(&["x"], memory).build().unwrap()
    };
    assert!(is_bounded(&network(r#"{ kind = "softmax", beta = 9 }"#)));
    assert!(is_bounded(&network(r#"{ kind = "tanh" }"#)));
    assert!(is_not_known(&network(r#"{ kind = "power", n = 2 }"#)));
    assert!(is_not_known(&network(r#"{ kind = "power", n = 3 }"#)));
    assert!(is_not_known(&network(r#"{ kind = "exponential" }"#)));
}

#[test]
fn two_linear_layers_are_bounded_while_the_largest_singular_value_is_below_one() {
    let network = |w: &[f64], hidden: &str| {
        Network::builder()
            .layer(layer("a", &[2], r#"{ kind = "identity" }"#))
            .layer(layer("b", &[3], hidden))
            .connect(&["a", "b"], Dense::new(matrix(3, w)))
            .build()
            .unwrap()
    };
    // Singular values 0.9 and 0.5 against 1.1 and 0.5.
    let (weak, strong) = (
        [0.9, 0.0, 0.0, 0.5, 0.0, 0.0],
        [1.1, 0.0, 0.0, 0.5, 0.0, 0.0],
    );
    assert!(is_bounded(&network(&weak, r#"{ kind = "identity" }"#)));
    assert!(is_unbounded(&network(&strong, r#"{ kind = "identity" }"#)));
    assert!(is_bounded(&network(&strong, r#"{ kind = "tanh" }"#)));
    assert!(is_not_known(&network(&strong, r#"{ kind = "relu" }"#)));
    assert!(is_not_known(&network(&weak, r#"{ kind = "exponential" }"#)));
}

#[test]
fn an_energy_that_a_penalty_holds_is_not_called_unbounded() {
    // ½ g² − g² + (λ/2) g²: the recurrent synapse alone would run away, the penalty holds it for λ > 1.
    let network = |penalty: Option<Penalty>| {
        let recurrent = Recurrent::new(matrix(1, &[2.0]), &[1.0]).unwrap();
        let builder = Network::builder().layer(identity(1));
        let builder = builder.connect(&["x"], recurrent);
        match penalty {
            Some(p) => builder.connect(&["x"], p).build().unwrap(),
            None => builder.build().unwrap(),
        }
    };
    let a = || matrix(1, &[1.0]);
    assert!(is_unbounded(&network(None)));
    let clamped = Penalty::equality(a(), vec![0.3], vec![5.0]);
    assert!(is_bounded(&network(clamped.ok())));
    let weak = Penalty::equality(a(), vec![0.3], vec![0.5]);
    assert!(is_unbounded(&network(weak.ok())));
    // One-sided, it holds g from above only; nothing is claimed.
    let one_sided = Penalty::inequality(a(), vec![0.3], vec![5.0]);
    assert!(is_not_known(&network(one_sided.ok())));
}

#[test]
fn a_clamped_neuron_does_not_run_away() {
    let run_away = general(identity(2), &[2.0, 0.0, 0.0, 0.5]);
    assert!(is_unbounded(&run_away));
    let clamped = general(identity(2).clamp(vec![0]), &[2.0, 0.0, 0.0, 0.5]);
    assert!(is_bounded(&clamped));
    // A product of two activations that are free to grow is known by nothing but the clamping.
    let gated = |clamped: &[usize]| {
        let weights = attractor::lagrangian::Array {
            shape: vec![1; 3],
            data: vec![1.0],
        };
        let layer = |name: &str, text: &str| layer(name, &[1], text);
        let network = Network::builder()
            .layer(layer("x", r#"{ kind = "identity" }"#).clamp(clamped.to_vec()))
            .layer(layer("y", r#"{ kind = "identity" }"#).clamp(clamped.to_vec()))
            .layer(layer("z", r#"{ kind = "tanh" }"#))
            .connect(&["x", "y", "z"], Gate::new(weights).unwrap());
        network.build().unwrap()
    };
    assert!(is_not_known(&gated(&[])));
    assert!(is_bounded(&gated(&[0])));
}

#[test]
fn the_smallest_eigenvalue_is_of_the_neurons_whose_energy_is_quadratic() {
    // ½ g² + 1.5 g² of x; the power's energy ¾ |g|^(4/3) is in no quadratic form.
    let because = |other: &str| {
        let w = Recurrent::new(matrix(1, &[-3.0]), &[1.0]).unwrap();
        let network = Network::builder()
            .layer(identity(1))
            .layer(layer("y", &[2], other))
            .connect(&["x"], w);
        network
            .build()
            .unwrap()
            .certificate()
            .boundedness
            .to_string()
    };
    for other in [
        r#"{ kind = "power", n = 4 }"#,
        r#"{ kind = "repu", n = 3 }"#,
        r#"{ kind = "tanh" }"#,
    ] {
        let why = because(other);
        assert!(why.contains("smallest eigenvalue 4"), "{other}: {why}");
    }
}

#[test]
fn the_root_of_a_hessian_times_its_transpose_is_the_hessian() {
    let mut r = Numbers(11);
    for (plan, _) in networks(150, 24) {
        let network = plan.build();
        for (k, layer) in network.layers().iter().enumerate() {
            let x = &plan.x[network.neurons(k)];
            let n = x.len();
            let v = r.vector(n, 1.0);
            let mut h = attractor::lagrangian::Hessian::new(&layer.lagrangian, 1);
            h.evaluate(&layer.lagrangian, x);
            let [mut once, mut twice, mut whole] = [vec![0.0; n], vec![0.0; n], vec![0.0; n]];
            h.root_transposed(&v, &mut once);
            h.root(&once, &mut twice);
            h.apply(&v, &mut whole);
            // Rounding of the weights; directions that are taken away cancel.
            let largest = h.weights().iter().fold(0.0f64, |m, w| m.max(*w));
            for (a, b) in twice.iter().zip(&whole) {
                assert!(
                    (a - b).abs() <= 1e-13 * largest * size(&v),
                    "{a} {b} {plan:?}"
                );
            }
        }
    }
}

#[test]
fn the_symmetric_matrix_is_symmetric_and_has_the_eigenvalues_of_the_jacobian() {
    for (plan, network) in networks(100, 10) {
        let n = plan.size();
        let mut at = At::new(&network, &plan.x, network.clamped());
        let (mut m, mut column) = (DMatrix::zeros(n, n), vec![0.0; n]);
        for j in 0..n {
            let mut v = vec![0.0; n];
            v[j] = 1.0;
            at.hessian()
                .symmetric_action(&v, &vec![0.0; n], &mut column);
            m.set_column(j, &nalgebra::DVector::from_column_slice(&column));
        }
        let scale = 1.0 + m.norm();
        assert!((&m - m.transpose()).norm() < 1e-13 * scale, "{plan:?}");
        // Without leak what no activation sees decays here and stands still there.
        if network.leaks().contains(&0.0) {
            continue;
        }
        let rate = |i: usize| network.rates()[i].sqrt();
        let similar = DMatrix::from_fn(n, n, |i, j| rate(i) * m[(i, j)] * rate(j));
        let j = jacobian(&network, &plan.x, &[]);
        if j.nrows() != n || !network.clamped().is_empty() {
            continue;
        }
        // The traces of the first powers tell eigenvalues from one another.
        let (mut a, mut b) = (similar.clone(), j.clone());
        for power in 1..4 {
            let allowed = 1e-11 * (1.0 + similar.norm() + j.norm()).powi(power);
            assert!(
                (a.trace() - b.trace()).abs() < allowed,
                "{power}: {} {} {plan:?}",
                a.trace(),
                b.trace()
            );
            (a, b) = (&a * &similar, &b * &j);
        }
    }
}
