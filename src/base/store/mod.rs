//! How the types of [`crate::base`] lie in columns, and the scope that ties every query to one merchant.
//!
//! Opens nothing and asks nothing; the stores of the feature folders do.

pub mod connections;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};
use uuid::Uuid;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{
    ApiKeyId, CartId, ChannelId, ConversationId, EventId, ImportId, MerchantId, MessageId, OrderId, ProductId,
    QuoteId, SourceId, StaffId, TurnId, UploadId, VariantId, for_each_id,
};
use crate::base::language::{Language, Locale};
use crate::base::money::Currency;
use crate::base::names::{CouponCode, Handle, Sku, Slug, for_each_name};
use crate::base::store::connections::Connections;

/// A merchant's slice of the database. A store of shop data can only be made from one of these, so a query that
/// forgets whose data it reads cannot be written.
#[derive(Clone, Debug)]
pub struct Scope {
    connections: Connections,
    merchant: MerchantId,
}

impl Scope {
    /// The slice of `merchant`. Whoever calls this has established, from a verified event or a session, that the
    /// caller acts for that merchant.
    #[must_use]
    pub fn new(connections: impl Into<Connections>, merchant: MerchantId) -> Self {
        Self { connections: connections.into(), merchant }
    }

    /// Whose slice it is; bound into every query.
    #[must_use]
    pub const fn merchant(&self) -> MerchantId {
        self.merchant
    }

    /// A transaction. It is rolled back when it is dropped before it was committed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<sqlx::Transaction<'static, Postgres>, sqlx::Error> {
        self.connections.begin().await
    }

    /// The connections.
    #[must_use]
    pub const fn pool(&self) -> &Connections {
        &self.connections
    }
}

macro_rules! uuid_column {
    ($name:ident) => {
        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <Uuid as Type<Postgres>>::type_info()
            }
        }
        impl sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> PgTypeInfo {
                <Uuid as sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }
        impl Encode<'_, Postgres> for $name {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <Uuid as Encode<'_, Postgres>>::encode_by_ref(&self.uuid(), buffer)
            }
        }
        impl Decode<'_, Postgres> for $name {
            fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
                <Uuid as Decode<'_, Postgres>>::decode(value).map(Self::from_uuid)
            }
        }
    };
}

macro_rules! text_column {
    ($name:ident) => {
        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <String as Type<Postgres>>::type_info()
            }
            fn compatible(info: &PgTypeInfo) -> bool {
                <String as Type<Postgres>>::compatible(info)
            }
        }
        impl sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> PgTypeInfo {
                <String as sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }
        impl Encode<'_, Postgres> for $name {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <String as Encode<'_, Postgres>>::encode_by_ref(&self.to_string(), buffer)
            }
        }
        impl Decode<'_, Postgres> for $name {
            fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
                Ok(<&str as Decode<'_, Postgres>>::decode(value)?.parse()?)
            }
        }
    };
}

for_each_id!(uuid_column);
for_each_name!(text_column);
text_column!(Currency);
text_column!(Language);
text_column!(Locale);

impl Type<Postgres> for Fingerprint {
    fn type_info() -> PgTypeInfo {
        <Vec<u8> as Type<Postgres>>::type_info()
    }
}

impl sqlx::postgres::PgHasArrayType for Fingerprint {
    fn array_type_info() -> PgTypeInfo {
        <Vec<u8> as sqlx::postgres::PgHasArrayType>::array_type_info()
    }
}
impl Encode<'_, Postgres> for Fingerprint {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <&[u8] as Encode<'_, Postgres>>::encode_by_ref(&self.bytes().as_slice(), buffer)
    }
}

impl Decode<'_, Postgres> for Fingerprint {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self::try_from(<&[u8] as Decode<'_, Postgres>>::decode(value)?)?)
    }
}
