//! How numbers are told in sentences.

/// Four digits that count at least, and four decimals at most where they are enough: `17.3423`, `0.01235`. What is very
/// small or very large is a power of ten without idle zeros, `3.62e-9`.
pub fn number(v: f64) -> String {
    let size = v.abs();
    if v == 0.0 {
        "0".into()
    } else if (1e-3..1e7).contains(&size) {
        // In range of an i32 by the bounds above.
        let decimals = (3 - size.log10().floor() as i32).max(4) as usize;
        let text = format!("{v:.decimals$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        power(v, 3)
    }
}

/// Two digits that count, of what is known no better: `0.25`, `5.3e-13`, `1e9`.
pub fn rough(v: f64) -> String {
    match power(v, 1).parse::<f64>() {
        Ok(v) if v == 0.0 || (1e-3..1e5).contains(&v.abs()) => v.to_string(),
        _ => power(v, 1),
    }
}

/// All of its digits, as a power of ten where there would be a row of noughts: `0.1`, `1e300`.
pub fn exact(v: f64) -> String {
    let size = v.abs();
    if v == 0.0 || (1e-5..1e16).contains(&size) || !v.is_finite() {
        v.to_string()
    } else {
        format!("{v:e}")
    }
}

/// The number with as many digits as count, and no others: what is printed of it is short.
pub fn rounded(v: f64, digits: usize) -> f64 {
    let text = format!("{v:.*e}", digits.saturating_sub(1));
    text.parse().unwrap_or(v)
}

/// So many decimals, and no minus sign before a zero: `0.500`, `-1.250`, `0.000`.
pub fn fixed(v: f64, decimals: usize) -> String {
    let text = format!("{v:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| b"0.".contains(&b)) => digits.to_owned(),
        _ => text,
    }
}

/// A number as model files and tables have it, to the last bit: whole ones, which may be counts, without a point as far as
/// whole numbers are exact.
pub fn written(v: f64) -> String {
    if v.fract() == 0.0 && v.abs() < 9e15 {
        v.to_string()
    } else {
        format!("{v:?}")
    }
}

/// `1 row`, `2 rows`.
pub fn plural(n: usize, word: &str) -> String {
    match (n, word.strip_suffix('y')) {
        (1, _) => format!("{n} {word}"),
        // Memories, entries, trajectories; but keys and arrays.
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o']) => format!("{n} {stem}ies"),
        _ => format!("{n} {word}s"),
    }
}

/// `320 bytes`, `4.1 kB`, `25 MB`, `2.1 GB`.
pub fn bytes(n: u64) -> String {
    let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let n = n as f64;
    match units.iter().find(|(unit, _)| n >= *unit) {
        Some((unit, name)) if n / unit < 10.0 => format!("{:.1} {name}", n / unit),
        Some((unit, name)) => format!("{:.0} {name}", n / unit),
        None => plural(n as usize, "byte"),
    }
}

/// A power of ten with so many decimals, those at its end that are 0 left out.
fn power(v: f64, decimals: usize) -> String {
    let text = format!("{v:.decimals$e}");
    match text.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => {
            let digits = digits.trim_end_matches('0').trim_end_matches('.');
            format!("{digits}e{exponent}")
        }
        // Infinities and what is no number.
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_four_digits_whatever_its_size() {
        let told = [
            0.0,
            17.34231,
            20.0,
            350_520.0,
            0.5,
            0.429_279_8,
            0.012_345_6,
            1.75e-3,
            5e-6,
            3.62e-9,
            -36.2,
            1e150,
            2.5e7,
            36_200_000.0,
        ];
        let told = told.map(number).join(" ");
        let wanted =
            "0 17.3423 20 350520 0.5 0.4293 0.01235 0.00175 5e-6 3.62e-9 -36.2 1e150 2.5e7 3.62e7";
        assert_eq!(told, wanted);
        assert_eq!(number(f64::INFINITY), "inf");
        assert_eq!(number(f64::NAN), "NaN");
    }

    #[test]
    fn what_is_known_roughly_has_two_digits() {
        let told = [0.0, 0.25, 36.2, 3.62e-9, 1e-13, 123_456.0, 1e9].map(rough);
        assert_eq!(told.join(" "), "0 0.25 36 3.6e-9 1e-13 1.2e5 1e9");
    }

    #[test]
    fn all_digits_of_a_huge_number_are_no_row_of_noughts() {
        let told = [0.1, -3.0, 1e300, 2.5e-9, 1e7, f64::INFINITY].map(exact);
        assert_eq!(told.join(" "), "0.1 -3 1e300 2.5e-9 10000000 inf");
    }

    #[test]
    fn a_number_is_rounded_to_the_digits_that_count() {
        let told = [0.0, 17.34231, -1.0 / 3.0, 1e300, 6.66666e-9].map(|v| rounded(v, 4));
        assert_eq!(told, [0.0, 17.34, -0.3333, 1e300, 6.667e-9]);
        assert_eq!(rounded(f64::INFINITY, 4), f64::INFINITY);
    }

    #[test]
    fn zero_has_no_sign_whatever_was_rounded_to_it() {
        let told = [0.5, -1.25, 0.0, -0.0, -1e-9, -0.0004, 100.0].map(|v| fixed(v, 3));
        assert_eq!(
            told.join(" "),
            "0.500 -1.250 0.000 0.000 0.000 0.000 100.000"
        );
        assert_eq!(fixed(-100.0, 0), "-100");
    }

    #[test]
    fn a_count_is_written_as_one_and_a_fraction_to_the_last_bit() {
        let told = [20.0, 0.1, -3.0, 1e15, 1e16, 0.1 + 0.2].map(written);
        assert_eq!(
            told.join(" "),
            "20 0.1 -3 1000000000000000 1e16 0.30000000000000004"
        );
    }

    #[test]
    fn one_of_a_kind_is_not_many() {
        let told = [
            (1, "row"),
            (2, "row"),
            (0, "row"),
            (1, "memory"),
            (3, "memory"),
        ];
        let told = told.map(|(n, word)| plural(n, word)).join(", ");
        assert_eq!(told, "1 row, 2 rows, 0 rows, 1 memory, 3 memories");
    }

    #[test]
    fn a_few_bytes_are_not_no_megabytes() {
        let told = [1, 320, 4100, 25_300_000, 2_147_483_648].map(bytes);
        assert_eq!(told.join(", "), "1 byte, 320 bytes, 4.1 kB, 25 MB, 2.1 GB");
    }
}
