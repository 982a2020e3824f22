//! Databases of our own on a server, whosever the server is.
//!
//! The database that an address names may hold anything. What lays demo shops or a test set needs one that is nobody
//! else's: made for one run and dropped after it, or made once and kept under a name that nobody else would choose.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

/// Makes an empty database on a server, in place of one of this name, and tells its address. The name is a word.
///
/// # Errors
/// When the server does not answer or may not do it.
pub async fn make_database(server: &str, name: &str) -> Result<String, sqlx::Error> {
    drop_database(server, name).await?;
    execute(server, format!("create database {name}")).await?;
    address(server, name)
}

/// The address of the database of this name on a server; it is made when it is not there. The name is a word.
///
/// # Errors
/// When the server does not answer or may not do it.
pub async fn keep_database(server: &str, name: &str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    if !there {
        execute(server, format!("create database {name}")).await?;
    }
    address(server, name)
}

/// Drops a database, whoever is still connected to it. The name is a word.
///
/// # Errors
/// When the server does not answer or may not do it.
pub async fn drop_database(server: &str, name: &str) -> Result<(), sqlx::Error> {
    execute(server, format!("drop database if exists {name} with (force)")).await
}

/// What this machine is called, for names that two machines must not share; empty where it cannot be told.
#[must_use]
pub fn machine() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default()
}

fn address(server: &str, name: &str) -> Result<String, sqlx::Error> {
    let options: PgConnectOptions = server.parse()?;
    Ok(options.database(name).to_url_lossy().to_string())
}

/// Runs a statement that no parameter fits into; only names that this program makes go into it.
async fn execute(server: &str, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await
}
