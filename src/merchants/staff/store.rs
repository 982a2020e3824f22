//! Staff and their sessions in the database.
//!
//! Signing in happens before it is known whose shop it is, so [`SignIns`] is not scoped; what it returns says whose
//! data the session opens.

use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;

use crate::base::clock::Time;
use crate::base::ids::{MerchantId, StaffId};
use crate::base::language::Locale;
use crate::base::money::Currency;
use crate::base::secret::random_token;
use crate::base::store::Scope;
use crate::merchants::staff::password::{PasswordError, hash, matches};
use crate::merchants::staff::session::{Opened, SESSION_LASTS, Session, token_hash};
use crate::merchants::staff::{Email, Role, StaffMember};

/// One merchant's staff.
#[derive(Clone, Debug)]
pub struct Staff {
    scope: Scope,
}

/// Why a person could not be added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// Somebody signs in with that address already, here or at another shop of this deployment.
    #[error("somebody signs in with {0} already")]
    EmailTaken(Email),
    /// The password will not do.
    #[error("the password was not taken")]
    Password(#[from] PasswordError),
    /// The database does not answer.
    #[error("the staff table could not be written")]
    Store(#[from] sqlx::Error),
}

/// What became of somebody who was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// They cannot sign in any more.
    Now {
        /// So many conversations are still in their hands.
        holds: i64,
    },
    /// Nobody else may do everything.
    LastOwner,
    /// There is nobody with that address here.
    Unknown,
}

impl Staff {
    /// The staff of one merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// Adds a person.
    ///
    /// # Errors
    /// When the address is taken, the password is too short, or the database does not answer.
    pub async fn add(
        &self,
        email: Email,
        name: &str,
        role: Role,
        password: SecretString,
    ) -> Result<StaffId, AddError> {
        let id = StaffId::generate();
        let added = sqlx::query!(
            "insert into staff (id, merchant_id, email, name, role, password_hash) values ($1, $2, $3, $4, $5, $6)",
            id.uuid(),
            self.scope.merchant().uuid(),
            email.as_str(),
            name.trim(),
            role.word(),
            hash(password).await?,
        )
        .execute(self.scope.pool())
        .await;
        match added {
            Ok(_) => Ok(id),
            Err(error) if constraint(&error) == Some("staff_email_is_unique") => Err(AddError::EmailTaken(email)),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a person a new password and ends their sessions. Returns whether there is such a person here.
    ///
    /// # Errors
    /// When the password is too short, or the database does not answer.
    pub async fn set_password(&self, email: &Email, password: SecretString) -> Result<bool, AddError> {
        let changed = sqlx::query_scalar!(
            r#"with changed as (
                   update staff set password_hash = $3
                   where merchant_id = $1 and email = $2 and removed_at is null returning id
               ),
               ended as (delete from staff_sessions where staff_id in (select id from changed))
               select count(*) as "count!" from changed"#,
            self.scope.merchant().uuid(),
            email.as_str(),
            hash(password).await?,
        )
        .fetch_one(self.scope.pool())
        .await?;
        Ok(changed == 1)
    }

    /// Everybody who may sign in, in the order in which they came.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self) -> Result<Vec<StaffMember>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select id as "id: StaffId", email, name, role from staff
               where merchant_id = $1 and removed_at is null order by created_at, email"#,
            self.scope.merchant().uuid(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        rows.into_iter().map(|row| member(row.id, &row.email, row.name, &row.role)).collect()
    }

    /// Nobody signs in as this person any more, and their sessions end. What they wrote keeps their name. The last who
    /// may do everything stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove(&self, email: &Email) -> Result<Removed, sqlx::Error> {
        let removed = sqlx::query!(
            r#"with removed as (
                   update staff s set removed_at = now()
                   where s.merchant_id = $1 and s.email = $2 and s.removed_at is null
                     and (s.role <> 'owner' or exists (
                         select from staff o where o.merchant_id = $1 and o.role = 'owner' and o.removed_at is null
                                               and o.id <> s.id))
                   returning s.id
               ),
               ended as (delete from staff_sessions where staff_id in (select id from removed))
               select exists (select from removed) as "removed!",
                      exists (select from staff where merchant_id = $1 and email = $2 and removed_at is null) as "known!",
                      (select count(*) from conversations
                       where merchant_id = $1 and staff_id in (select id from removed)) as "holds!""#,
            self.scope.merchant().uuid(),
            email.as_str(),
        )
        .fetch_one(self.scope.pool())
        .await?;
        Ok(match removed {
            removed if removed.removed => Removed::Now { holds: removed.holds },
            removed if removed.known => Removed::LastOwner,
            _ => Removed::Unknown,
        })
    }

    /// What those are called who may do everything.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn owners(&self) -> Result<Vec<String>, sqlx::Error> {
        sqlx::query_scalar!(
            "select name from staff where merchant_id = $1 and role = 'owner' and removed_at is null
             order by created_at, name",
            self.scope.merchant().uuid(),
        )
        .fetch_all(self.scope.pool())
        .await
    }

    /// The person who signs in with this address, if they work here.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn by_email(&self, email: &Email) -> Result<Option<StaffMember>, sqlx::Error> {
        let row = sqlx::query!(
            r#"select id as "id: StaffId", name, role from staff
               where merchant_id = $1 and email = $2 and removed_at is null"#,
            self.scope.merchant().uuid(),
            email.as_str(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        row.map(|row| member(row.id, email.as_str(), row.name, &row.role)).transpose()
    }
}

/// Signing in and out, across merchants.
#[derive(Clone, Debug)]
pub struct SignIns {
    pool: PgPool,
}

/// Why signing in did not work for reasons of our own; a wrong password is not one.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The stored hash cannot be read.
    #[error("the stored password could not be checked")]
    Password(#[from] PasswordError),
    /// The database does not answer.
    #[error("the sessions could not be read or written")]
    Store(#[from] sqlx::Error),
}

impl SignIns {
    /// Over these connections.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Opens a session, or `None` when there is no such person or the password is wrong: the two take equally long.
    ///
    /// # Errors
    /// When the database does not answer, or the stored hash cannot be read.
    pub async fn open(
        &self,
        email: &Email,
        password: SecretString,
        now: Time,
    ) -> Result<Option<Opened>, SignInError> {
        let person = sqlx::query!(
            r#"select id as "id: StaffId", merchant_id as "merchant: MerchantId", password_hash
               from staff where email = $1 and removed_at is null"#,
            email.as_str(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let hash = person.as_ref().map(|person| person.password_hash.clone());
        let (true, Some(person)) = (matches(password, hash).await?, person) else {
            return Ok(None);
        };
        let token = random_token();
        sqlx::query!(
            "with stale as (delete from staff_sessions where staff_id = $3 and expires_at <= $5)
             insert into staff_sessions (token_hash, merchant_id, staff_id, csrf_token, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
            token_hash(&token),
            person.merchant.uuid(),
            person.id.uuid(),
            random_token(),
            now,
            now + SESSION_LASTS,
        )
        .execute(&self.pool)
        .await?;
        Ok(Some(Opened { token: token.into() }))
    }

    /// The session behind a token, while it lasts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find(&self, token: &SecretString, now: Time) -> Result<Option<Session>, sqlx::Error> {
        let row = sqlx::query!(
            r#"select m.id as "merchant: MerchantId", m.name as shop_name,
                      m.currency as "currency: Currency", m.locale as "locale: Locale", m.time_zone,
                      s.id as "staff: StaffId", s.email, s.name, s.role, t.csrf_token
               from staff_sessions t
               join staff s on s.id = t.staff_id and s.merchant_id = t.merchant_id
               join merchants m on m.id = t.merchant_id
               where t.token_hash = $1 and t.expires_at > $2 and s.removed_at is null"#,
            token_hash(token.expose_secret()),
            now,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Session {
            scope: Scope::new(self.pool.clone(), row.merchant),
            shop_name: row.shop_name,
            currency: row.currency,
            locale: row.locale,
            time_zone: row.time_zone,
            staff: member(row.staff, &row.email, row.name, &row.role)?,
            csrf: row.csrf_token.into(),
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn close(&self, token: &SecretString) -> Result<(), sqlx::Error> {
        sqlx::query!("delete from staff_sessions where token_hash = $1", token_hash(token.expose_secret()),)
            .execute(&self.pool)
            .await
            .map(|_| ())
    }
}

fn member(id: StaffId, email: &str, name: String, role: &str) -> Result<StaffMember, sqlx::Error> {
    let email = email.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let role = role.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(StaffMember { id, email, name, role })
}

fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::constraint)
}

#[cfg(test)]
mod tests {
    use crate::testing::fresh_database;
    use chrono::TimeDelta;

    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn now() -> Time {
        Time::from_timestamp(NOW, 0).unwrap()
    }

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    async fn shop(pool: &PgPool, slug: &str) -> Scope {
        let merchant = MerchantId::generate();
        sqlx::query!(
            "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
             values ($1, $2, 'Shop', 'MXN', 'es-MX', 'America/Mexico_City', '{}')",
            merchant.uuid(),
            slug,
        )
        .execute(pool)
        .await
        .unwrap();
        Scope::new(pool.clone(), merchant)
    }

    async fn ana(scope: &Scope) -> StaffId {
        let email = "ana@example.com".parse().unwrap();
        Staff::of(scope).add(email, "Ana", Role::Agent, secret("correct horse")).await.unwrap()
    }

    #[tokio::test]
    async fn a_session_opens_with_the_password_lasts_two_weeks_and_ends_at_sign_out() {
        let pool = fresh_database().await;
        let scope = shop(&pool, "one").await;
        let id = ana(&scope).await;
        let sign_ins = SignIns::new(pool);
        let email: Email = "ANA@example.com".parse().unwrap();
        assert!(sign_ins.open(&email, secret("wrong horse!"), now()).await.unwrap().is_none());
        let opened = sign_ins.open(&email, secret("correct horse"), now()).await.unwrap().unwrap();
        let found = sign_ins.find(&opened.token, now()).await.unwrap().unwrap();
        assert_eq!((found.staff.id, found.scope.merchant()), (id, scope.merchant()));
        assert!(found.csrf.is(found.csrf.as_str()) && !found.csrf.is("") && !found.csrf.is("x"));
        let later = |by| now() + SESSION_LASTS + by;
        assert!(sign_ins.find(&opened.token, later(TimeDelta::seconds(-1))).await.unwrap().is_some());
        assert!(sign_ins.find(&opened.token, later(TimeDelta::zero())).await.unwrap().is_none());
        sign_ins.close(&opened.token).await.unwrap();
        assert!(sign_ins.find(&opened.token, now()).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn the_table_does_not_hold_what_the_cookie_holds() {
        let pool = fresh_database().await;
        ana(&shop(&pool, "one").await).await;
        let sign_ins = SignIns::new(pool.clone());
        let email = "ana@example.com".parse().unwrap();
        let opened = sign_ins.open(&email, secret("correct horse"), now()).await.unwrap().unwrap();
        let kept = sqlx::query_scalar!("select encode(token_hash, 'escape') || csrf_token from staff_sessions")
            .fetch_one(&pool)
            .await
            .unwrap()
            .unwrap();
        assert!(!kept.contains(opened.token.expose_secret()));
    }

    #[tokio::test]
    async fn an_address_signs_in_at_one_shop_and_is_nobody_at_another() {
        let pool = fresh_database().await;
        let (one, two) = (shop(&pool, "one").await, shop(&pool, "two").await);
        let id = ana(&one).await;
        let email: Email = "ana@example.com".parse().unwrap();
        let again = Staff::of(&two).add(email.clone(), "Ana", Role::Owner, secret("another horse")).await;
        assert!(matches!(again, Err(AddError::EmailTaken(_))));
        assert_eq!(Staff::of(&one).by_email(&email).await.unwrap().map(|found| found.id), Some(id));
        assert!(Staff::of(&two).by_email(&email).await.unwrap().is_none());
        assert!(!Staff::of(&two).set_password(&email, secret("another horse")).await.unwrap());
    }

    #[tokio::test]
    async fn who_is_removed_is_out_at_once_and_the_last_owner_stays() {
        let pool = fresh_database().await;
        let scope = shop(&pool, "one").await;
        ana(&scope).await;
        let (staff, sign_ins) = (Staff::of(&scope), SignIns::new(pool));
        let [ana, eva]: [Email; 2] = ["ana@example.com", "eva@example.com"].map(|email| email.parse().unwrap());
        staff.add(eva.clone(), "Eva", Role::Owner, secret("correct horse")).await.unwrap();
        let opened = sign_ins.open(&ana, secret("correct horse"), now()).await.unwrap().unwrap();
        let names = async || staff.list().await.unwrap().into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names().await, ["Ana", "Eva"]);

        assert_eq!(staff.remove(&eva).await.unwrap(), Removed::LastOwner);
        assert_eq!(staff.remove(&ana).await.unwrap(), Removed::Now { holds: 0 });
        assert_eq!(staff.remove(&ana).await.unwrap(), Removed::Unknown);
        assert_eq!(names().await, ["Eva"]);
        assert!(sign_ins.find(&opened.token, now()).await.unwrap().is_none());
        assert!(sign_ins.open(&ana, secret("correct horse"), now()).await.unwrap().is_none());
        assert!(!staff.set_password(&ana, secret("correct horse")).await.unwrap());
        // Somebody else may have the address later.
        staff.add(ana, "Ana María", Role::Agent, secret("correct horse")).await.unwrap();
        assert_eq!(names().await, ["Eva", "Ana María"]);
    }

    #[tokio::test]
    async fn a_new_password_ends_the_sessions_of_the_old_one() {
        let pool = fresh_database().await;
        let scope = shop(&pool, "one").await;
        ana(&scope).await;
        let sign_ins = SignIns::new(pool);
        let email: Email = "ana@example.com".parse().unwrap();
        let opened = sign_ins.open(&email, secret("correct horse"), now()).await.unwrap().unwrap();
        assert!(Staff::of(&scope).set_password(&email, secret("battery staple")).await.unwrap());
        assert!(sign_ins.find(&opened.token, now()).await.unwrap().is_none());
        assert!(sign_ins.open(&email, secret("battery staple"), now()).await.unwrap().is_some());
    }
}
