//! What must hold before a study is run.

use std::fmt;

use super::Study;
use crate::dynamics::{RunError, descent};
use crate::ensemble::EnsembleError;
use crate::monitor::Mode;
use crate::network::{Certificate, ClampError};
use crate::refusal;

/// Why a study is not run.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// It has no start.
    NoStart,
    /// A group of neurons that share a Lagrangian is clamped in part.
    Clamped(ClampError),
    /// The network is outside the theory and the monitor would have nothing to hold on to.
    OutsideTheory(Certificate),
    /// The states to be kept take more bytes than are allowed.
    TooMuchOutput {
        /// How many they take.
        bytes: u64,
        /// How many are allowed.
        allowed: u64,
    },
    /// A start cannot be made, or nothing be integrated.
    Ensemble(EnsembleError),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoStart => f.write_str("there is no start"),
            Refusal::OutsideTheory(certificate) => {
                for fault in &certificate.faults {
                    writeln!(f, "{fault}")?;
                }
                f.write_str(
                    "the energy of this network need not fall, so it is not run; lyapunov = \"record\" runs it and shows what the energy does, lyapunov = \"off\" runs it unwatched",
                )
            }
            Refusal::TooMuchOutput { bytes, allowed } => {
                let bytes = match *bytes {
                    u64::MAX => "more than 1.8e19".into(),
                    bytes => bytes.to_string(),
                };
                write!(
                    f,
                    "the states to be kept take {bytes} bytes, more than the {allowed} allowed: keep fewer (save), or raise --max-output"
                )
            }
            Refusal::Clamped(why) => why.fmt(f),
            Refusal::Ensemble(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<RunError> for Refusal {
    fn from(why: RunError) -> Self {
        Refusal::Ensemble(why.into())
    }
}

impl Study {
    /// Is the study within the theory, as far as its monitor demands, and within its bounds?
    pub fn admit(&self) -> Result<Certificate, Refusal> {
        if self.cases.is_empty() {
            return Err(Refusal::NoStart);
        }
        // Before the certificate, which advises another mode of the monitor: none of them runs a group clamped in part.
        for case in &*self.cases {
            let clamped = [self.network.clamped(), &case.start.clamped].concat();
            let may = self.network.may_clamp(&clamped);
            may.map_err(Refusal::Clamped)?;
        }
        let certificate = self.certificate();
        if !certificate.holds() && self.lyapunov.demands_certificate() {
            return Err(Refusal::OutsideTheory(certificate));
        }
        self.settings.check().map_err(RunError::from)?;
        self.ends_by_energy().map_err(RunError::from)?;
        let fits = self.settings.method.fits(&self.network, &self.settings);
        fits.map_err(RunError::from)?;
        match self.output_bytes().unwrap_or(0) {
            bytes if bytes > self.max_output => Err(Refusal::TooMuchOutput {
                bytes,
                allowed: self.max_output,
            }),
            _ => Ok(certificate),
        }
    }

    /// Is there an energy, if the study is to end by it?
    pub(crate) fn ends_by_energy(&self) -> Result<(), refusal::Refusal> {
        match self.settings.until_energy {
            Some(_) if !self.network.has_energy() => Err(refusal::Refusal::new(
                "until_energy",
                "is set, and the network has no energy that could come down to it",
            )),
            _ => Ok(()),
        }
    }

    /// The certificate of its network under its method: where units flip their rule has a part in it.
    pub fn certificate(&self) -> Certificate {
        let mut certificate = self.network.certificate();
        let faults = descent(&self.network, &self.settings).faults;
        certificate.faults.extend(faults);
        certificate
    }

    /// Why the energy is free to rise, if it is: at a temperature, or where all units flip at once.
    pub fn free(&self) -> Option<String> {
        descent(&self.network, &self.settings).free
    }

    /// The mode in which the Lyapunov monitor will work: not every method takes steps back.
    pub fn lyapunov_mode(&self) -> Mode {
        match self.lyapunov {
            Mode::Reject if !self.settings.method.takes_back => Mode::Stop,
            mode => mode,
        }
    }
}
