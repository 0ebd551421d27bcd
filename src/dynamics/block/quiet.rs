//! Quiet steps: those of which a monitor need not be shown anything.
//!
//! In tiny networks a call of every column's monitor costs as much as the neurons. So the steps that have to be shown are found,
//! and the energies of all others booked, in whole vectors.

use super::Job;
use crate::dynamics::view::Measures;
use crate::kernels::{PIECE, pieces, vectorized};
use crate::monitor::{Attention, EnergyAccount, Monitor};
use crate::network::Workspace;
use crate::trajectory::EnergyChange;

/// The steps just tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tried<'a> {
    /// 1 where the step stands, else 0.
    pub stands: &'a [u64],
    /// When it ends.
    pub landing: &'a [f64],
    /// How many were accepted before.
    pub accepted: &'a [u64],
}

/// What the monitors of a block must be shown, and the accounts of its trajectories while they are quiet.
#[derive(Debug)]
pub(super) struct Quiet {
    accounts: Vec<Accounts>,
    /// The accepted step from which on every step is shown: 0 where all are, the largest number where none is by its number.
    shown_from: Vec<u64>,
    /// The next time at which a state is asked for; infinite if none.
    sample_at: Vec<f64>,
    /// 1 where the energy is asked for, else 0.
    asks_energy: Vec<u64>,
    /// Below this the residual is shown: 1 where rest is asked for, else −∞.
    rest_below: Vec<f64>,
    /// Of the steps last tried: 1 where one that stands is to be shown.
    shown: Vec<u64>,
}

/// The [`EnergyAccount`]s of some columns, number by number.
#[derive(Clone, Debug)]
struct Accounts {
    steps: [u64; PIECE],
    fallen: [f64; PIECE],
    risen: [f64; PIECE],
    largest_rise: [f64; PIECE],
    largest_excess: [f64; PIECE],
    last: [f64; PIECE],
    rounding: [f64; PIECE],
    input: [[f64; PIECE]; 3],
}

impl Accounts {
    const NONE: Accounts = Accounts {
        steps: [0; PIECE],
        fallen: [0.0; PIECE],
        risen: [0.0; PIECE],
        largest_rise: [0.0; PIECE],
        largest_excess: [0.0; PIECE],
        last: [0.0; PIECE],
        rounding: [0.0; PIECE],
        input: [[0.0; PIECE]; 3],
    };

    #[inline(always)]
    fn get(&self, k: usize) -> EnergyAccount {
        EnergyAccount {
            steps: self.steps[k],
            fallen: self.fallen[k],
            risen: self.risen[k],
            largest_rise: self.largest_rise[k],
            largest_excess: self.largest_excess[k],
            last: self.last[k],
            rounding: self.rounding[k],
            input: [self.input[0][k], self.input[1][k], self.input[2][k]],
        }
    }

    #[inline(always)]
    fn set(&mut self, k: usize, account: &EnergyAccount) {
        self.steps[k] = account.steps;
        self.fallen[k] = account.fallen;
        self.risen[k] = account.risen;
        self.largest_rise[k] = account.largest_rise;
        self.largest_excess[k] = account.largest_excess;
        self.last[k] = account.last;
        self.rounding[k] = account.rounding;
        for (all, own) in self.input.iter_mut().zip(account.input) {
            all[k] = own;
        }
    }
}

impl Quiet {
    pub fn new(width: usize) -> Self {
        Quiet {
            accounts: vec![Accounts::NONE; width.div_ceil(PIECE)],
            shown_from: vec![u64::MAX; width],
            sample_at: vec![f64::INFINITY; width],
            asks_energy: vec![0; width],
            rest_below: vec![f64::NEG_INFINITY; width],
            shown: vec![0; width],
        }
    }

    /// The monitor of a column has been shown something, or comes into it: what must it be shown next?
    pub fn listen<M: Monitor>(&mut self, column: usize, job: &mut Job<M>) {
        let asks = |asks: bool| asks && job.sees_steps;
        self.asks_energy[column] = u64::from(asks(job.needs.energy));
        self.rest_below[column] = match asks(job.needs.rest.is_some()) {
            true => 1.0,
            false => f64::NEG_INFINITY,
        };
        (self.shown_from[column], self.sample_at[column]) = (u64::MAX, f64::INFINITY);
        if !job.sees_steps {
            return;
        }
        self.sample_at[column] = job.monitor.next_sample();
        self.shown_from[column] = match job.monitor.attention() {
            Attention::Steps => 0,
            // A flip may rise in a step that falls, and under noise there is no account of falls.
            Attention::Events(_) if job.method.is_judged_apart() => 0,
            Attention::Events(account) => {
                if let Some(account) = account {
                    self.accounts[column / PIECE].set(column % PIECE, account);
                }
                match job.slope_at {
                    0 => u64::MAX,
                    slope_at => slope_at,
                }
            }
        };
    }

    /// Tells the monitor of a column, before it is shown anything, what was booked for it.
    pub fn tell<M: Monitor>(&self, column: usize, job: &mut Job<M>) {
        if job.sees_steps
            && !job.method.is_judged_apart()
            && let Some(account) = job.monitor.attention().account()
        {
            *account = self.accounts[column / PIECE].get(column % PIECE);
        }
    }

    /// Finds the steps that are to be shown; false if there are none.
    pub fn find(&mut self, tried: Tried<'_>, measures: &Measures, ws: &Workspace) -> bool {
        let asked = [&self.shown_from[..], &self.asks_energy];
        let times = [tried.landing, &self.sample_at];
        let rest = [&measures.residual[..], &self.rest_below];
        let [before, _] = &measures.before;
        let energies = [
            &ws.energy[..],
            before,
            &measures.work[0],
            &measures.rounding,
        ];
        let counts = [tried.stands, tried.accepted];
        let shown = &mut self.shown[..];
        vectorized(
            #[inline(always)]
            || find(shown, counts, asked, times, rest, energies),
        )
    }

    /// Is the step of a column to be shown?
    #[inline(always)]
    pub fn is_shown(&self, column: usize) -> bool {
        self.shown[column] != 0
    }

    /// Books what the energy did in the steps that stand and are not shown.
    pub fn book(&mut self, stands: &[u64], measures: &Measures, ws: &Workspace) {
        let [before, _] = &measures.before;
        let [work, error, lost] = &measures.work;
        let columns = [
            &ws.energy[..],
            &ws.magnitude,
            before,
            work,
            error,
            lost,
            &measures.rounding,
            &measures.lift,
        ];
        let (accounts, shown) = (&mut self.accounts[..], &self.shown[..]);
        vectorized(
            #[inline(always)]
            || {
                for (accounts, at) in accounts.iter_mut().zip(pieces(stands.len())) {
                    let columns = columns.map(|c| &c[at.clone()]);
                    book(accounts, [&stands[at.clone()], &shown[at]], columns);
                }
            },
        );
    }
}

/// Nothing in it branches.
#[inline(always)]
fn find(
    shown: &mut [u64],
    [stands, accepted]: [&[u64]; 2],
    [from, asks]: [&[u64]; 2],
    [landing, sample_at]: [&[f64]; 2],
    [residual, below]: [&[f64]; 2],
    [energy, before, work, rounding]: [&[f64]; 4],
) -> bool {
    let width = shown.len();
    let (stands, accepted) = (&stands[..width], &accepted[..width]);
    let (from, asks) = (&from[..width], &asks[..width]);
    let (landing, sample_at) = (&landing[..width], &sample_at[..width]);
    let (residual, below) = (&residual[..width], &below[..width]);
    let (energy, before) = (&energy[..width], &before[..width]);
    let (work, rounding) = (&work[..width], &rounding[..width]);
    let mut any = 0;
    for b in 0..width {
        let wanted = (accepted[b] + 1 >= from[b]) | (sample_at[b] <= landing[b]);
        let rests = residual[b] < below[b];
        let falls = (energy[b] - before[b] - work[b] <= rounding[b]) & energy[b].is_finite();
        let rises = (asks[b] != 0) & !falls;
        shown[b] = stands[b] & u64::from(wanted | rests | rises);
        any |= shown[b];
    }
    any != 0
}

/// The same arithmetic as a monitor's own.
#[inline(always)]
fn book(accounts: &mut Accounts, [stands, shown]: [&[u64]; 2], columns: [&[f64]; 8]) {
    let width = stands.len().min(PIECE);
    let (stands, shown) = (&stands[..width], &shown[..width]);
    let [energy, magnitude, before, work, error, lost, rounding, lift] =
        columns.map(|c| &c[..width]);
    for k in 0..width {
        let change = EnergyChange {
            change: energy[k] - before[k] - work[k],
            work: [work[k], error[k], lost[k]],
            rounding: rounding[k],
            error: lift[k],
        };
        let old = accounts.get(k);
        let mut new = old;
        new.book(change);
        new.see(energy[k], magnitude[k]);
        let quiet = stands[k] > shown[k];
        accounts.set(k, if quiet { &new } else { &old });
    }
}
