//! What a source calls: paths, through the names under which it imports them, also in the bodies of macros.

use std::collections::BTreeMap;

use anyhow::Result;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Attribute, ExprAsync, ExprAwait, File, ItemExternCrate, ItemFn, ItemMod, ItemUse, Macro, Path, Signature, UseTree,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::forbidden::{FORBIDDEN, FORBIDDEN_MACROS};

/// The faults of a source, each with its line.
pub(super) fn faults(source: &str) -> Result<Vec<String>> {
    let file: File = syn::parse_file(source)?;
    let mut names = Names::default();
    names.visit_file(&file);
    let mut calls = Calls { names, faults: Vec::new() };
    calls.visit_file(&file);
    calls.faults.sort();
    calls.faults.dedup();
    Ok(calls.faults.into_iter().map(|(line, fault)| format!("{line}: {fault}")).collect())
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// The full paths that a use tree imports, each with the name that it gives them.
fn imports(tree: &UseTree, before: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let with = |name: String| {
        let mut path = before.to_vec();
        if name != "self" {
            path.push(name);
        }
        path
    };
    match tree {
        UseTree::Path(step) => imports(&step.tree, &with(step.ident.to_string()), found),
        UseTree::Name(last) => {
            let path = with(last.ident.to_string());
            found.push((path.last().cloned().unwrap_or_default(), path));
        }
        UseTree::Rename(last) => found.push((last.rename.to_string(), with(last.ident.to_string()))),
        UseTree::Glob(_) => found.push(("*".to_owned(), with("*".to_owned()))),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imports(tree, before, found)),
    }
}

/// The names of a file that stand for longer paths.
#[derive(Default)]
struct Names(BTreeMap<String, Vec<String>>);

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut found = Vec::new();
        imports(&item.tree, &[], &mut found);
        self.0.extend(found);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast ItemExternCrate) {
        if let Some((_, name)) = &item.rename {
            self.0.insert(name.to_string(), vec![item.ident.to_string()]);
        }
    }
}

impl Names {
    /// A path with the names at its beginning replaced by what they stand for.
    fn full(&self, path: &[String]) -> String {
        let mut full = path.to_vec();
        for _ in 0..4 {
            match full.first().and_then(|first| self.0.get(first)) {
                Some(longer) if longer.first() != full.first() => {
                    full.splice(..1, longer.iter().cloned());
                }
                _ => break,
            }
        }
        if let Some(first) = full.first_mut().filter(|first| matches!(first.as_str(), "core" | "alloc")) {
            "std".clone_into(first);
        }
        full.join("::")
    }
}

struct Calls {
    names: Names,
    faults: Vec<(usize, String)>,
}

impl Calls {
    fn refuse(&mut self, span: Span, found: &str) {
        let message = format!("expected no runtime, SQL, clock, randomness or I/O below the ports, found {found}");
        self.faults.push((span.start().line, message));
    }

    fn path(&mut self, path: &[String], span: Span) {
        let full = self.names.full(path);
        let begins = |long: &str, short: &str| {
            long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        let all_of = full.strip_suffix("::*");
        let hit = |bad: &&&str| begins(&full, bad) || all_of.is_some_and(|from| begins(bad, from));
        if FORBIDDEN.iter().find(hit).is_some() {
            self.refuse(span, &full);
        }
    }

    /// The paths in the body of a macro, which is no syntax yet.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut colons, mut start) = (0, Span::call_site());
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if matches!(name.to_string().as_str(), "async" | "await") {
                        self.refuse(name.span(), &format!("`{name}`"));
                    }
                    if colons != 2 {
                        self.path(&std::mem::take(&mut path), start);
                        start = name.span();
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Punct(mark) => {
                    if mark.as_char() == '!'
                        && path.last().is_some_and(|name| FORBIDDEN_MACROS.contains(&name.as_str()))
                    {
                        self.refuse(mark.span(), &format!("`{}!`", path.join("::")));
                    }
                    self.path(&std::mem::take(&mut path), start);
                    colons = 0;
                }
                TokenTree::Group(group) => {
                    self.path(&std::mem::take(&mut path), start);
                    colons = 0;
                    self.tokens(group.stream());
                }
                TokenTree::Literal(_) => colons = 0,
            }
        }
        self.path(&path, start);
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut found = Vec::new();
        imports(&item.tree, &[], &mut found);
        for (_, path) in found {
            self.path(&path, item.span());
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast ItemExternCrate) {
        self.path(&[item.ident.to_string()], item.span());
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let steps: Vec<String> = path.segments.iter().map(|step| step.ident.to_string()).collect();
        self.path(&steps, path.span());
        visit::visit_path(self, path);
    }

    fn visit_signature(&mut self, signature: &'ast Signature) {
        if signature.asyncness.is_some() {
            self.refuse(signature.span(), "`async fn`");
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, expression: &'ast ExprAsync) {
        self.refuse(expression.span(), "`async`");
        visit::visit_expr_async(self, expression);
    }

    fn visit_expr_await(&mut self, expression: &'ast ExprAwait) {
        self.refuse(expression.span(), "`.await`");
        visit::visit_expr_await(self, expression);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let steps: Vec<String> = call.path.segments.iter().map(|step| step.ident.to_string()).collect();
        if let Some(name) = steps.last().filter(|name| FORBIDDEN_MACROS.contains(&name.as_str())) {
            self.refuse(call.path.span(), &format!("`{name}!`"));
        }
        self.path(&steps, call.path.span());
        self.tokens(call.tokens.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn what_asks_the_world_is_found_however_it_is_imported() {
        for source in [
            "fn f() { std::fs::read(\"a\"); }",
            "use std::fs;",
            "use std::{fmt, net::TcpStream};",
            "use std::env as surroundings;",
            "use std::net::*;",
            "use std::{self as world}; fn f() { world::process::exit(1); }",
            "use std::*; ",
            "use std::time::SystemTime; fn f() { SystemTime::now(); }",
            "use std::time::{Instant as Watch}; fn f() { let _ = Watch::now(); }",
            "use chrono::Utc; fn f() { Utc::now(); }",
            "fn f() { core::future::ready(1); }",
            "extern crate rand as dice;",
            "fn f() -> u8 { rand::random() }",
            "fn f() { getrandom::fill(&mut []); }",
            "async fn f() {}",
            "fn f() { let _ = async { 1 }; }",
            "trait T { async fn f(); }",
            "struct S; impl S { async fn f(&self) {} }",
            "#[tokio::main] fn main() {}",
            "fn f() { sqlx::query!(\"select 1\"); }",
            "fn f() { println!(\"{}\", 1); }",
            "macro_rules! m { () => { std::fs::read(\"a\") } }",
            "macro_rules! m { () => { println!(\"a\") } }",
            "use std::thread; fn f() { thread::spawn(|| ()); }",
        ] {
            assert!(!faults(source).unwrap().is_empty(), "{source}");
        }
    }

    #[test]
    fn what_computes_is_not() {
        for source in [
            "use std::{fmt, thread}; fn f() { thread::scope(|_| ()); }",
            "fn f(now: std::time::SystemTime) -> std::time::SystemTime { now }",
            "use std::net::IpAddr; fn f(address: IpAddr) {}",
            "use chrono::Utc; fn f(moment: chrono::DateTime<Utc>) {}",
            "/// Reads `std::fs`.\nfn rand() {}\nfn f() { self::rand(); }",
            "#[cfg(test)] mod tests { use std::fs; fn f() { println!(\"a\"); } }",
            "#[cfg(test)] fn f() { std::env::args(); }",
        ] {
            assert_eq!(faults(source).unwrap(), Vec::<String>::new(), "{source}");
        }
    }

    #[test]
    fn a_fault_names_its_line() {
        let found = faults("fn f() {}\n\nfn g() { std::env::args(); }").unwrap();
        assert_eq!(
            found,
            ["3: expected no runtime, SQL, clock, randomness or I/O below the ports, found std::env::args"]
        );
    }
}
