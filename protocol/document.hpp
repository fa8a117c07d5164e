#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/limits.hpp"

/// What JSON and MessagePack have in common, once it is parsed: one flat tree, so that one decoder
/// serves both. The parsers fill it without recursion and refuse what is nested too deeply.
namespace klatsch::protocol {

enum class node_kind : std::uint8_t {
  null,
  boolean,
  integer,
  number, ///< a fraction, or outside of what an integer can hold
  string,
  array,
  object,
  other, ///< binary data or an extension of MessagePack
};

/// A value. Its children follow it directly, in order; those of an object alternate between key (a
/// string) and value.
struct node {
  node_kind kind = node_kind::null;
  /// Children of an array; keys of an object; bytes of a string.
  std::uint32_t size = 0;
  /// How many nodes this one and all below it are.
  std::uint32_t span = 1;
  union {
    bool boolean;
    std::int64_t integer = 0;
    const char* characters;
  };

  std::string_view text() const { return {characters, size}; }
  const node* first_child() const { return this + 1; }
  const node* next() const { return this + span; }
};

/// Why bytes could not be made a document.
enum class parse_problem : std::uint8_t {
  syntax,   ///< not of the format, or not all of it
  encoding, ///< a string is not valid UTF-8
  depth,    ///< nested more deeply than limits::nesting_depth
  key,      ///< a map of MessagePack has a key that is not a string
};

/// Owns its nodes; its strings refer to the bytes that were parsed.
class document {
 public:
  const node& root() const { return nodes_.front(); }

 private:
  friend class document_builder;
  std::vector<node> nodes_;
};

/// Takes the events of a parser. Each function returns false when the parser must stop; `problem`
/// says then why.
class document_builder {
 public:
  explicit document_builder(document& target);

  bool null();
  bool boolean(bool value);
  bool integer(std::int64_t value);
  /// Made an integer where it is one exactly and no larger than limits::largest_integer: some
  /// encoders write every number so.
  bool number(double value);
  bool unsigned_integer(std::uint64_t value);
  bool string(std::string_view value);
  bool other();
  bool begin(node_kind container);
  bool end();

  std::optional<parse_problem> problem() const { return problem_; }

 private:
  bool refuse(parse_problem problem);
  node* add(node_kind kind);
  bool add_plain(node_kind kind);

  std::vector<node>& nodes_;
  std::uint32_t open_[limits::nesting_depth] = {};
  std::size_t depth_ = 0;
  std::optional<parse_problem> problem_;
};

/// Parses JSON in place: the strings of `target` refer to `text`, that is changed.
std::optional<parse_problem> parse_json(std::string& text, document& target);

/// The strings of `target` refer to `bytes`.
std::optional<parse_problem> parse_msgpack(std::string_view bytes, document& target);

} // namespace klatsch::protocol
