#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Random values: login tokens, ids, names of guests. By libsodium; thread-safe after
/// `start_randomness`.
namespace klatsch {

/// Once, before the other functions. Throws std::runtime_error where the system has no randomness.
void start_randomness();

inline constexpr std::size_t token_characters = 43;

/// A login token: 256 random bits as `token_characters` of base64url.
std::string make_token();

/// What the store knows of a token: its SHA-256 as 64 hex digits. Enough against a thief of the
/// store, since a token has too much entropy to be guessed.
std::string hash_token(std::string_view token);

/// The bytes behind those digits, for who keeps many: a third of the memory.
using token_digest = std::array<unsigned char, 32>;
/// Zeros where it is no hash.
token_digest digest_of_hash(std::string_view hash);
std::string hash_of_digest(const token_digest& digest);

/// Eight characters without those that look alike, for people to type.
std::string make_user_id();

std::string make_room_id();

/// 63 bits.
std::int64_t make_session_id();

/// "Amber Otter" and the like.
std::string make_guest_name();

} // namespace klatsch
