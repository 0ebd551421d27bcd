//! The word that a typist probably meant.

/// The candidate nearest to `word`, if one is near enough to be worth suggesting: a third of the letters may be wrong.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = letters(word);
    candidates
        .into_iter()
        .map(|c| (distance(&typed, &letters(c)), c))
        .filter(|(d, c)| *d <= 1.max(typed.len().max(c.chars().count()) / 3))
        // Two letters or fewer resemble everything.
        .filter(|(d, _)| *d < typed.len())
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// A clause for a help line: the nearest word, or else all there are.
pub(super) fn suggestion(word: &str, known: &[&str]) -> Option<String> {
    match nearest(word, known.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None => Some(format!("known here: {}", listed(known))),
    }
}

/// Names in a row, the first ones if they are many.
pub(super) fn listed(names: &[&str]) -> String {
    const MOST: usize = 40;
    match names.get(..MOST) {
        Some(first) if names.len() > MOST => {
            format!("{} and {} more", first.join(", "), names.len() - MOST)
        }
        _ => names.join(", "),
    }
}

/// Case, and `-` for `_`, do not count; a word of a page's length is not a word.
fn letters(word: &str) -> Vec<char> {
    word.chars()
        .take(64)
        .flat_map(char::to_lowercase)
        .map(|c| if c == '-' { '_' } else { c })
        .collect()
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, no place edited twice
/// (optimal string alignment, the restricted Damerau–Levenshtein distance).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j - 1] + differs).min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_edits_and_swaps_once() {
        let d = |a: &str, b: &str| distance(&letters(a), &letters(b));
        assert_eq!(d("tanh", "tanh"), 0);
        assert_eq!(d("lagrangain", "lagrangian"), 1);
        assert_eq!(d("", "abc"), 3);
        assert_eq!(d("kitten", "sitting"), 3);
        assert_eq!(d("ca", "abc"), 3);
        assert_eq!(d("Zero-Diagonal", "zero_diagonal"), 0);
    }

    #[test]
    fn only_near_words_are_suggested() {
        assert_eq!(
            nearest("lagrangain", ["size", "lagrangian"]),
            Some("lagrangian")
        );
        assert_eq!(nearest("siez", ["size", "tau"]), Some("size"));
        assert_eq!(nearest("banana", ["size", "tau"]), None);
        assert_eq!(nearest("x", ["k", "d"]), None);
    }
}
