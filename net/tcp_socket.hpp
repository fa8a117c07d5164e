#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace klatsch::net {

namespace asio = boost::asio;

/// A socket bound to its thread's io_context by type, which makes it and its handlers smaller than
/// those of Asio's polymorphic executor.
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

} // namespace klatsch::net
