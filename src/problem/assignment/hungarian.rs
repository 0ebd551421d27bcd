//! The Hungarian method in O(n³), by shortest augmenting paths (Jonker and Volgenant 1987): the exact baseline.

/// The job of each worker at the least cost, and that cost; costs are n × n and finite.
pub fn solve(costs: &[f64], n: usize) -> (Vec<usize>, f64) {
    // Column n is where the worker waits for whom a path is sought.
    let mut worker_of = vec![n; n + 1];
    let (mut u, mut v) = (vec![0.0; n + 1], vec![0.0; n + 1]);
    for i in 0..n {
        worker_of[n] = i;
        let mut column = n;
        let mut least = vec![f64::INFINITY; n];
        let mut from = vec![n; n];
        let mut seen = vec![false; n + 1];
        while worker_of[column] < n {
            seen[column] = true;
            let worker = worker_of[column];
            let (mut step, mut next) = (f64::INFINITY, n);
            for j in (0..n).filter(|j| !seen[*j]) {
                let reduced = costs[worker * n + j] - u[worker] - v[j];
                if reduced < least[j] {
                    (least[j], from[j]) = (reduced, column);
                }
                if least[j] < step {
                    (step, next) = (least[j], j);
                }
            }
            if next == n {
                break;
            }
            for j in 0..=n {
                if seen[j] {
                    u[worker_of[j]] += step;
                    v[j] -= step;
                } else if j < n {
                    least[j] -= step;
                }
            }
            column = next;
        }
        while column < n {
            let before = from[column];
            worker_of[column] = worker_of[before];
            column = before;
        }
    }
    let mut jobs = vec![0; n];
    for (j, worker) in worker_of[..n].iter().enumerate() {
        if *worker < n {
            jobs[*worker] = j;
        }
    }
    let cost = jobs.iter().enumerate().map(|(i, j)| costs[i * n + j]).sum();
    (jobs, cost)
}
