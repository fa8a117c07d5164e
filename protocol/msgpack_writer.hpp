#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <msgpack.hpp>

/// Included by encode.cpp only, to keep msgpack-c out of the other units.
namespace klatsch::protocol {

/// Writes one MessagePack object; see write_struct.hpp for its functions.
class msgpack_writer {
 public:
  void begin_object(std::size_t members) { packer_.pack_map(length_of(members)); }
  void key(std::string_view name) { string(name); }
  void end_object() {}
  void begin_array(std::size_t items) { packer_.pack_array(length_of(items)); }
  void end_array() {}
  void string(std::string_view text) {
    packer_.pack_str(length_of(text.size()));
    packer_.pack_str_body(text.data(), length_of(text.size()));
  }
  void integer(std::int64_t value) { packer_.pack_int64(value); }
  void boolean(bool value) { value ? packer_.pack_true() : packer_.pack_false(); }
  void null() { packer_.pack_nil(); }

  std::string take() { return std::move(output_.bytes); }

 private:
  struct output {
    std::string bytes;
    void write(const char* data, std::size_t size) { bytes.append(data, size); }
  };

  static std::uint32_t length_of(std::size_t size) { return static_cast<std::uint32_t>(size); }

  output output_;
  msgpack::packer<output> packer_{output_};
};

} // namespace klatsch::protocol
