#pragma once

namespace klatsch::net {

/// Makes sure that an error on one TLS connection ends that one only. OpenSSL keeps a queue of
/// errors per thread, and tells the outcome of an operation from it; CAF 0.17.6 neither empties the
/// queue before an operation nor after an error, so that a link that breaks, or a stranger who
/// fails the handshake, would end the next healthy link that has nothing to read. Linking this
/// file replaces SSL_get_error by one that empties the queue once it has been looked at.
void keep_errors_apart();

} // namespace klatsch::net
