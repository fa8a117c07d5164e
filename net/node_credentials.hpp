#pragma once

#include <string>

namespace caf {
class actor_system_config;
}

namespace klatsch::net {

/// Files with a TLS certificate, its key, and the certificate of the authority that has signed
/// those of all nodes. The paths are valid as long as the process.
struct node_credentials {
  std::string certificate;
  std::string key;
  std::string authority;
};

/// Derives a key pair (Ed25519) from a secret that all nodes of a cluster know, and signs it with
/// itself: whoever knows the secret has the same pair and is let in, nobody else. The key is
/// stretched with Argon2id, since the public half can be had by anybody who connects; it lies in
/// memory and on no disk. Throws std::runtime_error when the memory for that is missing.
node_credentials derive_credentials(const std::string& secret);

/// CAF's links between nodes use TLS with these, and both sides prove who they are. Before the
/// actor system is made.
void use_credentials(caf::actor_system_config& config, const node_credentials& credentials);

} // namespace klatsch::net
