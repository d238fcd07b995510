//! How a published form is written down.

use earnest_signing::{Error, Object, Rule};

/// The type of a published member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// Text of at least one character.
    Text,
    /// Text of a length within bounds.
    TextOf(usize, usize),
    /// Any text.
    AnyText,
    /// Text that matches a pattern.
    Pattern(&'static str),
    /// Text that matches a pattern and is none of these words.
    PatternBut(&'static str, &'static [&'static str]),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A moment of RFC 3339.
    Moment,
    /// A URI.
    Uri,
    /// `true` or `false`.
    Flag,
    /// A whole number of at least this.
    Int(i64),
    /// A whole number within bounds.
    IntOf(i64, i64),
    /// A whole number within bounds, or null.
    IntOrNull(i64, i64),
    /// A number of at least this, and at most that.
    NumberOf(f64, f64),
    /// A number above this, and at most that.
    NumberAbove(f64, f64),
    /// Any object.
    Object,
    /// Any object that has members.
    SomeObject,
    /// An object with these members.
    Members(&'static [Member], bool),
    /// An array of at least so many items of this type.
    List(&'static Form, usize),
    /// An array of at least so many different items of this type.
    Set(&'static Form, usize),
    /// One of two types.
    Either(&'static Form, &'static Form),
}

/// A member of a published form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Its published name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// Its type.
    pub form: Form,
}

impl Member {
    /// A member that has to be there.
    #[must_use]
    pub const fn must(name: &'static str, form: Form) -> Self {
        Self { name, required: true, form }
    }

    /// A member that may be there.
    #[must_use]
    pub const fn may(name: &'static str, form: Form) -> Self {
        Self { name, required: false, form }
    }
}

/// A published form, and how it maps to ours.
#[derive(Debug, Clone, Copy)]
pub struct Published {
    /// The name of the published schema: `service-offer.v1`.
    pub name: &'static str,
    /// Whether other members than these are refused.
    pub closed: bool,
    /// Its members, but for `schema/v` and `policy_annotations`, which every form has.
    pub members: &'static [Member],
    /// The rules between its members.
    pub rules: &'static [Rule],
    /// Which of our members have another name there: ours, theirs.
    pub renames: &'static [(&'static str, &'static str)],
    /// What a projection needs beyond new names: takes our document under its published names so far.
    pub to: fn(&mut Object<'static>) -> Result<(), Error>,
    /// What a conversion needs before our names are given: takes the published document.
    pub from: fn(&mut Object<'static>) -> Result<(), Error>,
}

/// For a form that needs nothing beyond new names.
pub(crate) fn as_it_is(_: &mut Object<'static>) -> Result<(), Error> {
    Ok(())
}
