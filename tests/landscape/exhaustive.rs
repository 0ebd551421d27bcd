//! The exhaustive search by intervals: what is proved, what cannot be, and that it ends.

use attractor::analysis::{Completeness, Count, Landscape, Search, landscape};
use attractor::dynamics::{Interrupt, Start};
use attractor::kernels::Weights;
use attractor::lagrangian::{Sigmoid, Tanh};
use attractor::network::{Layer, Network, theories};

use crate::common::reference::read;
use crate::complete::{ISOLATED, found, hold, loaded, settings};

fn searched(network: &Network, change: impl Fn(&mut Search)) -> Landscape {
    let mut search = Search::new(network, Start::at(vec![0.0; network.size()]));
    search.complete = Some(100_000);
    change(&mut search);
    landscape((network, &settings()), &search, &Interrupt::new()).unwrap()
}

fn proof(found: &Landscape) -> &Completeness {
    found.complete.as_ref().unwrap()
}

#[test]
fn the_complete_lists_are_proved() {
    for name in ISOLATED.iter().chain(&["f08_limit_cycle"]) {
        let case = read(name);
        let found = found(&case, |search| {
            search.complete = Some(100_000);
            // The boxes alone find all.
            search.random = 0;
        });
        hold(&case, &found, name);
        let proof = proof(&found);
        assert!(proof.is_proved(), "{name}: {proof:?}");
        assert_eq!(proof.proved, found.points.len(), "{name}");
        assert_eq!((found.tries, found.followed), (0, 0), "{name}");
        // Of all points of the list the box holds each.
        for p in &found.points {
            let mut pairs = p.x.iter().zip(&proof.within);
            assert!(pairs.all(|(x, [a, b])| a <= x && x <= b), "{name}");
        }
        println!("{name}: {} boxes", proof.boxes);
    }
}

#[test]
fn a_pair_that_the_count_does_not_see_is_found_without_a_start() {
    // Two neurons without synapses to each other and strong self-excitation have nine fixed points: 4 − 4 + 1 = 1 of the count.
    let weights = Weights::new(2, 2, vec![2.0, 0.0, 0.0, 2.0]).unwrap();
    let layer = Layer::new("x", &[2], Tanh { beta: 1.0 }).unwrap();
    let network = theories::classical(layer, weights).unwrap();
    let found = searched(&network, |search| search.random = 0);
    assert!(proof(&found).is_proved());
    assert_eq!(found.points.len(), 9);
    assert_eq!(found.count, Count::Complete);
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads_and_an_interrupt_keeps_what_is_there() {
    let network = loaded(&read("f05_random_tanh_5")).network;
    let one = searched(&network, |search| search.threads = 1);
    assert_eq!(one, searched(&network, |search| search.threads = 3));

    let mut search = Search::new(&network, Start::at(vec![0.0; 5]));
    search.complete = Some(100_000);
    let interrupt = Interrupt::new();
    interrupt.raise();
    let found = landscape((&network, &settings()), &search, &interrupt).unwrap();
    assert!(found.is_interrupted && proof(&found).left > 0 && !proof(&found).is_proved());
}

#[test]
fn a_line_of_fixed_points_ends_at_a_limit_that_is_told() {
    // Identity neurons: nothing shows that all fixed points are in some box, and no box of the line is ever decided.
    let found = found(&read("f07a_line_attractor"), |search| {
        search.complete = Some(20_000);
    });
    let proof = proof(&found);
    assert!(!proof.is_whole && !proof.is_proved());
    assert!(proof.boxes <= 20_000 && (proof.left > 0 || !proof.undecided.is_empty()));
    assert!(found.points.len() == 1 && found.points[0].is_continuous());
}

#[test]
fn at_a_pitchfork_the_point_stays_undecided() {
    // Two neurons that inhibit each other have one fixed point at the gain 4, where two more are born.
    let network = |beta: f64| {
        let weights = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0]).unwrap();
        let layer = Layer::new("x", &[2], Sigmoid { beta }).unwrap().input(0.5);
        theories::classical(layer, weights).unwrap()
    };
    let at = searched(&network(4.0), |_| ());
    let [undecided] = &proof(&at).undecided[..] else {
        panic!("{:?}", proof(&at))
    };
    for ([low, high], x) in undecided.iter().zip(&at.points[0].x) {
        assert!(
            low <= x && x <= high && high - low < 1e-2,
            "{low} {high} {x}"
        );
    }
    assert_eq!(at.points.len(), 1);
    // A little beside it all is proved.
    for (beta, count) in [(3.99, 1), (4.01, 3)] {
        let found = searched(&network(beta), |_| ());
        assert!(proof(&found).is_proved(), "{beta}: {:?}", proof(&found));
        assert_eq!(found.points.len(), count, "{beta}");
    }
}

#[test]
fn a_network_without_interval_forms_is_refused_by_name() {
    let network = loaded(&read("f07b_ring_attractor")).network;
    let mut search = Search::new(&network, Start::at(vec![0.0; 2]));
    search.complete = Some(1000);
    let refused = landscape((&network, &settings()), &search, &Interrupt::new());
    let words = refused.unwrap_err().to_string();
    assert!(
        words.contains("spherical") && words.contains("intervals"),
        "{words}"
    );

    let many = Layer::new("x", &[17], Tanh { beta: 1.0 }).unwrap();
    let many = theories::classical(many, Weights::new(17, 17, vec![0.0; 289]).unwrap()).unwrap();
    let mut search = Search::new(&many, Start::at(vec![0.0; 17]));
    search.complete = Some(1000);
    let refused = landscape((&many, &settings()), &search, &Interrupt::new());
    assert!(refused.unwrap_err().to_string().contains("17 free neurons"));
}
