//! What a person sees.

use crate::{
    buyer::get,
    market::{limits, market, market_with},
};

const BROWSER: &[(&str, &str)] =
    &[("accept", "text/html,application/xhtml+xml"), ("user-agent", "Mozilla/5.0 (X11; Linux x86_64)")];

#[tokio::test]
async fn a_browser_gets_a_page_with_the_same_headers() {
    let market = market().await;
    let wanted = get("/report?q=%22%3Cscript%3E");
    let told = market.send(&wanted, BROWSER).await;
    let demand = market.send(&wanted, &[]).await.demand();
    assert_eq!((told.status.as_u16(), told.header("content-type")), (402, Some("text/html; charset=utf-8")));
    assert_eq!(told.demand(), demand);
    assert_eq!(told.header("cache-control"), Some("no-store"));
    assert!(told.header("content-security-policy").unwrap().contains("default-src 'none'"));
    let page = told.text();
    for said in [
        "0.25 ORC",
        "0.10 USDC",
        "account:fed-pl-main:ola",
        "eip155:84532",
        "A report, made for you.",
        "PAYMENT-REQUIRED",
        "prefers-color-scheme: dark",
        "lang=\"en\"",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("<script") && !page.contains("http-equiv"));
}

#[tokio::test]
async fn a_program_gets_json_also_where_it_takes_pages() {
    let market = market().await;
    for headers in [&[BROWSER[0]][..], &[BROWSER[1]], &[("accept", "*/*"), BROWSER[1]]] {
        let told = market.send(&get("/report"), headers).await;
        assert_eq!(told.header("content-type"), Some("application/json"), "{headers:?}");
    }
}

#[tokio::test]
async fn what_the_seller_says_is_text_and_no_markup() {
    let market = market_with(limits(), |route| route.description("<img src=x onerror=alert(1)> & \"more\"")).await;
    let page = market.send(&get("/report"), BROWSER).await;
    assert!(page.text().contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;more&quot;"), "{}", page.text());
}
