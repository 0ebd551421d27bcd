//! Damaged files: whatever they hold, they are read or reported, and never bring the program down.

use attractor::model_file::{Diagnostics, Document, Source};

use super::sample::{GOOD, read};

fn survives(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = read(text, &[]);
    } else {
        assert!(Source::from_bytes("x.toml", bytes.to_vec(), &[]).is_err());
    }
}

#[test]
fn every_prefix_is_read_or_reported() {
    for n in 0..GOOD.len() {
        survives(&GOOD.as_bytes()[..n]);
    }
}

#[test]
fn every_byte_may_be_lost_or_changed() {
    let good = GOOD.as_bytes();
    for i in 0..good.len() {
        let mut less = good.to_vec();
        less.remove(i);
        survives(&less);
        for byte in *b"\"'[]{}=.,#\n\r\t\\ 0-_e\x00\xff\xce" {
            let mut changed = good.to_vec();
            changed[i] = byte;
            survives(&changed);
        }
    }
}

#[test]
fn several_bytes_may_change_at_once() {
    let rich = GOOD
        .replace(
            "t_end",
            "a = { file = 'a.npy', rows = '0..2', scale = 2 }\nt_end",
        )
        .replace(
            "weights = \"memories\"",
            "weights = { random = 'normal', std = 2, seed = 3 }",
        )
        .replace("tau = 1.0", "tau = { half_norm_of = [[1], [2], [3]] }");
    let places = b"\"'[]{}=.,#\n019eE_+-naif \xce";
    // A linear congruential generator: the same damage in every run.
    let mut state: u64 = 1;
    let mut below = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % n
    };
    for _ in 0..3000 {
        let mut bytes = rich.clone().into_bytes();
        for _ in 0..4 {
            let at = below(bytes.len());
            bytes[at] = places[below(places.len())];
        }
        survives(&bytes);
    }
}

#[test]
fn every_prefix_of_an_override_is_applied_or_reported() {
    for set in [
        "layers.hidden.lagrangian={kind='tanh',delta=[1,2]}",
        "synapses.0.weights={hebbian={file=\"ξ.npy\",rows=[1,2]}}",
        "\"a.b\".'c' = \"\"\"x\ny\"\"\"",
    ] {
        for (n, _) in set.char_indices() {
            let _ = read(GOOD, &[&set[..n], "solve.t_end=nan"]);
        }
    }
}

#[test]
fn deep_nesting_is_an_error_and_not_a_stack_overflow() {
    for text in [
        format!("title = {}", "[".repeat(10_000)),
        format!("title = {}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("title = {}", "{a=".repeat(10_000)),
        format!(
            "title = {}",
            format!("{{a{} = ", ".a".repeat(78)).repeat(78)
        ),
        format!(
            "title = {}1{}",
            format!("{{a{} = ", ".a".repeat(78)).repeat(78),
            "}".repeat(78)
        ),
        format!("title{} = 1", ".a".repeat(100_000)),
        format!("[layers{}]\n", ".a".repeat(100_000)),
    ] {
        assert!(read(&text, &[]).is_err());
        assert!(read(GOOD, &[&text]).is_err());
    }
    let named: String = (0..10_000)
        .map(|i| format!("p{i} = {{ hebbian = \"p{}\" }}\n", i + 1))
        .collect();
    let text = format!(
        "[patterns]\n{named}{}",
        &GOOD[1..].replace("[patterns]\n", "")
    );
    assert!(read(&text, &["synapses.0.weights=p0"]).is_err());
}

#[test]
fn bytes_that_are_not_text_are_refused_with_their_line() {
    let refused = Source::from_bytes("x.toml", b"a = 1\nb = \xff".to_vec(), &[]);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "line 2 is not UTF-8 text, as TOML must be; save it as UTF-8"
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let source = Source::new("x.toml", "\u{feff}a = 1", &[]);
    let diagnostics = Diagnostics::new();
    assert!(Document::read(&source, &diagnostics).is_some());
    assert_eq!(source.file(), "a = 1");
}
