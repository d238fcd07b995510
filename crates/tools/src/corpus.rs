//! News to summarise: articles with their addresses, and a small corpus of our own in Polish.

/// An article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub url: String,
    /// The day on which it came out, as `2026-03-31`.
    pub published: String,
    /// Its text: one paragraph.
    pub text: String,
}

/// Articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus(Vec<Article>);

/// A text that is no corpus.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("article {number}: expected {expected}")]
pub struct CorpusError {
    /// Which article, counted from 1.
    pub number: usize,
    /// What was expected.
    pub expected: &'static str,
}

/// The corpus of this crate: invented news of three days, by its own authors.
const BUNDLED: [&str; 3] =
    [include_str!("../corpus/breakfast.txt"), include_str!("../corpus/lunch.txt"), include_str!("../corpus/other.txt")];

/// What stands between two articles.
const BETWEEN: &str = "===";

impl Corpus {
    /// The corpus that comes with this crate.
    #[must_use]
    pub fn bundled() -> Self {
        #[expect(clippy::expect_used, reason = "the text is a file of this crate, and a test reads it")]
        Self::parse(&BUNDLED.join("===\n")).expect("the bundled corpus")
    }

    /// Reads a corpus: for each article a line with its title, one with its URL, one with its day, then its text; between
    /// two articles a line `===`.
    ///
    /// # Errors
    /// Names the first article that is not of this form.
    pub fn parse(text: &str) -> Result<Self, CorpusError> {
        let mut articles = Vec::new();
        let mut lines = text.lines().map(str::trim).peekable();
        while lines.peek().is_some() {
            let of_article: Vec<&str> = lines.by_ref().take_while(|line| *line != BETWEEN).collect();
            articles.push(article(&of_article, articles.len() + 1)?);
        }
        Ok(Self(articles))
    }

    /// The articles, in the order of the text.
    #[must_use]
    pub fn articles(&self) -> &[Article] {
        &self.0
    }
}

fn article(lines: &[&str], number: usize) -> Result<Article, CorpusError> {
    let expected = |expected| CorpusError { number, expected };
    let [title, url, published, text @ ..] = lines else {
        return Err(expected("lines with title, URL, day and text"));
    };
    if title.is_empty() {
        return Err(expected("a title"));
    }
    if !url.starts_with("https://") {
        return Err(expected("a URL over https in the second line"));
    }
    let is_day = published.len() == 10 && published.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !is_day {
        return Err(expected("a day such as 2026-03-31 in the third line"));
    }
    let text = text.join(" ").trim().to_owned();
    if text.is_empty() {
        return Err(expected("a text"));
    }
    let [title, url, published] = [title, url, published].map(|line| (*line).to_owned());
    Ok(Article { title, url, published, text })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_bundled_corpus_is_read_and_each_article_has_an_address_of_its_own() {
        let corpus = Corpus::bundled();
        let urls: BTreeSet<&str> = corpus.articles().iter().map(|article| article.url.as_str()).collect();
        assert_eq!(urls.len(), corpus.articles().len());
        assert!(urls.len() >= 15, "{}", urls.len());
    }

    #[test]
    fn a_text_of_another_form_is_refused_with_its_place() {
        let good = "T\nhttps://a.example/b\n2026-03-31\nText.\n";
        for (text, number, expected) in [
            (format!("{good}===\nT\nhttps://a.example\n"), 2, "lines with title, URL, day and text"),
            ("\nhttps://a.example\n2026-03-31\nText.".to_owned(), 1, "a title"),
            (good.replace("https", "ftp"), 1, "a URL over https in the second line"),
            (good.replace("03-31", "3-31"), 1, "a day such as 2026-03-31 in the third line"),
            (good.replace("Text.", " "), 1, "a text"),
        ] {
            assert_eq!(Corpus::parse(&text), Err(CorpusError { number, expected }), "{text:?}");
        }
    }
}
