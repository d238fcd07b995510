//! Work on many documents at once, beside the tasks that serve: as many threads at a time as there are cores, whoever asks.

use std::{num::NonZeroUsize, sync::Arc, thread};

use earnest_kit::{Problem, ServiceCode};
use futures_util::future::try_join_all;
use tokio::sync::Semaphore;

/// How many items a thread takes at a time: enough that handing them over costs little.
const CHUNK: usize = 16;

/// The threads that work beside the tasks that serve.
#[derive(Debug, Clone)]
pub(crate) struct Beside(Arc<Semaphore>);

impl Default for Beside {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(thread::available_parallelism().map_or(1, NonZeroUsize::get))))
    }
}

impl Beside {
    /// Does the work on every item; the answers stand in the items' order. What nobody waits for any more is not begun.
    pub(crate) async fn each<I: Send + 'static, O: Send + 'static>(
        &self,
        items: Vec<I>,
        work: impl Fn(I) -> O + Send + Sync + 'static,
    ) -> Result<Vec<O>, Problem> {
        let (work, mut items) = (Arc::new(work), items.into_iter());
        let chunks = std::iter::from_fn(|| Some(items.by_ref().take(CHUNK).collect::<Vec<I>>()));
        let chunks = chunks.take_while(|chunk| !chunk.is_empty());
        let done = try_join_all(chunks.map(|chunk| self.chunk(chunk, Arc::clone(&work)))).await?;
        Ok(done.into_iter().flatten().collect())
    }

    async fn chunk<I: Send + 'static, O: Send + 'static>(
        &self,
        items: Vec<I>,
        work: Arc<impl Fn(I) -> O + Send + Sync + 'static>,
    ) -> Result<Vec<O>, Problem> {
        let failed = || Problem::from(ServiceCode::Internal);
        let permit = Arc::clone(&self.0).acquire_owned().await.map_err(|_| failed())?;
        let worked = tokio::task::spawn_blocking(move || {
            let _until_it_is_done = permit;
            items.into_iter().map(|item| work(item)).collect()
        });
        worked.await.map_err(|_| failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_item_is_worked_on_once_and_answers_keep_the_order() {
        for count in [0, 1, CHUNK, CHUNK + 1, 1_000] {
            let done = Beside::default().each((0..count).collect(), |item| item * 2).await;
            let expected: Vec<usize> = (0..count).map(|item| item * 2).collect();
            assert_eq!(done.ok(), Some(expected));
        }
    }
}
