//! Convolution and pooling: what they are equal to, their limits, and how they depend on their parameters.

use attractor::kernels::Weights;
use attractor::lagrangian::{Array, DirectSum, Identity, TermRows};
use attractor::network::Network;
use attractor::synapse::{Convolution, Dense, Memory, Pooling, Ports, Synapse};

use crate::networks::{Alone, Numbers, apart, block, lagrangian, layer, size};

const EPS: f64 = f64::EPSILON;

/// Image, output channels, kernel, stride, padding.
type Case = ([usize; 3], usize, [[usize; 2]; 3]);

const CASES: [Case; 6] = [
    ([2, 5, 4], 3, [[3, 3], [1, 1], [0, 0]]),
    ([2, 5, 4], 3, [[3, 3], [2, 2], [1, 1]]),
    ([1, 8, 8], 2, [[3, 3], [2, 2], [0, 0]]),
    ([3, 4, 7], 2, [[1, 4], [3, 2], [0, 2]]),
    ([2, 6, 3], 1, [[5, 2], [1, 3], [2, 1]]),
    ([4, 3, 3], 4, [[1, 1], [1, 1], [0, 0]]),
];

fn convolution(r: &mut Numbers, (first, channels, [kernel, stride, padding]): Case) -> Convolution {
    let shape = vec![channels, first[0], kernel[0], kernel[1]];
    let data = r.vector(shape.iter().product(), 1.0);
    Convolution::new(Array { shape, data }, first, stride, padding).unwrap()
}

/// The matrix of a convolution, from the formula, entry by entry (Toeplitz).
fn toeplitz(k: &Convolution, (first, channels, [kernel, stride, padding]): Case) -> Weights {
    let [c, h, w] = first;
    let [rows, columns] = [k.shapes()[1][1], k.shapes()[1][2]];
    let (n, m) = (channels * rows * columns, c * h * w);
    let mut data = vec![0.0; n * m];
    for row in 0..n {
        let (o, i, j) = (row / (rows * columns), row / columns % rows, row % columns);
        for column in 0..m {
            let (from, r, s) = (column / (h * w), column / w % h, column % w);
            // The tap is the cell less the first that the window sees; outside of the window there is no weight.
            let u = (r + padding[0])
                .checked_sub(i * stride[0])
                .filter(|u| *u < kernel[0]);
            let v = (s + padding[1])
                .checked_sub(j * stride[1])
                .filter(|v| *v < kernel[1]);
            if let (Some(u), Some(v)) = (u, v) {
                let at = ((o * c + from) * kernel[0] + u) * kernel[1] + v;
                data[row * m + column] = k.kernel()[at];
            }
        }
    }
    Weights::new(n, m, data).unwrap()
}

/// The same currents, energies, curvatures and flips?
fn assert_same(what: &str, a: Box<dyn Synapse>, b: Box<dyn Synapse>, r: &mut Numbers) {
    let [a, b] = [a, b].map(Alone::new);
    assert_eq!(a.size, b.size, "{what}");
    for width in [1, 5, 16] {
        let each: Vec<_> = (0..width).map(|_| r.vector(a.size, 1.0)).collect();
        let (g, dg) = (block(&each), r.vector(a.size * width, 1.0));
        let [one, other] = [&a, &b].map(|s| s.evaluate(&g));
        // Sums of some dozen terms of order 1 in another order.
        let allowed = 64.0 * EPS * (1.0 + size(&one.0));
        assert!(apart(&one.0, &other.0) <= allowed, "{what}: currents");
        let summands = size(&one.2) + size(&other.2);
        assert!(
            apart(&one.1, &other.1) <= 16.0 * EPS * summands,
            "{what}: energies"
        );
        let actions = [&a, &b].map(|s| s.curvature(&g, &dg));
        assert!(
            apart(&actions[0], &actions[1]) <= allowed,
            "{what}: curvatures"
        );
    }
}

#[test]
fn a_convolution_is_dense_with_the_toeplitz_matrix() {
    let mut r = Numbers(71);
    for case in CASES {
        let k = convolution(&mut r, case);
        let dense = Dense::new(toeplitz(&k, case));
        let what = k.describe();
        assert_same(&what, Box::new(k), Box::new(dense), &mut r);
    }
}

#[test]
fn average_pooling_is_a_convolution_with_a_constant_kernel_for_each_channel() {
    let mut r = Numbers(72);
    for (first, size, stride) in [
        ([2, 4, 6], [2, 3], [2, 3]),
        ([3, 5, 4], [3, 2], [1, 2]),
        ([1, 7, 7], [2, 2], [3, 3]),
    ] {
        let c = first[0];
        let taps = size[0] * size[1];
        let own = |k: usize| {
            if k / c == k % c {
                1.0 / taps as f64
            } else {
                0.0
            }
        };
        let kernel = Array {
            shape: vec![c, c, size[0], size[1]],
            data: (0..c * c * taps).map(|k| own(k / taps)).collect(),
        };
        let wanted = Convolution::new(kernel, first, stride, [0, 0]).unwrap();
        let pooling = Pooling::average(first, size, stride).unwrap();
        assert_eq!(pooling.shapes(), wanted.shapes());
        let what = pooling.describe();
        assert_same(&what, Box::new(pooling), Box::new(wanted), &mut r);
    }
}

#[test]
fn log_sum_exp_pooling_at_one_is_a_memory_with_unit_patterns() {
    let mut r = Numbers(73);
    for beta in [0.3, 2.0, 40.0] {
        // One window: z·m(a), a memory of the image alone where z = 1.
        let pooling = Alone::new(Box::new(
            Pooling::log_sum_exp([1, 3, 4], [3, 4], [1, 1], beta).unwrap(),
        ));
        let unit = (0..144).map(|k| f64::from(u8::from(k / 12 == k % 12)));
        let softmax = lagrangian(&format!("{{ kind = \"softmax\", beta = {beta:?} }}"));
        let memory = Memory::new(
            vec![Weights::new(12, 12, unit.collect()).unwrap()],
            DirectSum::uniform(&[12], softmax).unwrap(),
        );
        let memory = Alone::new(Box::new(memory.unwrap()));
        for _ in 0..20 {
            let a = r.vector(12, 2.0);
            let (mut g, mut alone) = (vec![0.0; pooling.size], vec![0.0; memory.size]);
            g[pooling.neurons[0].clone()].copy_from_slice(&a);
            g[pooling.neurons[1].clone()].fill(1.0);
            alone[memory.neurons[0].clone()].copy_from_slice(&a);
            let [own, wanted] = [pooling.evaluate(&g), memory.evaluate(&alone)];
            // A dozen roundings of m, which is below 2 + ln 12/β.
            let allowed = 16.0 * EPS * (2.0 + 12f64.ln() / beta);
            assert!((own.1[0] - wanted.1[0]).abs() <= allowed, "beta = {beta}");
            let into = |e: &[f64], at: &std::ops::Range<usize>| e[at.clone()].to_vec();
            let (f, fm) = (
                into(&own.0, &pooling.neurons[0]),
                into(&wanted.0, &memory.neurons[0]),
            );
            // Shares below 1, whose exponents are up to β 4 large.
            assert!(
                apart(&f, &fm) <= 16.0 * EPS * (1.0 + 4.0 * beta),
                "beta = {beta}"
            );
            let m = own.0[pooling.neurons[1].start];
            assert!((m + wanted.1[0]).abs() <= allowed, "beta = {beta}: {m}");
        }
    }
}

/// m and the shares of one window over these activations.
fn window(a: &[f64], beta: Option<f64>) -> (f64, Vec<f64>) {
    let (first, n) = ([1, 1, a.len()], a.len());
    let made = match beta {
        None => Pooling::average(first, [1, n], [1, 1]),
        Some(beta) => Pooling::log_sum_exp(first, [1, n], [1, 1], beta),
    };
    let alone = Alone::new(Box::new(made.unwrap()));
    let mut g = vec![0.0; alone.size];
    g[alone.neurons[0].clone()].copy_from_slice(a);
    g[alone.neurons[1].clone()].fill(1.0);
    let current = alone.evaluate(&g).0;
    let shares = current[alone.neurons[0].clone()].to_vec();
    (current[alone.neurons[1].start], shares)
}

#[test]
fn log_sum_exp_tends_to_the_maximum_and_to_the_mean_and_never_overflows() {
    let a = [0.4, -1.3, 0.9, 0.2];
    let (mean, _) = window(&a, None);
    assert!((mean - 0.05).abs() <= 4.0 * EPS);
    // The next activation is 0.5 lower: its share is e^{-0.5 β}.
    let (most, shares) = window(&a, Some(200.0));
    assert!((most - 0.9).abs() <= 4.0 * EPS, "{most}");
    assert!(shares[2] == 1.0 && shares[0] < 1e-43, "{shares:?}");
    // m = mean + ln k/β + β var/2, the variance being 0.65.
    let beta = 1e-4;
    let (least, shares) = window(&a, Some(beta));
    let wanted = mean + 4f64.ln() / beta;
    assert!((least - wanted).abs() < beta, "{least} {wanted}");
    assert!(shares.iter().all(|s| (s - 0.25).abs() < beta), "{shares:?}");
    // e^{βa} alone would overflow, or vanish; equal ones share.
    for far in [-1e6, 1e6, 1e300, -1e300] {
        let (m, shares) = window(&[far, far, far - 1e-3 * far.abs()], Some(50.0));
        let tie = far + 2f64.ln() / 50.0;
        assert!((m - tie).abs() <= 4.0 * EPS * far.abs(), "{far}: {m}");
        assert!(
            (shares[0] - 0.5).abs() < 1e-12 && shares[2] < 1e-12,
            "{shares:?}"
        );
    }
}

#[test]
fn cells_that_no_window_reads_get_no_current() {
    let mut r = Numbers(74);
    // Row and column 7 of 8 are read by no window of 3 at a stride of 2, nor row 7 of 8 by windows of 3 and a stride of 4.
    let k = convolution(&mut r, ([1, 8, 8], 2, [[3, 3], [2, 2], [0, 0]]));
    let pooling = Pooling::log_sum_exp([1, 8, 8], [3, 3], [2, 2], 3.0).unwrap();
    let average = Pooling::average([1, 8, 8], [3, 3], [2, 2]).unwrap();
    let all: [Box<dyn Synapse>; 3] = [Box::new(k), Box::new(pooling), Box::new(average)];
    for alone in all.map(Alone::new) {
        let what = alone.synapse.describe();
        assert_eq!(alone.synapse.shapes()[1][1..], [3, 3], "{what}");
        let g = r.vector(alone.size, 1.0);
        let current = alone.evaluate(&g).0;
        let action = alone.curvature(&g, &r.vector(alone.size, 1.0));
        for (cell, i) in alone.neurons[0].clone().enumerate() {
            let unread = cell / 8 == 7 || cell % 8 == 7;
            assert_eq!(current[i] == 0.0, unread, "{what}, cell {cell}");
            assert_eq!(action[i] == 0.0, unread, "{what}, cell {cell}");
        }
        // What a cell that is not read does is nothing.
        let mut other = g.clone();
        other[alone.neurons[0].end - 1] = 1e6;
        assert_eq!(alone.evaluate(&other).0, current, "{what}");
    }
}

/// `−E` summed over the columns.
fn fallen(s: &dyn Synapse, alone: &Alone, g: &[f64]) -> f64 {
    let width = g.len() / alone.size;
    let (mut value, mut magnitude) = (vec![0.0; width], vec![0.0; width]);
    let rows = TermRows {
        value: &mut value,
        magnitude: &mut magnitude,
    };
    let ports = Ports::new(&alone.neurons, width);
    let mut current = vec![0.0; g.len()];
    s.evaluate(&ports, g, &mut current, Some(rows), &mut s.scratch(width));
    -value.iter().sum::<f64>()
}

/// `v · f` summed over the columns.
fn along(s: &dyn Synapse, alone: &Alone, g: &[f64], v: &[f64]) -> f64 {
    let width = g.len() / alone.size;
    let ports = Ports::new(&alone.neurons, width);
    let mut current = vec![0.0; g.len()];
    s.evaluate(&ports, g, &mut current, None, &mut s.scratch(width));
    current.iter().zip(v).map(|(f, v)| f * v).sum()
}

#[test]
fn both_derivatives_by_the_kernel_are_those_of_differences() {
    let mut r = Numbers(75);
    for case in CASES {
        let k = convolution(&mut r, case);
        let alone = Alone::new(Box::new(k.clone()));
        let width = 3;
        let (g, v) = (
            r.vector(alone.size * width, 1.0),
            r.vector(alone.size * width, 1.0),
        );
        let ports = Ports::new(&alone.neurons, width);
        let [mut gradient, mut mixed] = [0, 1].map(|_| vec![0.0; k.kernel().len()]);
        let learn = k.learn().unwrap();
        learn.add_gradient(&ports, &g, &vec![1.0; width], &mut gradient);
        learn.add_mixed(&ports, &g, &v, &mut mixed);
        for n in 0..gradient.len() {
            // Both are linear in K: a step of 1 leaves rounding alone.
            let moved = |by: f64| {
                let mut data = k.kernel().to_vec();
                data[n] += by;
                learn.with(data).unwrap()
            };
            let (up, down) = (moved(0.5), moved(-0.5));
            let slope = fallen(&*up, &alone, &g) - fallen(&*down, &alone, &g);
            assert!(
                (slope - gradient[n]).abs() < 1e-11,
                "{slope} {}",
                gradient[n]
            );
            let slope = along(&*up, &alone, &g, &v) - along(&*down, &alone, &g, &v);
            assert!((slope - mixed[n]).abs() < 1e-11, "{slope} {}", mixed[n]);
        }
    }
}

#[test]
fn both_derivatives_by_beta_are_those_of_differences() {
    let mut r = Numbers(76);
    let unit = Pooling::log_sum_exp([2, 5, 4], [3, 2], [2, 1], 1.0).unwrap();
    let make = |beta: f64| Pooling::log_sum_exp([2, 5, 4], [3, 2], [2, 1], beta).unwrap();
    let learn = unit.learn().unwrap();
    assert_eq!(learn.values(), [1.0]);
    assert!(learn.with(vec![0.0]).is_err());
    let derivatives = |pooling: &Pooling, ports: &Ports<'_>, g: &[f64], v: &[f64]| {
        let [mut gradient, mut mixed] = [[0.0]; 2];
        let learn = pooling.learn().unwrap();
        learn.add_gradient(ports, g, &vec![1.0; ports.width], &mut gradient);
        learn.add_mixed(ports, g, v, &mut mixed);
        [gradient[0], mixed[0]]
    };
    for beta in [0.4, 2.0, 9.0] {
        let pooling = make(beta);
        let alone = Alone::new(Box::new(pooling.clone()));
        for width in [1, 3] {
            let (g, v) = (
                r.vector(alone.size * width, 1.0),
                r.vector(alone.size * width, 1.0),
            );
            let ports = Ports::new(&alone.neurons, width);
            let [gradient, mixed] = derivatives(&pooling, &ports, &g, &v);
            // h² β²/6 of the third derivative, and rounding of some dozen summands of order 1 to 10 over h.
            let h = 1e-5 * beta;
            let (up, down) = (make(beta + h), make(beta - h));
            let slope = (fallen(&up, &alone, &g) - fallen(&down, &alone, &g)) / (2.0 * h);
            let allowed = 1e-8 * (1.0 + 1.0 / beta);
            assert!(
                (slope - gradient).abs() < allowed,
                "beta = {beta}: {slope} {gradient}"
            );
            let slope = (along(&up, &alone, &g, &v) - along(&down, &alone, &g, &v)) / (2.0 * h);
            assert!(
                (slope - mixed).abs() < allowed,
                "beta = {beta}: {slope} {mixed}"
            );
        }
    }
    // Where z is 1, E rises with β: the spread H/β² is above 0.
    let pooling = make(2.0);
    let alone = Alone::new(Box::new(pooling.clone()));
    let mut g = r.vector(alone.size, 1.0);
    g[alone.neurons[1].clone()].fill(1.0);
    let v = vec![0.0; g.len()];
    assert!(derivatives(&pooling, &Ports::new(&alone.neurons, 1), &g, &v)[0] < -0.1);
    let average = Pooling::average([2, 5, 4], [3, 2], [2, 1]).unwrap();
    assert!(average.learn().is_none());
}

#[test]
fn what_does_not_fit_is_refused_with_the_reason() {
    let kernel = |shape: &[usize]| Array {
        shape: shape.to_vec(),
        data: vec![0.5; shape.iter().product()],
    };
    let told =
        |made: Result<Convolution, attractor::refusal::Refusal>| made.unwrap_err().to_string();
    let one = [1, 1];
    let large = told(Convolution::new(kernel(&[1, 1, 5, 7]), [1, 4, 4], one, one));
    assert!(
        large.contains("larger than the image of 4 × 4") && large.contains("6 × 6"),
        "{large}"
    );
    let channels = told(Convolution::new(kernel(&[1, 2, 3, 3]), [1, 4, 4], one, one));
    assert!(channels.contains("2 channels"), "{channels}");
    let axes = told(Convolution::new(kernel(&[3, 3]), [1, 4, 4], one, one));
    assert!(axes.contains("four") || axes.contains("axes"), "{axes}");
    let still = told(Convolution::new(
        kernel(&[1, 1, 3, 3]),
        [1, 4, 4],
        [0, 1],
        one,
    ));
    assert!(still.contains("stride"), "{still}");
    let mut wrong = kernel(&[1, 1, 2, 2]);
    wrong.data[3] = f64::NAN;
    let nan = told(Convolution::new(wrong, [1, 4, 4], one, one));
    assert!(nan.contains("NaN"), "{nan}");
    let window = Pooling::average([1, 4, 4], [5, 1], one)
        .unwrap_err()
        .to_string();
    assert!(window.contains("window of 5 × 1 is larger"), "{window}");
    for beta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(Pooling::log_sum_exp([1, 4, 4], [2, 2], one, beta).is_err());
    }
}

#[test]
fn a_convolution_joins_images_of_its_shapes_and_no_others() {
    let mut r = Numbers(77);
    let k = convolution(&mut r, ([1, 4, 4], 2, [[3, 3], [1, 1], [0, 0]]));
    let build = |second: &[usize]| {
        let tanh = r#"{ kind = "tanh" }"#;
        let layers = [layer("a", &[1, 4, 4], tanh), layer("b", second, tanh)];
        let [a, b] = layers;
        Network::builder()
            .layer(a)
            .layer(b)
            .connect(&["a", "b"], k.clone())
            .build()
    };
    assert!(build(&[2, 2, 2]).is_ok());
    // As many neurons in another shape.
    let wrong = build(&[8]).unwrap_err().to_string();
    assert!(wrong.contains("[2, 2, 2]"), "{wrong}");
}

#[test]
fn a_one_by_one_convolution_without_nonlinearity_has_an_energy_that_the_certificate_bounds() {
    // |K|₂ is 0.9 for this 1 × 1 kernel, and below 1 the whole energy of two linear layers is bounded.
    for (weight, bounded) in [(0.9, true), (1.1, false)] {
        let kernel = Array {
            shape: vec![1, 1, 1, 1],
            data: vec![weight],
        };
        let k = Convolution::new(kernel, [1, 3, 3], [1, 1], [0, 0]).unwrap();
        let image = |name: &str| {
            let shape = [1, 3, 3];
            attractor::network::Layer::new(name, &shape, Identity).unwrap()
        };
        let network = Network::builder().layer(image("a")).layer(image("b"));
        let network = network.connect(&["a", "b"], k).build().unwrap();
        let told = network.certificate().boundedness.to_string();
        assert_eq!(told.starts_with("bounded"), bounded, "{told}");
    }
}

#[test]
fn a_large_convolution_shows_its_rows_to_the_certificate() {
    // More neurons than the search for eigenvalues has dimensions: the sums of rows decide, 0.9 being below 1.
    let kernel = Array {
        shape: vec![1, 1, 3, 3],
        data: vec![0.1; 9],
    };
    let shape = [1, 16, 16];
    let k = Convolution::new(kernel, shape, [1, 1], [1, 1]).unwrap();
    let image = |name: &str| attractor::network::Layer::new(name, &shape, Identity).unwrap();
    let network = Network::builder().layer(image("a")).layer(image("b"));
    let network = network.connect(&["a", "b"], k).build().unwrap();
    let told = network.certificate().boundedness.to_string();
    assert!(
        told.starts_with("bounded") && told.contains("Gershgorin"),
        "{told}"
    );
}
