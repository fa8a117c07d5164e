#include "net/node_credentials.hpp"

#include <array>
#include <memory>
#include <stdexcept>

#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include "net/openssl_errors.hpp"

namespace klatsch::net {

namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using bytes_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;

constexpr std::size_t key_bytes = 32;

// All nodes derive the same from the same secret, whenever they start: nothing here is random, and
// the certificate, which must be byte for byte the same, is always valid.
constexpr std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{
    'k', 'l', 'a', 't', 's', 'c', 'h', '-', 'n', 'o', 'd', 'e', '-', 'k', '1', '\0'};
constexpr const char* valid_from = "20200101000000Z";
constexpr const char* valid_until = "21200101000000Z";

void require(bool succeeded, const char* step) {
  if (!succeeded)
    throw std::runtime_error(std::string{"the keys between nodes can't be made: "} + step);
}

key_ptr derive_key(const std::string& secret) {
  std::array<unsigned char, key_bytes> seed{};
  require(
      crypto_pwhash(
          seed.data(), seed.size(), secret.data(), secret.size(), salt.data(),
          crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
          crypto_pwhash_ALG_ARGON2ID13) == 0,
      "too little memory");
  key_ptr key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size())};
  sodium_memzero(seed.data(), seed.size());
  require(key != nullptr, "private key");
  return key;
}

certificate_ptr sign_itself(EVP_PKEY* key) {
  certificate_ptr certificate{X509_new()};
  require(certificate != nullptr, "certificate");
  auto* made = certificate.get();
  auto* name = X509_get_subject_name(made);
  const auto* common_name = reinterpret_cast<const unsigned char*>("klatsch node");
  require(
      X509_set_version(made, X509_VERSION_3) == 1 &&
          ASN1_INTEGER_set(X509_get_serialNumber(made), 1) == 1 &&
          ASN1_TIME_set_string(X509_getm_notBefore(made), valid_from) == 1 &&
          ASN1_TIME_set_string(X509_getm_notAfter(made), valid_until) == 1 &&
          X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
          X509_set_issuer_name(made, name) == 1 && X509_set_pubkey(made, key) == 1 &&
          X509_sign(made, key, nullptr) > 0,
      "certificate");
  return certificate;
}

/// CAF takes its credentials from files; this one is in memory only.
std::string memory_file(BIO* content) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(content, &data);
  const int file = memfd_create("klatsch-node", MFD_CLOEXEC);
  require(file >= 0 && write(file, data, static_cast<std::size_t>(size)) == size, "memory file");
  return "/proc/self/fd/" + std::to_string(file);
}

} // namespace

node_credentials derive_credentials(const std::string& secret) {
  const auto key = derive_key(secret);
  const auto certificate = sign_itself(key.get());
  const bytes_ptr certificate_text{BIO_new(BIO_s_mem())};
  const bytes_ptr key_text{BIO_new(BIO_s_secmem())};
  require(
      certificate_text && key_text &&
          PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
          PEM_write_bio_PrivateKey(
              key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "text");
  const auto certificate_file = memory_file(certificate_text.get());
  return {certificate_file, memory_file(key_text.get()), certificate_file};
}

void use_credentials(caf::actor_system_config& config, const node_credentials& credentials) {
  keep_errors_apart();
  config.load<caf::io::middleman>();
  config.load<caf::openssl::manager>();
  config.openssl_certificate = credentials.certificate;
  config.openssl_key = credentials.key;
  config.openssl_cafile = credentials.authority;
}

} // namespace klatsch::net
