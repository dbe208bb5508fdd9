//! The header block of an HTTP/2 request, as it is sent.

use tokio::io::AsyncReadExt;

/// The payload of the first HEADERS frame (RFC 9113, section 4.1).
pub async fn header_block(mut stream: tokio::net::TcpStream) -> Vec<u8> {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await.unwrap();
    assert!(preface.starts_with(b"PRI * HTTP/2.0"));
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == 1 {
            // Neither padding nor a priority precedes the block.
            assert_eq!(head[4] & 0x28, 0);
            return payload;
        }
    }
}

/// The fields of a header block: the index of the name in the table, if it has one, and whether the field is a literal
/// that is never indexed (RFC 7541, section 6).
pub fn representations(mut block: &[u8]) -> Vec<(Option<usize>, bool)> {
    let mut fields = Vec::new();
    while let Some(first) = block.first().copied() {
        let (bits, is_literal) = match first {
            0x80.. => (7, false),
            0x40.. => (6, true),
            // A change of the size of the table is not a field.
            0x20.. => {
                integer(&mut block, 5);
                continue;
            }
            _ => (4, true),
        };
        let index = integer(&mut block, bits);
        if is_literal {
            for _ in 0..if index == 0 { 2 } else { 1 } {
                let length = integer(&mut block, 7);
                block = &block[length..];
            }
        }
        fields.push(((index > 0).then_some(index), (0x10..0x20).contains(&first)));
    }
    fields
}

/// An integer whose prefix has this number of bits (RFC 7541, section 5.1).
fn integer(block: &mut &[u8], bits: u32) -> usize {
    let mut next = || {
        let (first, rest) = block.split_first().unwrap();
        *block = rest;
        usize::from(*first)
    };
    let most = (1 << bits) - 1;
    let mut value = next() & most;
    let mut shift = 0;
    while value >= most {
        let byte = next();
        value += (byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}
