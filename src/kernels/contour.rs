//! Lines on which a function on a grid changes its sign (marching squares): what of them lies in one square, and how they go on.

use std::collections::HashMap;
use std::hash::Hash;

/// The sides of a square that each line through it joins. Corners go counter-clockwise from the lower left, `above` says which of
/// them are not negative; sides are the lower, right, upper and left one. Where corners that lie across are alike, `middle` says
/// whether the function joins those that are above.
pub fn crossed(above: [bool; 4], middle: impl FnOnce() -> bool) -> Vec<[usize; 2]> {
    let cut: Vec<usize> = (0..4).filter(|&s| above[s] != above[(s + 1) % 4]).collect();
    match cut[..] {
        [a, b] => vec![[a, b]],
        [_, _, _, _] if middle() == above[0] => vec![[0, 1], [2, 3]],
        [_, _, _, _] => vec![[3, 0], [1, 2]],
        _ => Vec::new(),
    }
}

/// Joins pieces that share an end: first the lines with ends, then what is left, loops, whose first entry is their last.
pub fn chains<K: Copy + Eq + Hash>(pieces: &[[K; 2]]) -> Vec<Vec<K>> {
    let mut at: HashMap<K, Vec<usize>> = HashMap::new();
    for (k, ends) in pieces.iter().enumerate() {
        ends.iter()
            .for_each(|end| at.entry(*end).or_default().push(k));
    }
    let mut used = vec![false; pieces.len()];
    let follow = |start: K, used: &mut Vec<bool>| {
        let mut chain = vec![start];
        let mut end = start;
        while let Some(&k) = at
            .get(&end)
            .and_then(|near| near.iter().find(|&&k| !used[k]))
        {
            used[k] = true;
            let [a, b] = pieces[k];
            end = if a == end { b } else { a };
            chain.push(end);
        }
        chain
    };
    let mut chains = Vec::new();
    for end in pieces.iter().flatten() {
        if at.get(end).is_some_and(|near| near.len() == 1) {
            chains.push(follow(*end, &mut used));
        }
    }
    for k in 0..pieces.len() {
        if !used[k] {
            chains.push(follow(pieces[k][0], &mut used));
        }
    }
    chains.retain(|chain| chain.len() > 1);
    chains
}
