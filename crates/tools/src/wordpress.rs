//! Packages for WordPress: WXR, the format that its importer reads.

use quick_xml::{
    Writer,
    events::{BytesCData, BytesDecl, BytesText, Event},
};

/// The site that the posts are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its title.
    pub title: String,
    /// Its address, over http or https, without a slash at the end.
    pub link: String,
    /// Its language, as `pl-PL`.
    pub language: String,
}

/// A post with its picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its title.
    pub title: String,
    /// Its name in addresses: lower-case letters, digits and hyphens.
    pub slug: String,
    /// Its text: paragraphs, separated by empty lines. It is text, never markup.
    pub text: String,
    /// Where its facts come from.
    pub sources: Vec<String>,
    /// The moment of its publication, as `2026-04-01 06:40:00`, in UTC.
    pub date: String,
    /// Who wrote it, by the name of a user of the site.
    pub author: String,
    /// Its categories.
    pub categories: Vec<String>,
    /// The address from which the importer fetches the picture.
    pub picture_url: String,
    /// What the picture shows.
    pub picture_text: String,
}

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A text cannot stand in XML.
    #[error("post {number}: expected text without control characters in {member}")]
    Character {
        /// Which post, counted from 1.
        number: usize,
        /// Its member.
        member: &'static str,
    },
    /// A name that addresses cannot have.
    #[error("post {number}: expected a name of lower-case letters, digits and hyphens, found {slug:?}")]
    Slug {
        /// Which post, counted from 1.
        number: usize,
        /// The name.
        slug: String,
    },
    /// The text could not be written.
    #[error("expected to write XML: {0}")]
    Write(#[from] std::io::Error),
}

const NAMESPACES: &[(&str, &str)] = &[
    ("version", "2.0"),
    ("xmlns:excerpt", "http://wordpress.org/export/1.2/excerpt/"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:wp", "http://wordpress.org/export/1.2/"),
];

/// One file that the importer takes: each post, its picture as an attachment, and the picture as the post's own. Pictures
/// have odd ids, posts even ones, from 1 on; the importer gives them others.
///
/// # Errors
/// [`PackageError`].
pub fn wxr(channel: &Channel, posts: &[Post]) -> Result<String, PackageError> {
    let mut file = File(Writer::new_with_indent(Vec::new(), b' ', 1));
    file.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let rss = NAMESPACES
        .iter()
        .fold(quick_xml::events::BytesStart::new("rss"), |rss, (name, value)| rss.with_attributes([(*name, *value)]));
    file.0.write_event(Event::Start(rss))?;
    file.open("channel")?;
    file.text("title", &channel.title)?;
    file.text("link", &channel.link)?;
    file.text("language", &channel.language)?;
    file.text("wp:wxr_version", "1.2")?;
    file.text("wp:base_site_url", &channel.link)?;
    file.text("wp:base_blog_url", &channel.link)?;
    for (index, post) in posts.iter().enumerate() {
        check(post, index + 1)?;
        file.picture(post, 2 * index + 1)?;
        file.post(channel, post, 2 * index + 2)?;
    }
    file.close("channel")?;
    file.close("rss")?;
    // A writer of texts writes text.
    Ok(String::from_utf8_lossy(&file.0.into_inner()).into_owned() + "\n")
}

fn check(post: &Post, number: usize) -> Result<(), PackageError> {
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if post.slug.is_empty() || !post.slug.chars().all(is_name) {
        return Err(PackageError::Slug { number, slug: post.slug.clone() });
    }
    let members = [("title", &post.title), ("text", &post.text), ("picture text", &post.picture_text)];
    let lists = [("sources", &post.sources), ("categories", &post.categories)];
    let all = members.into_iter().chain(lists.iter().flat_map(|(name, list)| list.iter().map(|text| (*name, text))));
    for (member, text) in all {
        if text.chars().any(|letter| letter.is_control() && letter != '\n') {
            return Err(PackageError::Character { number, member });
        }
    }
    Ok(())
}

/// A text as it stands in HTML.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Paragraphs and sources as WordPress's own blocks.
fn content(post: &Post) -> String {
    let block = |text: &str| format!("<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->");
    let mut blocks: Vec<String> = post
        .text
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| block(&html(paragraph).replace('\n', "<br>")))
        .collect();
    if !post.sources.is_empty() {
        let link = |url: &String| format!("<a href=\"{0}\">{0}</a>", html(url));
        blocks.push(block(&post.sources.iter().map(link).collect::<Vec<_>>().join(", ")));
    }
    blocks.join("\n\n")
}

struct File(Writer<Vec<u8>>);

impl File {
    fn open(&mut self, name: &str) -> std::io::Result<()> {
        self.0.write_event(Event::Start(quick_xml::events::BytesStart::new(name)))
    }

    fn close(&mut self, name: &str) -> std::io::Result<()> {
        self.0.write_event(Event::End(quick_xml::events::BytesEnd::new(name)))
    }

    fn text(&mut self, name: &str, text: &str) -> std::io::Result<()> {
        self.0.create_element(name).write_text_content(BytesText::new(text)).map(|_| ())
    }

    /// Text that may hold markup of HTML.
    fn data(&mut self, name: &str, text: &str) -> std::io::Result<()> {
        self.open(name)?;
        for part in BytesCData::escaped(text) {
            self.0.write_event(Event::CData(part))?;
        }
        self.close(name)
    }

    fn meta(&mut self, key: &str, value: &str) -> std::io::Result<()> {
        self.open("wp:postmeta")?;
        self.data("wp:meta_key", key)?;
        self.data("wp:meta_value", value)?;
        self.close("wp:postmeta")
    }

    fn item(&mut self, post: &Post, id: usize, kind: &str, status: &str, parent: usize) -> std::io::Result<()> {
        self.data("dc:creator", &post.author)?;
        self.text("wp:post_id", &id.to_string())?;
        self.data("wp:post_date", &post.date)?;
        self.data("wp:post_date_gmt", &post.date)?;
        self.text("wp:comment_status", "closed")?;
        self.text("wp:status", status)?;
        self.text("wp:post_parent", &parent.to_string())?;
        self.text("wp:post_type", kind)
    }

    fn picture(&mut self, post: &Post, id: usize) -> std::io::Result<()> {
        self.open("item")?;
        self.data("title", &post.picture_text)?;
        self.item(post, id, "attachment", "inherit", id + 1)?;
        self.data("wp:post_name", &format!("{}-picture", post.slug))?;
        self.data("wp:attachment_url", &post.picture_url)?;
        self.meta("_wp_attachment_image_alt", &post.picture_text)?;
        self.close("item")
    }

    fn post(&mut self, channel: &Channel, post: &Post, id: usize) -> std::io::Result<()> {
        self.open("item")?;
        self.data("title", &post.title)?;
        self.text("link", &format!("{}/{}/", channel.link, post.slug))?;
        self.item(post, id, "post", "draft", 0)?;
        self.data("wp:post_name", &post.slug)?;
        self.data("content:encoded", &content(post))?;
        self.data("excerpt:encoded", "")?;
        for category in &post.categories {
            let name = category.to_lowercase().replace(' ', "-");
            let element = self.0.create_element("category");
            let element = element.with_attributes([("domain", "category"), ("nicename", name.as_str())]);
            element.write_cdata_content(BytesCData::new(category.as_str()))?;
        }
        self.meta("_thumbnail_id", &(id - 1).to_string())?;
        self.close("item")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel() -> Channel {
        Channel {
            title: "CasualFeeders".to_owned(),
            link: "https://casualfeeders.example".to_owned(),
            language: "pl-PL".to_owned(),
        }
    }

    fn post() -> Post {
        Post {
            title: "Zupa & chleb".to_owned(),
            slug: "zupa-i-chleb".to_owned(),
            text: "Pierwszy <b>akapit</b>.\n\nDrugi ]]> akapit.".to_owned(),
            sources: vec!["https://a.example/?a=1&b=2".to_owned()],
            date: "2026-04-01 06:40:00".to_owned(),
            author: "roman".to_owned(),
            categories: vec!["Lunch".to_owned()],
            picture_url: "https://casualfeeders.example/wp-content/uploads/1.png".to_owned(),
            picture_text: "Miska zupy".to_owned(),
        }
    }

    /// Reads the file as any reader of XML does: element, text.
    fn read(file: &str) -> Vec<(String, String)> {
        let mut reader = quick_xml::Reader::from_str(file);
        let (mut path, mut found) = (Vec::new(), Vec::<(String, String)>::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    path.push(start.name().as_ref().to_owned());
                    found.push((path.last().unwrap().clone(), String::new()));
                }
                Event::End(_) => drop(path.pop()),
                Event::CData(data) => {
                    found.last_mut().unwrap().1 += &data;
                }
                Event::Text(text) => {
                    if let Some((_, told)) = found.last_mut() {
                        *told += text.trim();
                    }
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn a_post_and_its_picture_are_read_back_as_they_were() {
        let file = wxr(&channel(), &[post(), post()]).unwrap();
        let found = read(&file);
        let of = |name: &str| -> Vec<&str> {
            found.iter().filter(|(element, _)| element == name).map(|(_, text)| text.as_str()).collect()
        };
        assert_eq!(of("wp:post_id"), ["1", "2", "3", "4"]);
        assert_eq!(of("wp:post_type"), ["attachment", "post", "attachment", "post"]);
        assert_eq!(of("wp:post_parent"), ["2", "0", "4", "0"]);
        assert_eq!(of("title"), ["CasualFeeders", "Miska zupy", "Zupa & chleb", "Miska zupy", "Zupa & chleb"]);
        assert_eq!(of("wp:meta_key")[1], "_thumbnail_id");
        assert_eq!(of("wp:meta_value")[1], "1");
        let content = of("content:encoded")[0];
        assert!(content.contains("<p>Pierwszy &lt;b&gt;akapit&lt;/b&gt;.</p>"), "{content}");
        assert!(content.contains("Drugi ]]&gt; akapit."), "{content}");
        assert!(content.contains("<a href=\"https://a.example/?a=1&amp;b=2\">"), "{content}");
    }

    #[test]
    fn what_xml_or_an_address_cannot_hold_is_refused() {
        let slug = Post { slug: "Zupa i".to_owned(), ..post() };
        assert!(matches!(wxr(&channel(), &[slug]), Err(PackageError::Slug { number: 1, .. })));
        let control = Post { title: "a\u{1}".to_owned(), ..post() };
        let refused = wxr(&channel(), &[post(), control]);
        assert!(matches!(refused, Err(PackageError::Character { number: 2, member: "title" })), "{refused:?}");
    }
}
