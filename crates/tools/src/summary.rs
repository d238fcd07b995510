//! Extractive summaries: the articles that a query asks for, each told by its own best sentences.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    Article, Corpus,
    words::{sentences, stem, stems, words},
};

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Query {
    /// What an article is to be about: words in any form.
    pub keywords: Vec<String>,
    /// An article in which one of these stands, in any form, is left out.
    #[serde(default)]
    pub negative_terms: Vec<String>,
    /// How many summaries.
    pub items: usize,
    /// How many characters a summary has at most.
    pub char_limit: usize,
}

/// An article in its own best sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// The article's title.
    pub title: String,
    /// Sentences of the article, in their order.
    pub text: String,
    /// Where the article stands.
    pub urls: Vec<String>,
    /// The day on which it came out.
    pub published: String,
    /// The keywords of the query that it answers.
    pub keywords: Vec<String>,
}

/// Why there are no summaries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SummaryError {
    /// The query asks for nothing.
    #[error("expected keywords, at least one item, and room for a sentence, found none")]
    Empty,
    /// Too few articles answer.
    #[error("expected {expected} articles about this, found {found}")]
    TooFew {
        /// How many were asked for.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// No sentence of an article fits.
    #[error("expected a sentence of at most {limit} characters in {url}, found none")]
    TooLong {
        /// The limit.
        limit: usize,
        /// The article.
        url: String,
    },
}

/// Two articles that share as much are one piece of news: in thousandths of their words.
const ALIKE_PERMILLE: usize = 400;

/// Summarises the articles that answer a query best. Of two that are alike only the better one is taken; equal ones stand
/// in the order of their addresses.
///
/// # Errors
/// [`SummaryError`].
pub fn summarise(corpus: &Corpus, query: &Query) -> Result<Vec<Summary>, SummaryError> {
    let asked: BTreeSet<String> = query.keywords.iter().flat_map(|word| stems(word)).collect();
    if asked.is_empty() || query.items == 0 || query.char_limit == 0 {
        return Err(SummaryError::Empty);
    }
    let refused: BTreeSet<String> =
        query.negative_terms.iter().flat_map(|term| words(term)).map(|word| stem(&word)).collect();
    let index = Index::of(corpus);
    let mut found: Vec<(u64, &Read<'_>)> = index
        .articles
        .iter()
        .filter(|read| !read.counts.keys().any(|stem| refused.contains(stem)))
        .map(|read| (index.score(read, &asked), read))
        .filter(|(score, _)| *score > 0)
        .collect();
    found.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.article.url.cmp(&b.article.url)));
    let mut taken: Vec<&Read<'_>> = Vec::new();
    for (_, read) in found {
        if taken.len() < query.items && !taken.iter().any(|other| other.is_like(read)) {
            taken.push(read);
        }
    }
    if taken.len() < query.items {
        return Err(SummaryError::TooFew { expected: query.items, found: taken.len() });
    }
    taken.into_iter().map(|read| index.told(read, query, &asked)).collect()
}

/// An article, and how often each stem stands in it. The title counts twice.
struct Read<'a> {
    article: &'a Article,
    counts: BTreeMap<String, u64>,
}

impl Read<'_> {
    fn is_like(&self, other: &Self) -> bool {
        let shared = self.counts.keys().filter(|stem| other.counts.contains_key(*stem)).count();
        let all = self.counts.len() + other.counts.len() - shared;
        shared * 1000 >= all * ALIKE_PERMILLE
    }
}

struct Index<'a> {
    articles: Vec<Read<'a>>,
    /// In how many articles a stem stands.
    spread: BTreeMap<String, u64>,
}

impl<'a> Index<'a> {
    fn of(corpus: &'a Corpus) -> Self {
        let (mut articles, mut spread) = (Vec::new(), BTreeMap::new());
        for article in corpus.articles() {
            let mut counts = BTreeMap::new();
            for stem in [&article.title, &article.title, &article.text].into_iter().flat_map(|text| stems(text)) {
                *counts.entry(stem).or_insert(0) += 1;
            }
            for stem in counts.keys() {
                *spread.entry(stem.clone()).or_insert(0) += 1;
            }
            articles.push(Read { article, counts });
        }
        Self { articles, spread }
    }

    /// How rare a stem is: in thousandths.
    fn rarity(&self, stem: &str) -> u64 {
        let all = u64::try_from(self.articles.len()).unwrap_or(u64::MAX);
        let with = self.spread.get(stem).copied().unwrap_or(all).max(1);
        1000 * all / with
    }

    /// How well an article answers: what is rare counts more, and each further mention less. Whole numbers, so that every
    /// computer ranks alike.
    fn score(&self, read: &Read<'_>, asked: &BTreeSet<String>) -> u64 {
        asked
            .iter()
            .filter_map(|stem| read.counts.get(stem).map(|count| self.rarity(stem) * 3 * count / (count + 2)))
            .sum()
    }

    fn told(&self, read: &Read<'_>, query: &Query, asked: &BTreeSet<String>) -> Result<Summary, SummaryError> {
        let article = read.article;
        let sentences = sentences(&article.text);
        let weight = |sentence: &str| -> u64 {
            let of_sentence: BTreeSet<String> = stems(sentence).into_iter().collect();
            let said = of_sentence.iter().map(|stem| {
                let central = read.counts.get(stem).copied().unwrap_or(0);
                central * 1000 + if asked.contains(stem) { self.rarity(stem) } else { 0 }
            });
            said.sum::<u64>() / u64::try_from(of_sentence.len().max(4)).unwrap_or(1)
        };
        let mut ranked: Vec<(usize, u64)> =
            sentences.iter().enumerate().map(|(place, sentence)| (place, weight(sentence))).collect();
        // The first sentence of a news item says what happened.
        ranked.sort_by_key(|(place, weight)| (*place != 0, std::cmp::Reverse(*weight), *place));
        let (mut taken, mut length) = (BTreeSet::new(), 0);
        for (place, _) in ranked {
            let longer = length + sentences[place].chars().count() + usize::from(length > 0);
            if longer <= query.char_limit {
                taken.insert(place);
                length = longer;
            }
        }
        if taken.is_empty() {
            return Err(SummaryError::TooLong { limit: query.char_limit, url: article.url.clone() });
        }
        let text = taken.iter().map(|place| sentences[*place]).collect::<Vec<_>>().join(" ");
        let answers = |word: &&String| stems(word).iter().any(|stem| read.counts.contains_key(stem));
        Ok(Summary {
            title: article.title.clone(),
            text,
            urls: vec![article.url.clone()],
            published: article.published.clone(),
            keywords: query.keywords.iter().filter(answers).cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(keywords: &[&str], negative: &[&str]) -> Query {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Query { keywords: owned(keywords), negative_terms: owned(negative), items: 3, char_limit: 400 }
    }

    #[test]
    fn breakfast_and_lunch_give_three_different_articles_each_within_the_limit() {
        let corpus = Corpus::bundled();
        let breakfast =
            summarise(&corpus, &query(&["śniadanie", "owsianka", "pieczywo"], &["lunch", "obiad"])).unwrap();
        let lunch = summarise(&corpus, &query(&["lunch", "obiad", "zupa"], &["śniadanie"])).unwrap();
        let urls: BTreeSet<&String> = breakfast.iter().chain(&lunch).flat_map(|summary| &summary.urls).collect();
        assert_eq!(urls.len(), 6, "{urls:?}");
        for summary in breakfast.iter().chain(&lunch) {
            assert!(summary.text.chars().count() <= 400, "{summary:?}");
            assert!(!summary.keywords.is_empty(), "{summary:?}");
            assert!(summary.text.ends_with('.'), "{summary:?}");
        }
    }

    #[test]
    fn an_article_with_a_negative_term_in_any_form_is_left_out() {
        let corpus = Corpus::bundled();
        let found = summarise(&corpus, &query(&["śniadania"], &["szkole", "energetyki"])).unwrap();
        assert!(found.iter().all(|summary| !summary.urls[0].contains("szkol")), "{found:?}");
    }

    #[test]
    fn every_sentence_is_the_article_s_own() {
        let corpus = Corpus::bundled();
        for summary in summarise(&corpus, &query(&["obiad"], &[])).unwrap() {
            let article = corpus.articles().iter().find(|article| article.url == summary.urls[0]).unwrap();
            for sentence in sentences(&summary.text) {
                assert!(article.text.contains(sentence), "{sentence}");
            }
        }
    }

    #[test]
    fn what_cannot_be_answered_is_an_error() {
        let corpus = Corpus::bundled();
        assert_eq!(summarise(&corpus, &query(&[], &[])), Err(SummaryError::Empty));
        assert_eq!(summarise(&corpus, &query(&["wieloryb"], &[])), Err(SummaryError::TooFew { expected: 3, found: 0 }));
        let short = Query { char_limit: 9, ..query(&["obiad"], &[]) };
        assert!(matches!(summarise(&corpus, &short), Err(SummaryError::TooLong { limit: 9, .. })));
    }
}
