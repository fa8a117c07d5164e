#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace klatsch {

/// All that klatsch counts, declared once, in this class's constructor: name, kind and help. One
/// object per node, outlives the actors. The members are thread-safe; `deliveries` is counted once
/// per event and thread, not once per receiver.
class metrics {
  // Before the members below, which live in it.
  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();

 public:
  metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  prometheus::Gauge& connections;
  prometheus::Gauge& connections_at_rest;
  prometheus::Counter& connections_total;
  prometheus::Gauge& sessions;
  prometheus::Gauge& rooms;
  prometheus::Gauge& users;
  prometheus::Counter& requests;
  prometheus::Counter& refusals;
  prometheus::Counter& messages;
  prometheus::Counter& private_messages;
  prometheus::Counter& deliveries;
  prometheus::Counter& gaps;
  prometheus::Counter& outbox_writes;
  prometheus::Counter& slow_consumers;
  prometheus::Counter& pending_overflows;
  prometheus::Counter& http_requests;
  prometheus::Counter& store_failures;
  prometheus::Gauge& cluster_nodes;
  prometheus::Gauge& cluster_links;
  prometheus::Gauge& cluster_view;
  prometheus::Counter& handed_over;
  prometheus::Counter& lease_failures;
  prometheus::Gauge& store_queue;
  prometheus::Gauge& outbox_bytes;
  prometheus::Histogram& store_group;
  prometheus::Histogram& append_seconds;
  prometheus::Histogram& request_seconds;

  /// The text format of Prometheus.
  std::string exposition() const;

 private:
  prometheus::Counter& counter(const char* name, const char* help);
  prometheus::Gauge& gauge(const char* name, const char* help);
  prometheus::Histogram&
  histogram(const char* name, const char* help, prometheus::Histogram::BucketBoundaries bounds);
};

} // namespace klatsch
