//! The runtime of commands that call or run services.

use std::future::Future;

use crate::failure::Failure;

/// Runs a command to its end.
pub(crate) fn block_on<T>(command: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Failure::io("runtime-unavailable", "start threads", &error))?.block_on(command)
}
