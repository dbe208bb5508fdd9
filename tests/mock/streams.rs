//! `keystub mock`: the items of streams.

use serde_json::Value;

use crate::running_mock::Mock;

#[test]
fn items_have_their_framing_and_type() {
    let mock = Mock::start("fixtures/ok/typed-streams.yaml", &[]);
    let token = mock.token("");
    let read = |path: &str, media_type: &str| {
        let answer = mock.get(path, &token);
        assert_eq!((answer.status, answer.header("content-type")), (200, vec![media_type]), "{}", answer.body);
        answer.body
    };
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let prices = read("/prices", "text/event-stream");
    let price = json(prices.strip_prefix("data: ").unwrap().strip_suffix("\n\n").unwrap());
    assert!(price["symbol"].is_string() && price["cents"].is_i64(), "{price}");
    let log = read("/log", "text/event-stream");
    assert!(log.starts_with("data: ") && log.ends_with("\n\n"), "{log:?}");
    let trades = read("/trades", "application/x-ndjson");
    assert!(json(trades.strip_suffix('\n').unwrap())["id"].is_i64(), "{trades:?}");
    let trades = read("/trades/sequence", "application/json-seq");
    assert!(json(trades.strip_prefix('\u{1e}').unwrap())["id"].is_i64(), "{trades:?}");
    assert_eq!(mock.get("/prices", "wrong").status, 401);
}
