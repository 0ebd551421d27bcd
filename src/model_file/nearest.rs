//! The word that a typist probably meant.

use strsim::osa_distance;

/// The candidate nearest to `word`, if one is near enough to be worth suggesting: a third of the letters may be wrong.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = letters(word);
    let count = typed.chars().count();
    candidates
        .into_iter()
        .map(|c| (osa_distance(&typed, &letters(c)), c))
        .filter(|(d, c)| *d <= 1.max(count.max(c.chars().count()) / 3))
        // Two letters or fewer resemble everything.
        .filter(|(d, _)| *d < count)
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
fn letters(word: &str) -> String {
    word.chars()
        .take(64)
        .flat_map(char::to_lowercase)
        .map(|c| if c == '-' { '_' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_words_are_suggested() {
        assert_eq!(
            nearest("lagrangain", ["size", "lagrangian"]),
            Some("lagrangian")
        );
        assert_eq!(
            nearest("Zero-Diagnoal", ["zero_diagonal"]),
            Some("zero_diagonal")
        );
        assert_eq!(nearest("siez", ["size", "tau"]), Some("size"));
        assert_eq!(nearest("banana", ["size", "tau"]), None);
        assert_eq!(nearest("x", ["k", "d"]), None);
    }
}
