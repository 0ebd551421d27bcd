//! A permutation, read strictly from a matrix of activations.

/// An activation nearer than this to 0 or to 1 says which it is.
pub const DECIDED: f64 = 0.1;

/// What a matrix `g`, n × n and row by row, says: the column of each row, with what contradicts that in words. `[row, column]` are what rows
/// and columns are called. A row has a column where one entry is above `1 − DECIDED` and all others are below [`DECIDED`].
pub fn read(g: &[f64], n: usize, [row, column]: [&str; 2]) -> (Vec<Option<usize>>, Vec<String>) {
    let mut wrong = Vec::new();
    let mut taken: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut chosen = vec![None; n];
    for (i, entries) in g.chunks_exact(n.max(1)).enumerate() {
        let ones: Vec<usize> = (0..n).filter(|j| entries[*j] > 1.0 - DECIDED).collect();
        let between = |g: &&f64| !(g.abs() < DECIDED || **g > 1.0 - DECIDED);
        let undecided = entries.iter().filter(between).count();
        match ones[..] {
            [j] if undecided == 0 => {
                chosen[i] = Some(j);
                taken[j].push(i);
            }
            [] => {
                let largest = entries.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                wrong.push(format!(
                    "{row} {i} has no {column}: its largest entry is {largest:.3}"
                ));
            }
            [_] => wrong.push(format!(
                "{row} {i} is undecided: entries between 0 and 1 beside a 1"
            )),
            _ => wrong.push(format!(
                "{row} {i} has {} of them: {column} {ones:?}",
                ones.len()
            )),
        }
    }
    for (j, rows) in taken.iter().enumerate().filter(|(_, rows)| rows.len() > 1) {
        wrong.push(format!("{column} {j} is taken by {row} {rows:?}"));
    }
    (chosen, wrong)
}

/// The permutation, if nothing is wrong.
pub fn whole(chosen: &[Option<usize>], wrong: &[String]) -> Option<Vec<usize>> {
    wrong.is_empty().then(|| chosen.iter().copied().collect())?
}

#[cfg(test)]
mod tests {
    use super::{read, whole};

    #[test]
    fn nothing_is_rounded_to_a_permutation() {
        let sure = [0.02, 0.98, 0.97, 0.03];
        let (chosen, wrong) = read(&sure, 2, ["worker", "job"]);
        assert_eq!(whole(&chosen, &wrong), Some(vec![1, 0]));
        for (g, why) in [
            ([0.2, 0.8, 0.97, 0.03], "worker 0 has no job"),
            ([0.0, 1.0, 0.0, 1.0], "job 1 is taken by worker [0, 1]"),
            ([1.0, 1.0, 1.0, 0.0], "worker 0 has 2 of them"),
            ([0.5, 0.95, 1.0, 0.0], "worker 0 is undecided"),
            ([f64::NAN, 0.0, 1.0, 0.0], "worker 0 has no job"),
        ] {
            let (chosen, wrong) = read(&g, 2, ["worker", "job"]);
            assert!(wrong[0].contains(why), "{wrong:?}");
            assert_eq!(whole(&chosen, &wrong), None);
        }
    }
}
