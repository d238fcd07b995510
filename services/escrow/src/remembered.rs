//! What was made before and is the same every time: kept while it is asked for, within bounds.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use earnest_artifacts::Verified;
use earnest_base::Sha256Digest;
use earnest_kit::{Embedded, Problem};
use earnest_signing::{Document, Error};

/// How many things are kept at most, twice.
const MOST: usize = 256;

/// Things by their keys, so far as they were asked for lately.
#[derive(Debug)]
pub(crate) struct Remembered<K, V>(Mutex<Generations<K, V>>);

/// Documents that were verified before, by the SHA-256 of their bytes. Whether a document verifies depends on its bytes
/// alone, so one that did once does again; what it means now is judged anew every time.
pub(crate) type VerifiedBefore<T> = Remembered<[u8; 32], Verified<T>>;

/// What was asked for lately, and what was before. Where the first is full, it takes the place of the second: that forgets
/// what nobody asked for meanwhile, without an order to be kept.
#[derive(Debug)]
struct Generations<K, V> {
    young: BTreeMap<K, Arc<V>>,
    old: BTreeMap<K, Arc<V>>,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Generations { young: BTreeMap::new(), old: BTreeMap::new() }))
    }
}

impl<K: Ord + Clone, V> Remembered<K, V> {
    pub(crate) fn find(&self, key: &K) -> Option<Arc<V>> {
        self.lock().find(key)
    }

    pub(crate) fn keep(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        self.lock().keep(key, Arc::clone(&value));
        value
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Document> VerifiedBefore<T> {
    /// The document of these bytes, verified now or before.
    pub(crate) fn parse(&self, bytes: &[u8]) -> Result<Arc<Verified<T>>, Error> {
        self.or_else(bytes, || Verified::parse(bytes))
    }

    /// A document inside a body, verified now or before. `member` names it there, for the place of a fault.
    pub(crate) fn embedded(&self, document: &Embedded<T>, member: &str) -> Result<Arc<Verified<T>>, Problem> {
        let bytes = document.canonical();
        self.or_else(&bytes, || Embedded::<T>::verify_bytes(&bytes, member))
    }

    fn or_else<E>(&self, bytes: &[u8], verify: impl FnOnce() -> Result<Verified<T>, E>) -> Result<Arc<Verified<T>>, E> {
        let digest = Sha256Digest::of(bytes).to_bytes();
        match self.find(&digest) {
            Some(known) => Ok(known),
            None => verify().map(|verified| self.keep(digest, verified)),
        }
    }
}

impl<K: Ord + Clone, V> Generations<K, V> {
    fn find(&mut self, key: &K) -> Option<Arc<V>> {
        if let Some(known) = self.young.get(key) {
            return Some(Arc::clone(known));
        }
        let known = self.old.remove(key)?;
        self.keep(key.clone(), Arc::clone(&known));
        Some(known)
    }

    fn keep(&mut self, key: K, value: Arc<V>) {
        if self.young.len() >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use earnest_artifacts::{ServiceOffer, example};

    use super::*;

    #[test]
    fn a_document_is_verified_once_and_a_changed_one_is_another() {
        let embedded = |text: &str| serde_json::from_str::<Embedded<ServiceOffer>>(text).unwrap();
        let before = VerifiedBefore::<ServiceOffer>::default();
        let text = example("service-offer.v1").unwrap();
        let first = before.embedded(&embedded(&text), "offer").unwrap();
        let again = before.embedded(&embedded(&text), "offer").unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert!(Arc::ptr_eq(&first, &before.parse(first.bytes()).unwrap()));
        let changed = text.replacen("\"seq\":", "\"seq\":1", 1);
        assert_ne!(changed, text);
        for _ in 0..2 {
            assert_eq!(before.embedded(&embedded(&changed), "offer").unwrap_err().code(), "signature-invalid");
        }
    }

    #[test]
    fn no_more_is_kept_than_there_may_be_and_what_is_asked_for_stays() {
        let remembered = Remembered::<usize, usize>::default();
        for number in 0..10 * MOST {
            remembered.keep(number, 2 * number);
            assert_eq!(remembered.find(&0).as_deref(), Some(&0), "asked for all the time");
            let generations = remembered.lock();
            assert!(generations.young.len() <= MOST && generations.old.len() <= MOST);
        }
        assert_eq!(remembered.find(&(10 * MOST - 1)).as_deref(), Some(&(20 * MOST - 2)));
        assert_eq!(remembered.find(&1), None);
    }
}
