//! Refuses addresses of private networks: whoever registers the URL of a receiver must not reach servers behind the firewall of
//! the sender (server-side request forgery).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves names to public addresses only.
#[derive(Debug, Clone, Copy)]
pub struct PublicAddresses;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address suffices: the name could be resolved to it next time.
            match found.iter().all(|address| is_public(address.ip())) {
                true => Ok(Box::new(found.into_iter()) as Addrs),
                false => Err("the receiver has an address that is not public".into()),
            }
        })
    }
}

/// Whether the host of the URL is a name, which is resolved later, or a public address.
pub(super) fn is_public_host(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host != "localhost" && address.map_or(true, is_public)
}

/// Whether the address is reachable from everywhere, by the registries of special-purpose addresses (RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match a {
        // This network, private networks, loopback.
        0 | 10 | 127 => true,
        // Shared address space (RFC 6598).
        100 => b & 0xc0 == 64,
        // Link-local, which has the metadata services of clouds.
        169 => b == 254,
        172 => b & 0xf0 == 16,
        // Protocol assignments, documentation, the former 6to4 relays, a private network.
        192 => matches!((b, c), (0, 0 | 2) | (88, 99) | (168, _)),
        // Benchmarks (RFC 2544), documentation.
        198 => b & 0xfe == 18 || (b, c) == (51, 100),
        203 => (b, c) == (0, 113),
        // Multicast, reserved, broadcast.
        224.. => true,
        _ => false,
    };
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let segments = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) have an IPv4 address.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(v4(high, low)),
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // Teredo, ORCHID, benchmarks and other protocol assignments; documentation.
        [0x2001, second, ..] if second < 0x200 => false,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Only this block is assigned to global unicast (RFC 4291, section 2.4).
        [first, ..] => first & 0xe000 == 0x2000,
    }
}
