#include "actors/token.hpp"

#include <stdexcept>
#include <tuple>

#include <sodium.h>

namespace klatsch {

namespace {

// Without 0, 1, l and o; as many as five bits tell apart.
constexpr std::string_view alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(alphabet.size() == 32);

constexpr std::array<std::string_view, 32> colours{
    "Amber", "Azure",   "Beige", "Bronze",  "Cerise", "Cobalt", "Copper", "Coral",
    "Cream", "Crimson", "Ebony", "Emerald", "Golden", "Hazel",  "Indigo", "Ivory",
    "Jade",  "Khaki",   "Lemon", "Lilac",   "Lime",   "Mauve",  "Mint",   "Olive",
    "Pearl", "Plum",    "Rosy",  "Ruby",    "Sable",  "Silver", "Teal",   "Violet"};

constexpr std::array<std::string_view, 32> animals{
    "Badger", "Beaver", "Bison",  "Crane",  "Curlew", "Dingo",  "Dove",   "Falcon",
    "Ferret", "Finch",  "Gecko",  "Gibbon", "Heron",  "Ibis",   "Jackal", "Koala",
    "Lemur",  "Lynx",   "Magpie", "Marten", "Newt",   "Ocelot", "Otter",  "Panda",
    "Puffin", "Quokka", "Raven",  "Robin",  "Seal",   "Stoat",  "Tapir",  "Wombat"};

std::string make_id(std::size_t size) {
  std::string id(size, ' ');
  // At once: each call is one to the kernel.
  randombytes_buf(id.data(), id.size());
  for (auto& character : id)
    character = alphabet[static_cast<unsigned char>(character) % alphabet.size()];
  return id;
}

} // namespace

void start_randomness() {
  if (sodium_init() < 0)
    throw std::runtime_error("the system has no source of random numbers");
}

std::string make_token() {
  std::array<unsigned char, 32> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back(); // the terminating zero that libsodium counts
  return text;
}

std::string hash_token(std::string_view token) {
  token_digest digest;
  static_assert(std::tuple_size_v<token_digest> == crypto_hash_sha256_BYTES);
  crypto_hash_sha256(
      digest.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
  return hash_of_digest(digest);
}

token_digest digest_of_hash(std::string_view hash) {
  token_digest digest{};
  std::size_t size = 0;
  const auto failed = sodium_hex2bin(
      digest.data(), digest.size(), hash.data(), hash.size(), nullptr, &size, nullptr);
  return failed != 0 || size != digest.size() ? token_digest{} : digest;
}

std::string hash_of_digest(const token_digest& digest) {
  std::string text(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

std::string make_user_id() {
  return make_id(8);
}

std::string make_room_id() {
  return make_id(10);
}

std::int64_t make_session_id() {
  std::int64_t id = 0;
  randombytes_buf(&id, sizeof(id));
  return id & 0x7fffffffffffffff;
}

std::string make_guest_name() {
  static_assert(256 % colours.size() == 0 && 256 % animals.size() == 0);
  std::array<unsigned char, 2> random;
  randombytes_buf(random.data(), random.size());
  std::string name{colours[random[0] % colours.size()]};
  name += ' ';
  name += animals[random[1] % animals.size()];
  return name;
}

} // namespace klatsch
