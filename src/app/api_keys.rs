//! `trato api-key …`: keys with which a shop's own systems change stock and prices.

use anyhow::Context as _;
use clap::Subcommand;
use sqlx::PgPool;

use crate::app::merchant;
use crate::app::serve::merchants;
use crate::base::ids::ApiKeyId;
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::config::Settings;
use crate::merchants::api_keys::store::ShopKeys;

/// `api-key`.
#[derive(Subcommand, Debug)]
pub enum ApiKeyCommand {
    /// Make a key and print it; it is not shown again.
    Add {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
        /// What will call with it: "Till", "Warehouse".
        #[arg(long)]
        name: String,
    },
    /// List the shop's keys: their ids and names, and when they were used last.
    List {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
    },
    /// Revoke a key: it opens nothing any more.
    Revoke {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
        /// The key's id, as `list` shows it.
        id: ApiKeyId,
    },
}

/// Makes, lists and revokes keys.
///
/// # Errors
/// In words for the operator.
pub async fn run(settings: &Settings, pool: PgPool, command: ApiKeyCommand) -> anyhow::Result<()> {
    let merchants = merchants(settings, &pool)?;
    let (ApiKeyCommand::Add { shop, .. } | ApiKeyCommand::List { shop } | ApiKeyCommand::Revoke { shop, .. }) =
        &command;
    let shop = merchant::find(&merchants, shop).await?;
    let keys = ShopKeys::of(&Scope::new(pool, shop.id));
    match command {
        ApiKeyCommand::Add { name, .. } => {
            let key = keys.add(&name).await.context("the key was not made")?;
            println!("{}", key.reveal());
            eprintln!("Whoever has this key can change stock and prices of {}; it is not shown again.", shop.name);
        }
        ApiKeyCommand::List { .. } => {
            for key in keys.list().await? {
                let used = key.last_used_at.map_or_else(
                    || "never used".to_owned(),
                    |at| format!("used {}", at.format("%Y-%m-%d %H:%M UTC")),
                );
                println!("{}  made {}  {used}  {}", key.id, key.created_at.format("%Y-%m-%d"), key.name);
            }
        }
        ApiKeyCommand::Revoke { id, .. } => {
            let revoked = keys.revoke(id).await?;
            println!("{}", if revoked { "Revoked." } else { "There was no such key." });
        }
    }
    Ok(())
}
