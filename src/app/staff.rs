//! `trato staff …`: who may sign in to the inbox.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use secrecy::SecretString;
use sqlx::PgPool;

use crate::app::merchant;
use crate::app::serve::merchants;
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::config::Settings;
use crate::merchants::staff::store::{Removed, Staff};
use crate::merchants::staff::{Email, Role};

/// `staff`.
#[derive(Subcommand, Debug)]
pub enum StaffCommand {
    /// Add a person; the password (at least 10 characters) is asked for, or read from standard input.
    Add(AddArgs),
    /// List who may sign in.
    List {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
    },
    /// Give a person a new password, asked for or read from standard input; their sessions end.
    Password(PersonArgs),
    /// Remove a person: they sign in no more, their sessions end, and what they wrote keeps their name.
    Remove(PersonArgs),
}

/// A new person.
#[derive(Args, Debug)]
pub struct AddArgs {
    #[command(flatten)]
    person: PersonArgs,
    /// Their name as colleagues read it.
    #[arg(long)]
    name: String,
    /// What they may do.
    #[arg(long, value_enum, default_value = "agent")]
    role: RoleWanted,
}

/// A person.
#[derive(Args, Debug)]
pub struct PersonArgs {
    /// The shop they work for, by its slug (`trato merchant list` shows it).
    #[arg(long)]
    shop: Slug,
    /// Their e-mail address: what they sign in with.
    #[arg(long)]
    email: Email,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleWanted {
    /// Conversations and the catalog: imports, sources, costs, API keys.
    Owner,
    /// Conversations, and looking products up. A person, like every role; not the assistant.
    Agent,
}

/// Adds, lists, changes and removes people.
///
/// # Errors
/// In words for the operator.
pub async fn run(settings: &Settings, pool: PgPool, command: StaffCommand) -> anyhow::Result<()> {
    let merchants = merchants(settings, &pool)?;
    let (StaffCommand::Add(AddArgs { person: PersonArgs { shop, .. }, .. })
    | StaffCommand::List { shop }
    | StaffCommand::Password(PersonArgs { shop, .. })
    | StaffCommand::Remove(PersonArgs { shop, .. })) = &command;
    let shop = merchant::find(&merchants, shop).await?;
    let staff = Staff::of(&Scope::new(pool, shop.id));
    match command {
        StaffCommand::Add(arguments) => {
            let role = match arguments.role {
                RoleWanted::Owner => Role::Owner,
                RoleWanted::Agent => Role::Agent,
            };
            let email = arguments.person.email;
            staff.add(email.clone(), &arguments.name, role, read_password()?).await?;
            println!("{} can sign in at {}inbox as {email}", arguments.name, settings.server.public_url);
        }
        StaffCommand::List { .. } => {
            let people = staff.list().await?;
            if people.is_empty() {
                eprintln!(
                    "Nobody can sign in to the inbox of {} yet; add somebody with: trato staff add",
                    shop.name
                );
            }
            for person in people {
                println!("{:<32} {:<6} {}", person.email.as_str(), person.role.word(), person.name);
            }
        }
        StaffCommand::Password(PersonArgs { email, .. }) => {
            let known = staff.set_password(&email, read_password()?).await?;
            anyhow::ensure!(known, "nobody signs in to this shop as {email}; trato staff list shows who does");
            println!("{email} signs in with the new password from now on, everywhere anew.");
        }
        StaffCommand::Remove(PersonArgs { email, .. }) => match staff.remove(&email).await? {
            Removed::Now { holds } => {
                println!("{email} cannot sign in any more.");
                if holds > 0 {
                    println!(
                        "{holds} conversations are still in their hands: hand them back, or take them over, in the inbox."
                    );
                }
            }
            Removed::LastOwner => anyhow::bail!("{email} is the shop's only owner; add another one first"),
            Removed::Unknown => {
                anyhow::bail!("nobody signs in to this shop as {email}; trato staff list shows who does")
            }
        },
    }
    Ok(())
}

/// Asked for at a terminal, where it is not shown; else one line of standard input.
fn read_password() -> anyhow::Result<SecretString> {
    let password = if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ").context("reading the password")?;
        let again = rpassword::prompt_password("The same again: ").context("reading the password")?;
        anyhow::ensure!(password == again, "the two are not the same; nothing was changed");
        password
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("reading the password")?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    anyhow::ensure!(!password.is_empty(), "no password was given: type one, or pipe it in");
    Ok(password.into())
}
