#include "net/openssl_errors.hpp"

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace {

using function = int (*)(const SSL*, int);

function original() {
  static const auto found = reinterpret_cast<function>(dlsym(RTLD_NEXT, "SSL_get_error"));
  return found;
}

} // namespace

extern "C" int SSL_get_error(const SSL* connection, int result) {
  const int outcome = original()(connection, result);
  ERR_clear_error();
  return outcome;
}

namespace klatsch::net {

void keep_errors_apart() {
  original();
}

} // namespace klatsch::net
