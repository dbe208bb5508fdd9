//! Parameters of many styles.

use roundtrip::client;

use crate::app::{assert_same, start, typed};

#[tokio::test(flavor = "multi_thread")]
async fn parameters_of_every_style_are_received_as_sent() {
    let (echo, api, of) = start().await;
    let schemas = [
        "Words", "Words", "Range", "Words", "Plains", "Plains", "Plain", "Filter", "Pageable", "Ranges", "Filter",
        "Plains", "Range", "Range", "Word", "Look",
    ];
    let columns = schemas.map(of);
    let count = columns.iter().map(|column| column.0.len()).max().unwrap();
    assert!(count >= 10, "{count}");
    for row in 0..count {
        // Equal schemas have other values in each place.
        let sent: Vec<&str> = columns.iter().enumerate().map(|(at, column)| column.at(row + at)).collect();
        let (simple, label, flat): (Vec<String>, Vec<String>, Vec<String>) =
            (typed(sent[0]), typed(sent[1]), typed(sent[3]));
        let (spaced, piped, x_plains): (Vec<String>, Vec<String>, Vec<String>) =
            (typed(sent[4]), typed(sent[5]), typed(sent[11]));
        let (reserved, word): (String, String) = (typed(sent[6]), typed(sent[14]));
        let ranges: Vec<client::types::Range> = typed(sent[9]);
        let call = api.send_styles(
            &simple,
            &label,
            &typed(sent[2]),
            &flat,
            &spaced,
            &piped,
            &reserved,
            &typed(sent[7]),
            &typed(sent[8]),
            &ranges,
            &typed(sent[10]),
            &x_plains,
            &typed(sent[12]),
            &typed(sent[13]),
            &word,
            &typed(sent[15]),
        );
        call.await.unwrap_or_else(|error| panic!("{sent:?}: {error}"));
        assert_same(&echo.take(), &sent);
    }
}
