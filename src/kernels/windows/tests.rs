//! Windows against their definition.

use super::*;
use crate::kernels::tests::numbers;

/// Sizes of images, windows, strides and paddings.
const CASES: [[[usize; 2]; 4]; 8] = [
    [[1, 1], [1, 1], [1, 1], [0, 0]],
    [[5, 4], [3, 3], [1, 1], [0, 0]],
    [[5, 4], [3, 3], [2, 2], [1, 1]],
    [[8, 8], [3, 3], [2, 2], [0, 0]],
    [[6, 7], [1, 4], [3, 2], [0, 2]],
    [[4, 9], [2, 5], [1, 3], [2, 1]],
    [[7, 3], [2, 1], [5, 2], [0, 0]],
    [[2, 2], [4, 5], [1, 2], [1, 3]],
];

fn each(mut f: impl FnMut(Windows, [[usize; 2]; 4])) {
    for case in CASES {
        let [image, size, stride, padding] = case;
        f(Windows::new(image, size, stride, padding).unwrap(), case);
    }
}

/// The cell that a tap sees, by the definition.
fn cell(at: [usize; 4], [image, _, stride, padding]: [[usize; 2]; 4]) -> Option<usize> {
    let [i, j, u, v] = at.map(|k| k as isize);
    let seen = |place: isize, tap: isize, k: usize| {
        let cell = place * stride[k] as isize + tap - padding[k] as isize;
        let cell = usize::try_from(cell).ok()?;
        (cell < image[k]).then_some(cell)
    };
    Some(seen(i, u, 0)? * image[1] + seen(j, v, 1)?)
}

#[test]
fn every_tap_sees_the_cell_of_the_definition() {
    each(|windows, case| {
        let [rows, columns] = windows.places();
        let mut seen = vec![Vec::new(); windows.cells()];
        for place in 0..rows * columns {
            let mut sees = Vec::new();
            windows.sees(place, |cell, tap| sees.push((cell, tap)));
            let mut wanted = Vec::new();
            for tap in 0..windows.taps() {
                let [u, v] = [tap / case[1][1], tap % case[1][1]];
                if let Some(cell) = cell([place / columns, place % columns, u, v], case) {
                    wanted.push((cell, tap));
                    seen[cell].push((place, tap));
                    assert_eq!(windows.tap(place, cell), Some(tap));
                }
            }
            assert_eq!(sees, wanted, "{case:?}");
            let known = |cell: usize| wanted.iter().any(|w| w.0 == cell);
            let strangers = (0..windows.cells()).filter(|cell| !known(*cell));
            strangers.for_each(|cell| assert_eq!(windows.tap(place, cell), None));
        }
        for (cell, wanted) in seen.iter().enumerate() {
            let mut from = Vec::new();
            windows.seen_from(cell, |place, tap| from.push((place, tap)));
            assert_eq!(&from, wanted, "{case:?}, cell {cell}");
        }
    });
}

#[test]
fn what_is_gathered_is_seen_and_added_back_by_the_same_taps_however_places_are_cut() {
    each(|windows, case| {
        for width in [1, 3] {
            let image = numbers(windows.cells() * width, 1);
            let all = numbers(windows.taps() * windows.count() * width, 2);
            let mut wanted = vec![0.0; image.len()];
            for place in 0..windows.count() {
                windows.sees(place, |cell, tap| {
                    let from = (tap * windows.count() + place) * width;
                    for b in 0..width {
                        wanted[cell * width + b] += all[from + b];
                    }
                });
            }
            for some in [1, 2, windows.count()] {
                let mut back = vec![0.0; image.len()];
                for first in (0..windows.count()).step_by(some) {
                    let places = first..windows.count().min(first + some);
                    let columns = places.len() * width;
                    let mut to = vec![f64::NAN; windows.taps() * columns];
                    windows.gather(&image, width, places.clone(), &mut to);
                    let mut from = Vec::new();
                    for tap in 0..windows.taps() {
                        let at = (tap * windows.count() + first) * width;
                        from.extend_from_slice(&all[at..at + columns]);
                        for (n, place) in places.clone().enumerate() {
                            let mut expected = vec![0.0; width];
                            windows.sees(place, |cell, t| {
                                if t == tap {
                                    expected = image[cell * width..][..width].to_vec();
                                }
                            });
                            let got = &to[tap * columns + n * width..][..width];
                            assert_eq!(got, expected, "{case:?}");
                        }
                    }
                    windows.add_back(&from, width, places, &mut back);
                }
                assert_eq!(back, wanted, "{case:?}, {some} places at a time");
            }
        }
    });
}

#[test]
fn windows_that_do_not_fit_are_none() {
    assert_eq!(Windows::new([4, 4], [5, 1], [1, 1], [0, 0]), None);
    assert_eq!(Windows::new([4, 4], [1, 7], [1, 1], [1, 1]), None);
    assert_eq!(Windows::new([4, 4], [0, 1], [1, 1], [0, 0]), None);
    assert_eq!(Windows::new([0, 4], [1, 1], [1, 1], [1, 1]), None);
    assert_eq!(Windows::new([4, 4], [1, 1], [0, 1], [0, 0]), None);
    assert_eq!(Windows::new([4, 4], [1, 1], [1, 1], [usize::MAX; 2]), None);
}
