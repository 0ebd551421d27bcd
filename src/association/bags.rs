//! Pooling over bags: the stored patterns of a bag are its instances, the states are queries that all bags share.

use super::associate::Association;
use super::layer::HopfieldLayer;
use super::rows::Rows;
use super::stored::Stored;
use crate::kernels::each;
use crate::refusal::Refusal;

/// Which instance is in which bag.
#[derive(Clone, Debug, PartialEq)]
pub struct Bags {
    numbers: Vec<i64>,
    members: Vec<Vec<usize>>,
}

/// What was made of the bags.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// Bags × queries × `size`.
    pub output: Vec<f64>,
    /// Numbers that a query gives of a bag.
    pub size: usize,
    /// The weight of each instance in its bag, heads × queries × instances; 0 where it is masked.
    pub weights: Vec<f64>,
    /// Are all queries of a bag at rest? Empty where a number of updates was asked for.
    pub at_rest: Vec<bool>,
}

impl Bags {
    /// From the number of the bag of each of `instances` instances, called `name` in refusals. Instances of a bag need not follow
    /// one another; bags are in the order of their numbers.
    ///
    /// # Errors
    /// If there are not as many numbers, or one is not whole.
    pub fn new(name: &str, bags: &[f64], instances: usize) -> Result<Self, Refusal> {
        if bags.len() != instances {
            let n = bags.len();
            let why =
                format!("has {n} entries, there are {instances} instances: each is in one bag");
            return Err(Refusal::new(name, why));
        }
        let whole = |v: f64| v.fract() == 0.0 && v.abs() < 9e15;
        if let Some(k) = bags.iter().position(|v| !whole(*v)) {
            let why = format!("has {} in entry {k}: a bag has a whole number", bags[k]);
            return Err(Refusal::new(name, why));
        }
        let mut order: Vec<usize> = (0..instances).collect();
        order.sort_by_key(|k| bags[*k] as i64);
        let runs = order.chunk_by(|a, b| bags[*a] == bags[*b]);
        let members: Vec<Vec<usize>> = runs.map(<[usize]>::to_vec).collect();
        let numbers = members
            .iter()
            .filter_map(|m| Some(bags[*m.first()?] as i64));
        Ok(Bags {
            numbers: numbers.collect(),
            members,
        })
    }

    /// The number of each bag, rising.
    pub fn numbers(&self) -> &[i64] {
        &self.numbers
    }

    /// The instances of each bag.
    pub fn members(&self) -> &[Vec<usize>] {
        &self.members
    }
}

impl HopfieldLayer {
    /// Pools every bag of the instances by the same queries.
    ///
    /// # Errors
    /// As [`HopfieldLayer::associate`]; if a mask leaves a bag without an instance.
    pub fn pool(
        &self,
        queries: Rows<'_>,
        instances: &Stored<'_>,
        bags: &Bags,
    ) -> Result<Pooled, Refusal> {
        let all = instances.keys().count();
        let named: usize = bags.members.iter().map(Vec::len).sum();
        if named != all {
            let why = format!("are of {named} instances, there are {all}");
            return Err(Refusal::new("bags", why));
        }
        let mut allowed = vec![false; all];
        instances.allowed().iter().for_each(|k| allowed[*k] = true);
        let mut parts = Vec::new();
        for (number, members) in bags.numbers.iter().zip(&bags.members) {
            let own = members.iter().copied();
            let own: Vec<usize> = own.filter(|k| allowed.get(*k) == Some(&true)).collect();
            if own.is_empty() {
                let why = format!("leaves no instance of bag {number}: there is nothing to pool");
                let help = "1 (true) marks the instances that may be asked; leave empty bags out";
                return Err(Refusal::new("mask", why).help(help));
            }
            parts.push((instances.only(own), None));
        }
        each(&mut parts, true, &|(stored, found)| {
            *found = Some(self.associated(queries, stored, true));
        });
        let mut pooled = Pooled {
            output: Vec::new(),
            size: 0,
            weights: vec![0.0; self.heads.len() * queries.count() * all],
            at_rest: Vec::new(),
        };
        for (stored, found) in parts {
            let Some(found) = found else { continue };
            let found: Association = found?;
            let own = found.weights.chunks_exact(stored.allowed().len());
            for (row, of) in own.zip(pooled.weights.chunks_exact_mut(all)) {
                let places = stored.allowed().iter();
                row.iter().zip(places).for_each(|(p, k)| of[*k] = *p);
            }
            pooled.output.extend(found.output);
            pooled.size = found.size;
            if !found.at_rest.is_empty() {
                pooled.at_rest.push(found.at_rest.iter().all(|r| *r));
            }
        }
        Ok(pooled)
    }
}
