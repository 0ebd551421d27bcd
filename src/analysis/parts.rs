//! What acts on one another in parts: where one part acts on the next and hears nothing of it the Jacobian is block triangular.
//! Its eigenvalues are those of the blocks on the diagonal, and what it is to solve is solved one block after the other.

/// The strongly connected components of a graph, each sorted, none leading to one before it (Kosaraju). `next` of every node are
/// those that it leads to.
pub(super) fn components(next: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut before = vec![Vec::new(); next.len()];
    for (i, all) in next.iter().enumerate() {
        all.iter().for_each(|j| before[*j].push(i));
    }
    let mut seen = vec![false; next.len()];
    let mut finished = Vec::new();
    for root in 0..next.len() {
        visit(root, next, &mut seen, &mut finished);
    }
    seen.fill(false);
    let mut found = Vec::new();
    for root in finished.into_iter().rev() {
        let mut part = Vec::new();
        visit(root, &before, &mut seen, &mut part);
        if !part.is_empty() {
            part.sort_unstable();
            found.push(part);
        }
    }
    found
}

/// Goes wherever `root` leads and nobody has been, deep first; every node is written down when it is left.
fn visit(root: usize, next: &[Vec<usize>], seen: &mut [bool], left: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[root], true) {
        return;
    }
    let mut path = vec![(root, next[root].iter())];
    while let Some((i, ahead)) = path.last_mut() {
        match ahead.next() {
            Some(j) if !std::mem::replace(&mut seen[*j], true) => path.push((*j, next[*j].iter())),
            Some(_) => {}
            None => {
                left.push(*i);
                path.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_parts_and_come_after_what_leads_to_them() {
        // 5 → 1 ⇄ 3 → 0 → 2 → 4 → 0, and 6 by itself.
        let mut next = vec![Vec::new(); 7];
        for (i, j) in [(5, 1), (1, 3), (3, 1), (3, 0), (0, 2), (2, 4), (4, 0)] {
            next[i].push(j);
        }
        let found = components(&next);
        let at = |part: &[usize]| found.iter().position(|p| p == part);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(
            at(&[5]) < at(&[1, 3]) && at(&[1, 3]) < at(&[0, 2, 4]),
            "{found:?}"
        );
        assert!(at(&[5]).is_some() && at(&[6]).is_some());
    }

    #[test]
    fn a_long_chain_is_gone_through() {
        let next: Vec<Vec<usize>> = (0..100_000).map(|i| vec![(i + 1) % 100_000]).collect();
        assert_eq!(components(&next).len(), 1);
        let open: Vec<Vec<usize>> = (0..100_000)
            .map(|i: usize| i.checked_sub(1).into_iter().collect())
            .collect();
        let order: Vec<usize> = components(&open).concat();
        assert!(order.iter().rev().copied().eq(0..100_000));
    }
}
