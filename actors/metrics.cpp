#include "actors/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace klatsch {

namespace {

const prometheus::Histogram::BucketBoundaries seconds{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};
const prometheus::Histogram::BucketBoundaries powers_of_two{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

} // namespace

metrics::metrics()
    : connections(gauge("klatsch_connections", "WebSocket connections at this moment.")),
      connections_at_rest(gauge(
          "klatsch_connections_at_rest", "Of these, silent ones without buffers to be read by.")),
      connections_total(counter("klatsch_connections_total", "WebSocket connections so far.")),
      sessions(gauge("klatsch_sessions", "Sessions that are open at this moment.")),
      rooms(gauge("klatsch_rooms", "Room actors on this node.")),
      users(gauge("klatsch_users", "User actors on this node.")),
      requests(counter("klatsch_requests_total", "Requests from clients.")),
      refusals(counter("klatsch_refusals_total", "Requests answered with an error.")),
      messages(counter("klatsch_messages_total", "Messages stored in rooms.")),
      private_messages(counter("klatsch_private_messages_total", "Private messages stored.")),
      deliveries(counter("klatsch_deliveries_total", "Room events given to connections.")),
      gaps(counter("klatsch_gaps_total", "Gaps found by a subscription and read again.")),
      outbox_writes(counter("klatsch_outbox_writes_total", "Writes of frames to connections.")),
      slow_consumers(
          counter("klatsch_slow_consumers_total", "Connections closed because of a full outbox.")),
      pending_overflows(counter(
          "klatsch_pending_overflows_total",
          "Events dropped while a session waited for its room.")),
      http_requests(counter("klatsch_http_requests_total", "HTTP requests.")),
      store_failures(counter("klatsch_store_failures_total", "Requests that the store failed.")),
      cluster_nodes(gauge("klatsch_cluster_nodes", "Nodes that the store knows to be alive.")),
      cluster_links(gauge("klatsch_cluster_links", "Nodes that this one is connected to.")),
      cluster_view(gauge("klatsch_cluster_view", "The number of the present view.")),
      handed_over(counter(
          "klatsch_handed_over_total", "Rooms and users that were handed over to other nodes.")),
      lease_failures(counter(
          "klatsch_lease_failures_total", "Renewals of this node's lease that did not succeed.")),
      store_queue(gauge("klatsch_store_queue", "Requests that wait for the store's answer.")),
      outbox_bytes(gauge("klatsch_outbox_bytes", "Bytes that wait in all outboxes.")),
      store_group(histogram(
          "klatsch_store_group_requests", "Requests in one group of the store.", powers_of_two)),
      append_seconds(histogram(
          "klatsch_append_seconds", "From a room's append to its being durable.", seconds)),
      request_seconds(
          histogram("klatsch_request_seconds", "From a client's request to its answer.", seconds)) {
}

std::string metrics::exposition() const {
  return prometheus::TextSerializer{}.Serialize(registry_->Collect());
}

prometheus::Counter& metrics::counter(const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add({});
}

prometheus::Gauge& metrics::gauge(const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add({});
}

prometheus::Histogram& metrics::histogram(
    const char* name, const char* help, prometheus::Histogram::BucketBoundaries bounds) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add({}, bounds);
}

} // namespace klatsch
