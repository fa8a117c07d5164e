#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/peer_protocol.hpp"

/// What a session makes of payloads, and what it sends, as words in their order.
struct recorded_events final : klatsch::bench::peer_events, klatsch::bench::payload_sink {
  std::vector<std::string> seen;
  std::vector<std::string> sent;

  void on_ready() override { seen.push_back("ready"); }
  void on_joined() override { seen.push_back("joined"); }
  void on_delivery(const klatsch::bench::stamp& what) override {
    seen.push_back("message " + std::to_string(what.number));
  }
  void on_acknowledged(unsigned count) override {
    seen.push_back("acknowledged " + std::to_string(count));
  }
  void on_page(unsigned messages) override { seen.push_back("page " + std::to_string(messages)); }
  void on_failure(const std::string& reason) override { seen.push_back("failure " + reason); }
  void send(std::string_view payload) override { sent.emplace_back(payload); }

  std::vector<std::string> take_seen() { return std::exchange(seen, {}); }
  std::vector<std::string> take_sent() { return std::exchange(sent, {}); }
};
