//! What comes next out of a spool, read on another thread while the database is busy with what came last.

use std::io;

use tokio::task::JoinHandle;

use crate::catalog::import::spool::Values;
use crate::catalog::import::store::ImportFailed;

/// How the next value is taken; nothing when there are no more.
type Take<T, V> = fn(&mut Values<T>) -> io::Result<Option<V>>;

/// Values of which the next is always being read.
pub struct Ahead<T, V> {
    take: Take<T, V>,
    next: JoinHandle<(Values<T>, io::Result<Option<V>>)>,
}

impl<T: 'static, V: Send + 'static> Ahead<T, V> {
    /// Begins to read.
    pub fn of(values: Values<T>, take: Take<T, V>) -> Self {
        Self { take, next: start(values, take) }
    }

    /// The next value.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn next(&mut self) -> Result<Option<V>, ImportFailed> {
        let (values, next) = (&mut self.next).await?;
        self.next = start(values, self.take);
        Ok(next?)
    }
}

fn start<T: 'static, V: Send + 'static>(
    mut values: Values<T>,
    take: Take<T, V>,
) -> JoinHandle<(Values<T>, io::Result<Option<V>>)> {
    tokio::task::spawn_blocking(move || {
        let next = take(&mut values);
        (values, next)
    })
}
