#include "net/cluster_report.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace klatsch::net {

namespace {

using writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_text(writer& json, std::string_view text) {
  json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_texts(writer& json, const char* name, const std::vector<std::string>& texts) {
  json.Key(name);
  json.StartArray();
  for (auto& text : texts)
    write_text(json, text);
  json.EndArray();
}

void write_number(writer& json, const char* name, std::int64_t number) {
  json.Key(name);
  json.Int64(number);
}

void write_node(writer& json, const persistence::node_record& node) {
  json.StartObject();
  json.Key("id");
  write_text(json, node.id);
  write_number(json, "epoch", node.epoch);
  write_texts(json, "roles", node.roles);
  json.Key("address");
  write_text(json, node.address);
  write_number(json, "port", node.port);
  write_number(json, "oldest_protocol", node.oldest_protocol);
  write_number(json, "newest_protocol", node.newest_protocol);
  json.Key("draining");
  json.Bool(node.draining);
  write_texts(json, "unreachable", node.unreachable);
  write_number(json, "rooms", node.rooms);
  write_number(json, "users", node.users);
  write_number(json, "sessions", node.sessions);
  json.EndObject();
}

} // namespace

std::string cluster_report(const cluster_board::content& content) {
  rapidjson::StringBuffer buffer;
  writer json{buffer};
  json.StartObject();
  json.Key("node");
  write_text(json, content.self);
  json.Key("state");
  write_text(json, name_of(content.where));
  write_number(json, "view", content.view.number);
  write_texts(json, "linked", content.linked);
  json.Key("nodes");
  json.StartArray();
  for (auto& node : content.view.nodes)
    write_node(json, node);
  json.EndArray();
  json.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

} // namespace klatsch::net
