//! Linear programmes, against an exact method.

use attractor::pattern::random;
use attractor::problem::Solved;
use microlp::{ComparisonOp, OptimizationDirection};

use super::{refused, shipped, solved, written};

/// A random programme as it is typed, and as the exact method takes it.
struct Programme {
    c: Vec<f64>,
    maximises: bool,
    /// Coefficients, kind (0 not below, 1 not above, 2 equal), number.
    rows: Vec<(Vec<f64>, usize, f64)>,
    lower: f64,
    upper: f64,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Numbers of a random programme, in any order.
struct Draws(Vec<f64>);

impl Draws {
    fn of(seed: u64) -> Self {
        Draws(random::normal(seed, 4000, 0.0, 1.0))
    }

    fn normal(&mut self) -> f64 {
        self.0.pop().unwrap()
    }

    fn vector(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.normal()).collect()
    }

    fn below(&mut self, n: usize) -> usize {
        (self.normal().abs() * 1e6) as usize % n
    }
}

const KEYS: [&str; 3] = ["not_below", "not_above", "equal"];

impl Programme {
    fn text(&self, network: &str) -> String {
        let sense = if self.maximises {
            "maximise"
        } else {
            "minimise"
        };
        let mut text = format!(
            "[problem]\nkind = \"linear-program\"\n{sense} = {:?}\n",
            self.c
        );
        if self.lower.is_finite() {
            text += &format!("lower = {:?}\n", self.lower);
        }
        if self.upper.is_finite() {
            text += &format!("upper = {:?}\n", self.upper);
        }
        text += "[problem.rows]\n";
        for (k, (a, kind, b)) in self.rows.iter().enumerate() {
            text += &format!("r{k} = {{ a = {a:?}, {} = {b:?} }}\n", KEYS[*kind]);
        }
        format!("{text}[network]\n{network}\n")
    }

    fn exact(&self) -> Result<f64, microlp::Error> {
        let direction = match self.maximises {
            true => OptimizationDirection::Maximize,
            false => OptimizationDirection::Minimize,
        };
        let mut problem = microlp::Problem::new(direction);
        let bounds = (self.lower, self.upper);
        let all: Vec<_> = self.c.iter().map(|c| problem.add_var(*c, bounds)).collect();
        for (a, kind, b) in &self.rows {
            let op = [ComparisonOp::Ge, ComparisonOp::Le, ComparisonOp::Eq][*kind];
            let terms: Vec<_> = all.iter().copied().zip(a.iter().copied()).collect();
            problem.add_constraint(&terms[..], op, *b);
        }
        let solution = problem.solve()?.into_solution();
        Ok(solution
            .unwrap_or_else(|_| panic!("it was cut short"))
            .objective())
    }

    /// Feasible, as `x` meets all rows, and bounded, as the cost is a sum of rows with multipliers of the right sign.
    fn solvable(seed: u64) -> Self {
        let mut draws = Draws::of(seed);
        let n = 2 + draws.below(5);
        let count = n + 1 + draws.below(6);
        let x = draws.vector(n);
        let (bounded, maximises) = (draws.below(2) == 0, draws.below(2) == 0);
        let mut c = vec![0.0; n];
        let mut rows = Vec::new();
        for k in 0..count {
            let a = draws.vector(n);
            let kind = if k == 0 && n > 2 { 2 } else { draws.below(2) };
            let slack = if draws.below(2) == 0 {
                0.0
            } else {
                draws.normal().abs()
            };
            let sign = [1.0, -1.0, 1.0][kind];
            let b = dot(&a, &x) - if kind == 2 { 0.0 } else { sign * slack };
            let y = if kind == 2 {
                draws.normal()
            } else {
                sign * draws.normal().abs()
            };
            c.iter_mut().zip(&a).for_each(|(c, a)| *c += y * a);
            rows.push((a, kind, b));
        }
        let sign = if maximises { -1.0 } else { 1.0 };
        let far = x.iter().fold(0.0, |m: f64, v| m.max(v.abs())) + 0.5;
        Programme {
            c: c.iter().map(|c| sign * c).collect(),
            maximises,
            rows,
            lower: if bounded { -far } else { f64::NEG_INFINITY },
            upper: if bounded { far } else { f64::INFINITY },
        }
    }

    /// Rows among which some add up to `0 ≥` a number above 0.
    fn contradictory(seed: u64) -> Self {
        let mut draws = Draws::of(seed);
        let n = 2 + draws.below(4);
        let (mut last, mut most) = (vec![0.0; n], 0.0);
        let mut rows = Vec::new();
        for _ in 0..n {
            let (a, b, y) = (draws.vector(n), draws.normal(), 0.2 + draws.normal().abs());
            last.iter_mut().zip(&a).for_each(|(l, a)| *l -= y * a);
            most -= y * b;
            rows.push((a, 0, b));
        }
        // Met by no point that meets the others, by a margin.
        rows.push((last, 0, most + 0.2 + draws.normal().abs()));
        for _ in 0..draws.below(3) {
            rows.push((draws.vector(n), draws.below(2), draws.normal()));
        }
        Programme {
            c: draws.vector(n),
            maximises: draws.below(2) == 0,
            rows,
            lower: f64::NEG_INFINITY,
            upper: f64::INFINITY,
        }
    }

    /// Feasible rows with a direction that none of them forbids and along which the cost gets better.
    fn endless(seed: u64) -> Self {
        let mut draws = Draws::of(seed);
        let n = 2 + draws.below(4);
        let (x, d) = (draws.vector(n), draws.vector(n));
        let mut rows = Vec::new();
        for _ in 0..n + draws.below(4) {
            let mut a = draws.vector(n);
            if dot(&a, &d) < 0.0 {
                a.iter_mut().for_each(|a| *a = -*a);
            }
            let b = dot(&a, &x) - draws.normal().abs();
            rows.push((a, 0, b));
        }
        let mut c = draws.vector(n);
        if dot(&c, &d) > 0.0 {
            c.iter_mut().for_each(|c| *c = -*c);
        }
        Programme {
            c,
            maximises: false,
            rows,
            lower: f64::NEG_INFINITY,
            upper: f64::INFINITY,
        }
    }
}

fn only(solved: &Solved) -> &attractor::problem::Attempt {
    assert_eq!(solved.attempts.len(), 1);
    &solved.attempts[0]
}

fn is_near(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within * (1.0 + b.abs())
}

/// Random programmes: optimum, rows and the proof by weak duality.
fn reaches_the_optimum(network: &str, seeds: std::ops::Range<u64>) {
    let (mut farthest, mut networks) = (0.0_f64, Vec::new());
    for seed in seeds {
        let programme = Programme::solvable(seed);
        let optimum = programme.exact().unwrap();
        let solved = written(&programme.text(network));
        networks.push(only(&solved).stages);
        let answer = &only(&solved).answer;
        assert!(answer.is_valid(), "{seed}: {:?}", answer.violated);
        let (cost, bound) = (answer.cost.unwrap(), answer.bound.unwrap());
        assert!(is_near(cost, optimum, 1e-6), "{seed}: {cost} {optimum}");
        assert!(is_near(bound, optimum, 1e-6), "{seed}: {bound} {optimum}");
        for (a, kind, b) in &programme.rows {
            let beyond = dot(a, &answer.values) - b;
            let beyond = [-beyond, beyond, beyond.abs()][*kind];
            assert!(beyond < 1e-6, "{seed}: {beyond}");
        }
        farthest = farthest.max((cost - optimum).abs() / (1.0 + optimum.abs()));
    }
    networks.sort_unstable();
    let (half, last) = (networks[networks.len() / 2], networks[networks.len() - 1]);
    println!(
        "{network}: at most {farthest:.1e} from the optimum; networks: median {half}, most {last}"
    );
}

#[test]
fn multiplier_stages_reach_the_optimum_of_random_programmes() {
    reaches_the_optimum("form = \"multipliers\"", 100..160);
}

#[test]
fn the_primal_dual_flow_reaches_it_too_and_never_gets_faster() {
    for seed in 100..110 {
        let programme = Programme::solvable(seed);
        let solved = written(&programme.text("form = \"primal-dual\""));
        let answer = &only(&solved).answer;
        let (rises, cost) = (answer.besides[4], answer.cost.unwrap());
        assert_eq!(rises, ("speed rises", 0.0), "{seed}");
        let optimum = programme.exact().unwrap();
        assert!(answer.is_valid(), "{seed}: {:?}", answer.violated);
        assert!(is_near(cost, optimum, 1e-6), "{seed}: {cost} {optimum}");
    }
}

fn recognised(word: &str, make: fn(u64) -> Programme, error: &microlp::Error) {
    for form in ["multipliers", "primal-dual"] {
        let count = if form == "multipliers" { 20 } else { 5 };
        for seed in 500..500 + count {
            let programme = make(seed);
            let why = programme.exact().unwrap_err();
            assert_eq!(why.to_string(), error.to_string(), "{seed}");
            let solved = written(&programme.text(&format!("form = \"{form}\"")));
            let violated = &only(&solved).answer.violated;
            let said = violated.first().map_or("", |v| v);
            assert!(said.starts_with(word), "{form} {seed}: {violated:?}");
        }
    }
}

#[test]
fn infeasible_programmes_are_recognised_by_rows_that_contradict_each_other() {
    recognised(
        "infeasible",
        Programme::contradictory,
        &microlp::Error::Infeasible,
    );
}

#[test]
fn unbounded_programmes_are_recognised_by_a_direction() {
    recognised("unbounded", Programme::endless, &microlp::Error::Unbounded);
}

/// What is claimed of the classic programme with a third plant that is never served is the contradiction itself.
#[test]
fn a_contradiction_is_told_by_the_names_of_its_rows() {
    let text = "[problem]\nkind = \"linear-program\"\nminimise = [1, 1]\nlower = 0\n[problem.rows]\nfew = { a = [1, 2], not_above = 3 }\nmany = { a = [2, 1], not_below = 9 }\nsome = { a = [1, -1], not_above = 8 }\n";
    let solved = written(text);
    let violated = &only(&solved).answer.violated;
    for name in ["`few`", "`many`", "lower bound of `x2`"] {
        assert!(violated[0].contains(name), "{violated:?}");
    }
    assert!(!violated[0].contains("`some`"), "{violated:?}");
}

/// Tank and Hopfield's static penalty: the error falls as 1/K, and the end lies beyond the rows.
#[test]
fn a_static_penalty_is_off_by_one_over_k() {
    let mut medians = Vec::new();
    for k in [10.0, 100.0, 1000.0] {
        let mut off = Vec::new();
        for seed in 100..130 {
            let programme = Programme::solvable(seed);
            let network = format!("form = \"penalty\"\nk = {k:?}");
            let solved = written(&programme.text(&network));
            let answer = &only(&solved).answer;
            let (cost, bound) = (answer.cost.unwrap(), answer.bound.unwrap());
            let optimum = programme.exact().unwrap();
            let sign = if programme.maximises { -1.0 } else { 1.0 };
            let allowed = 1e-6 * (1.0 + optimum.abs());
            // Beyond the rows it is too good, and the bound is one.
            assert!(sign * (optimum - cost) > -allowed, "{seed} {k}");
            assert!(sign * (optimum - bound) > -allowed, "{seed} {k}");
            assert!(!answer.is_valid(), "{seed} {k}");
            off.push((optimum - cost).abs());
        }
        off.sort_by(f64::total_cmp);
        medians.push(off[off.len() / 2]);
    }
    println!("medians of |cost − optimum| at K = 10, 100, 1000: {medians:?}");
    // In proportion to 1/K, up to what is of second order: a tenth of it at K = 10.
    for pair in medians.windows(2) {
        assert!((7.0..13.0).contains(&(pair[0] / pair[1])), "{medians:?}");
    }
}

#[test]
fn the_classic_factory_makes_two_doors_and_six_windows() {
    for form in ["multipliers", "primal-dual"] {
        let form = format!("network.form={form}");
        let solved = solved(&shipped("factory", &[&form, "solve.starts=2"]));
        for attempt in &solved.attempts {
            let answer = &attempt.answer;
            assert!(answer.is_valid(), "{:?}", answer.violated);
            assert!(is_near(answer.values[0], 2.0, 1e-6), "{:?}", answer.values);
            assert!(is_near(answer.values[1], 6.0, 1e-6), "{:?}", answer.values);
            assert!(is_near(answer.bound.unwrap(), 36.0, 1e-6));
        }
    }
}

#[test]
fn mistakes_of_a_programme_are_told() {
    let with = |rest: &str| refused(&format!("[problem]\nkind = \"linear-program\"\n{rest}"));
    for (rest, words) in [
        ("minimise = [1, 1]", "without rows and bounds"),
        ("lower = 0", "needs `minimise` or `maximise`"),
        ("minimise = [1]\nmaximise = [1]\nlower = 0", "not both"),
        (
            "minimise = [1, 1]\nlower = [2, 0]\nupper = 1",
            "above its upper one",
        ),
        ("minimise = [1, nan]\nlower = 0", "must be finite"),
        ("minimise = [1, 1]\nlower = [0, nan]", "bounds nothing"),
        (
            "minimise = [1, 1]\nlower = [0, 0, 0]",
            "2 variables, and 3 lower bounds",
        ),
        (
            "minimise = [1, 1]\n[problem.rows]\na = { a = [1, 2, 3], equal = 1 }",
            "row `a`",
        ),
        (
            "minimise = [1, 1]\n[problem.rows]\na = { a = [1, 2] }",
            "says nothing of a·x",
        ),
        (
            "minimise = [1, 1]\n[problem.rows]\na = { a = [0, 0], equal = 1 }",
            "no coefficient but 0",
        ),
        (
            "minimise = [1, 1]\n[problem.rows]\na = { a = [1, 2], equal = 1, not_above = 2 }",
            "limit besides",
        ),
        (
            "minimise = [1, 1]\n[problem.rows]\na = { a = [1, 2], above = 1 }",
            "above",
        ),
    ] {
        let why = with(rest);
        assert!(why.contains(words), "{rest}\n{why}");
    }
}

/// Stages that are too few leave a point that meets all rows, or none, and it is not called the optimum.
#[test]
fn what_is_not_known_to_be_the_best_is_not_valid() {
    let (mut open, mut seen) = (0, 0);
    for seed in 0..20 {
        let programme = Programme::solvable(seed);
        let optimum = programme.exact().unwrap();
        for stages in [1, 2, 4] {
            let answer = &only(&written(&programme.text(&format!("stages = {stages}"))))
                .answer
                .clone();
            let cost = answer.cost.unwrap();
            let is_best = is_near(cost, optimum, 1e-5);
            seen += 1;
            open += usize::from(!answer.is_valid());
            assert!(
                is_best || !answer.is_valid(),
                "{seed} {stages}: {cost} {optimum}"
            );
        }
    }
    assert!(open > 0 && open < seen, "{open} of {seen}");
}

/// A programme whose rows seem to contradict each other up to 1e-9, and whose optimum is far away: a proof by rounding says how far it holds.
#[test]
fn a_proof_up_to_rounding_says_how_far_it_holds() {
    let text = "[problem]\nkind = \"linear-program\"\nminimise = [0, 1]\n[problem.rows]\np = { a = [1, 0], not_below = 1 }\nq = { a = [-1e9, 1], not_below = 0 }\n";
    let solved = written(text);
    let answer = &only(&solved).answer;
    match answer.is_valid() {
        true => assert!(is_near(answer.cost.unwrap(), 1e9, 1e-6)),
        false => assert!(
            answer.violated[0].contains("with all |x| below")
                || answer.violated[0].contains("not known"),
            "{:?}",
            answer.violated
        ),
    }
}

/// Rows of sizes a million times apart: a diet of tonnes and trucks, and a mix that was left at its optimum.
#[test]
fn variables_of_very_different_sizes_are_solved_exactly() {
    let diet = "minimise = [12, 900]\nlower = 0\n[problem.rows]\ntonnes = { a = [1, 0], not_below = 250000 }\ntrucks = { a = [0, 1], not_below = 0.2 }\n";
    let mix = "maximise = [3, 2]\nlower = [0, 0.3]\nupper = [inf, 0.4]\n[problem.rows]\nall = { a = [1, 1], not_above = 1e6 }\n";
    for (text, cost, values) in [
        (diet, 3_000_180.0, [250_000.0, 0.2]),
        (mix, 2_999_999.7, [999_999.7, 0.3]),
    ] {
        let solved = written(&format!("[problem]\nkind = \"linear-program\"\n{text}"));
        let answer = &only(&solved).answer;
        assert!(answer.is_valid(), "{:?}", answer.violated);
        assert!(is_near(answer.cost.unwrap(), cost, 1e-9), "{answer:?}");
        for (found, own) in answer.values.iter().zip(values) {
            assert!((found - own).abs() < 1e-6 * own, "{answer:?}");
        }
    }
}
