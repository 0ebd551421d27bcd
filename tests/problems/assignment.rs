//! Workers and jobs, against the Hungarian method of another crate.

use attractor::pattern::random;
use attractor::problem::Solved;
use pathfinding::prelude::{Matrix, kuhn_munkres_min};

use super::{refused, shipped, solved};

fn instance(n: usize, seed: u64, more: &[&str]) -> Solved {
    let costs = format!(
        "problem.costs={{ random = \"uniform\", low = 0, high = 1, shape = [{n}, {n}], seed = {seed} }}"
    );
    let mut all = vec![&costs[..]];
    all.extend(more);
    solved(&shipped("workers", &all))
}

/// The least cost, found in whole numbers: 10⁻¹² of rounding for each worker.
fn least(n: usize, seed: u64) -> f64 {
    let costs = random::uniform(seed, n * n, 0.0, 1.0);
    let whole = costs.iter().map(|c| (c * 1e12).round() as i64);
    let matrix = Matrix::from_vec(n, n, whole.collect()).unwrap();
    let (_, jobs) = kuhn_munkres_min(&matrix);
    jobs.iter().enumerate().map(|(i, j)| costs[i * n + j]).sum()
}

/// Every answer is the optimum, and proves it: prices bound all assignments from below.
#[test]
fn the_plan_that_is_cooled_is_the_optimum() {
    for (n, seeds) in [(10, 0..40), (20, 0..10)] {
        for seed in seeds {
            let solved = instance(n, seed, &[]);
            let answer = &solved.attempts[0].answer;
            assert!(answer.is_valid(), "{n}, {seed}: {:?}", answer.violated);
            let (cost, least) = (answer.cost.unwrap(), least(n, seed));
            assert!((cost - least).abs() < 1e-10, "{n}, {seed}: {cost} {least}");
            let bound = answer.bound.unwrap();
            assert!(bound <= least + 1e-10 && cost - bound < 1e-10);
            assert!((solved.baseline.unwrap().cost - least).abs() < 1e-10);
            assert_eq!(solved.attempts[0].rises, Some(0), "the energy falls");
        }
    }
}

/// The bound holds wherever prices stand, and what is decided is never wrong, however warm.
#[test]
fn a_warm_plan_is_undecided_or_right() {
    let mut seen = [0; 2];
    for seed in 100..120 {
        let kept = ["network.from=0.01", "network.to=0.01"];
        let solved = instance(10, seed, &kept);
        let (answer, least) = (&solved.attempts[0].answer, least(10, seed));
        assert!(answer.bound.unwrap() <= least + 1e-10);
        if answer.is_valid() {
            assert!((answer.cost.unwrap() - least).abs() < 1e-10);
        } else {
            // The entropy costs something, and no row was rounded.
            assert!(answer.cost.unwrap() > answer.bound.unwrap());
            assert!(answer.values.contains(&-1.0));
            assert!(answer.violated.iter().any(|v| v.contains("undecided")));
        }
        seen[usize::from(answer.is_valid())] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "both occur: {seen:?}");
}

/// Two assignments are equally good: the plan stays between them, and that is said with the gap.
#[test]
fn a_tie_stays_undecided() {
    let costs = "problem.costs=[[0, 0, 5], [0, 0, 5], [5, 5, 0]]";
    let solved = solved(&shipped("workers", &[costs, "network.stages=20"]));
    let answer = &solved.attempts[0].answer;
    assert!(!answer.is_valid());
    assert_eq!(answer.values, [-1.0, -1.0, 2.0]);
    assert!(answer.bound.unwrap().abs() < 1e-6, "{:?}", answer.bound);
    let gap = answer.besides.iter().find(|b| b.0 == "gap").unwrap().1;
    assert!((-1e-9..1e-3).contains(&gap), "{gap}");
    assert!(answer.violated.last().unwrap().contains("equally good"));
}

#[test]
fn costs_that_make_no_sense_are_refused() {
    let file = |costs: &str| format!("[problem]\nkind = \"assignment\"\ncosts = {costs}\n");
    for (costs, why) in [
        ("[[1, 2, 3], [4, 5, 6]]", "square"),
        ("[[1, nan], [2, 3]]", "finite"),
        ("[[1, -inf], [2, 3]]", "finite"),
        ("[[1, inf], [2, 3]]", "finite"),
    ] {
        let found = refused(&file(costs));
        assert!(found.contains(why), "{costs}: {found}");
    }
    let more = file("[[1, 2], [3, 4]]") + "[network]\nfrom = 1e-3\nto = 1e-2\n";
    assert!(refused(&more).contains("must not be above"));
}

/// One job for one worker, and costs that are all alike.
#[test]
fn the_smallest_problems_have_answers() {
    let one = solved(&shipped("workers", &["problem.costs=[[7]]"]));
    assert_eq!(one.attempts[0].answer.cost, Some(7.0));
    assert!(one.attempts[0].answer.is_valid());
    let alike = ["problem.costs=[[2, 2], [2, 2]]", "network.stages=3"];
    let alike = solved(&shipped("workers", &alike));
    assert!(!alike.attempts[0].answer.is_valid(), "a tie");
}

/// Nothing is drawn, so that more starts would be one start counted several times.
#[test]
fn more_starts_than_differ_are_refused() {
    let text = "[problem]\nkind = \"assignment\"\ncosts = [[1, 2], [3, 1]]\n[solve]\nstarts = 2\n";
    let why = refused(text);
    assert!(
        why.contains("of 2 starts no more than 1 would differ"),
        "{why}"
    );
    let why = refused(&text.replace("[[1, 2], [3, 1]]", "[[1e308, -1e308], [3, 1]]"));
    assert!(why.contains("differ by more than"), "{why}");
}

/// The last network of the workers has a flat direction, all prices alike, and is convex: nothing grows.
#[test]
fn the_network_that_ends_decided_is_no_saddle() {
    use attractor::dynamics::Interrupt;
    let asked = shipped("workers", &[]);
    let last = (0..)
        .take_while(|k| attractor::problem::stage(&asked, *k, &Interrupt::new()).is_ok())
        .last()
        .unwrap();
    let stage = attractor::problem::stage(&asked, last, &Interrupt::new()).unwrap();
    let study = stage.load("workers").unwrap().study;
    let results = study.run(&Interrupt::new(), &()).unwrap();
    assert_eq!(results.fixed_points.points().len(), 1);
    for point in results.fixed_points.points() {
        assert_ne!(point.stability, attractor::analysis::Stability::Unstable);
    }
}
