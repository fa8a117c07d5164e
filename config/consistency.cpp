#include "config/consistency.hpp"

namespace klatsch::config {

namespace {

bool has_own_certificates(const node_settings& node) {
  return !node.tls_certificate.empty() && !node.tls_key.empty() && !node.tls_authority.empty();
}

bool has_any_certificate(const node_settings& node) {
  return !node.tls_certificate.empty() || !node.tls_key.empty() || !node.tls_authority.empty();
}

} // namespace

std::vector<std::string> inconsistencies(const settings& values) {
  std::vector<std::string> found;
  auto& node = values.node;
  if (has_any_certificate(node) && !has_own_certificates(node))
    found.push_back(
        "options node.tls-certificate, node.tls-key and node.tls-authority: all three are needed, "
        "or none");
  if (node.port == 0) {
    if (node.roles.size() != 3)
      found.push_back(
          "option node.roles: a node with fewer than all three roles needs others beside it, and "
          "node.port, by which they reach it, is 0");
    return found;
  }
  if (values.store.backend != "redis")
    found.push_back(
        "option store.backend: the nodes of a cluster (node.port is not 0) share the store, which "
        "must be redis");
  if (node.secret.empty() && !has_own_certificates(node))
    found.push_back(
        "option node.secret: the nodes of a cluster (node.port is not 0) recognise each other by "
        "it, or by the node.tls options");
  if (values.cluster.link_timeout_ms < values.cluster.lease_ms)
    found.push_back(
        "option cluster.link-timeout-ms: must not be below cluster.lease-ms, or links would be "
        "given up before it is known whether the other node lives");
  return found;
}

} // namespace klatsch::config
