//! A load program: measures a real server process with PostgreSQL beside it, on this machine alone, and stops by
//! itself. It brings a private database of its own, an instant model and a place where sent messages end.
//!
//! `docs/performance.md` says what each command measured and when. It talks to 127.0.0.1 and to nobody else.

mod client;
mod hooks;
mod house;
mod measure;
mod peers;
mod turns;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures a server of this program under load.
#[derive(Parser, Debug)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// The folder of the shop to sell from: `shop.toml` and `products.csv`.
    #[arg(long, global = true, default_value = "catalog/shops/nopal-y-anil")]
    shop: PathBuf,
    /// What the instant model searches for.
    #[arg(long, global = true, default_value = "blusa")]
    words: String,
    /// The server program; the one built beside this by default.
    #[arg(long, global = true)]
    server: Option<PathBuf>,
    /// How long one measurement lasts, in seconds.
    #[arg(long, global = true, default_value_t = 10)]
    seconds: u64,
    /// Shows the server's log.
    #[arg(long, global = true)]
    log: bool,
}

#[derive(Subcommand, Debug, Clone, Copy)]
enum Command {
    /// Webhooks: how many messages a second are stored before they are answered, and how soon at 500 a second.
    Hooks,
    /// Turns of three model calls and two tools: one alone, then 50 conversations at once.
    Turns {
        /// Turns in one conversation before another begins.
        #[arg(long, default_value_t = 4)]
        each: u32,
    },
    /// Memory after 2,000 conversations.
    Memory,
    /// From the start of the process to the first 200.
    Start,
    /// The statements that one message and one turn cost, from the database's own log.
    Statements,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let house = house::House::open(&cli).await?;
    let outcome = match cli.command {
        Command::Hooks => hooks::run(&house, cli.seconds).await,
        Command::Turns { each } => turns::run(&house, cli.seconds, each).await,
        Command::Memory => turns::memory(&house).await,
        Command::Start => house::starts(&house).await,
        Command::Statements => turns::statements(&house).await,
    };
    house.close();
    outcome
}
