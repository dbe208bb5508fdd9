//! Parameters of every style, and response headers.

use roundtrip::client;

use crate::app::{assert_same, encoded, start, typed};

/// An error with the reason of the server.
fn explained(error: &client::Error<client::NoError>) -> String {
    let reason = match error {
        client::Error::Unexpected(response) => String::from_utf8_lossy(&response.body).into_owned(),
        _ => String::new(),
    };
    format!("{error}: {reason}")
}

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

#[tokio::test(flavor = "multi_thread")]
async fn parameters_of_other_styles_and_response_headers_are_received_as_sent() {
    let (echo, api, of) = start().await;
    let schemas = [
        "Name", "Names", "Names", "Range", "Range", "Spot", "Spot", "Range", "Ranges", "Either", "Plains", "Marks",
        "Marks", "Range", "Number", "Plains", "Filter", "Mixed", "Extent", "Mixed", "Words", "Range", "Word", "Word",
    ];
    let columns = schemas.map(of);
    let count = columns.iter().map(|column| column.0.len()).max().unwrap();
    assert!(count >= 10, "{count}");
    for row in 0..count {
        let sent: Vec<&str> = columns.iter().enumerate().map(|(at, column)| column.at(row + at)).collect();
        let list = |at: usize| typed::<Vec<String>>(sent[at]);
        let text = |at: usize| typed::<String>(sent[at]);
        let rows: Vec<client::types::Range> = typed(sent[8]);
        let call = api.send_more(
            &text(0),
            &list(1),
            &list(2),
            &typed(sent[3]),
            &typed(sent[4]),
            &typed(sent[5]),
            &typed(sent[6]),
            &typed(sent[7]),
            &rows,
            &typed(sent[9]),
            &list(10),
            &typed(sent[11]),
            &typed(sent[12]),
            &typed(sent[13]),
            typed(sent[14]),
            &list(15),
            &typed(sent[16]),
            &typed(sent[17]),
            &typed(sent[18]),
            &typed(sent[19]),
        );
        // Optional parameters are absent in every second row.
        let (call, sent) = match row % 2 {
            0 => (call, &sent[..20]),
            _ => (call.later(&list(20)).when(&typed(sent[21])).x_later(&text(22)).crumb(&text(23)), &sent[..]),
        };
        let response = call.await.unwrap_or_else(|error| panic!("{sent:?}: {}", explained(&error)));
        assert_same(&echo.take(), sent);
        let headers = client::operations::SendMoreHeaders::read(&response.headers).unwrap();
        let received = [encoded(&headers.x_range), encoded(&headers.x_list), encoded(&headers.x_json)];
        assert_same(&received, &[sent[3], sent[15], sent[16]]);
    }
}
