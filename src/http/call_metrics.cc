#include "http/call_metrics.h"

#include <utility>

#include <prometheus/counter.h>

#include "http/route.h"

namespace propius {
namespace {

// As labels. Whoever asks must not be able to make more and more of them.
MetricLabels CallOf(const std::string& node, const std::string& method, const std::string& path) {
  const Result<Route> route = ParseRoute(path);
  const bool known = route && Allows(route->place, method);
  return {{"node", node},
          {"call", route ? std::string(NameOf(route->place)) : "none"},
          {"method", known ? method : "other"}};
}

void CountAnswer(Metrics& metrics, MetricLabels call, const HttpAnswer& answer) {
  call.emplace_back("status", std::to_string(answer.status));
  metrics.Counter("propius_http_requests_total", "Calls that the data plane answered.", call).Increment();
}

}  // namespace

HttpHandler Counted(Metrics& metrics, const std::string& node, HttpHandler handler) {
  return [&metrics, node, handler = std::move(handler)](HttpRequest request, HttpRespond respond) {
    const MetricLabels call = CallOf(node, request.method, request.path);
    metrics.Counter("propius_http_request_bytes_total", "Bodies received by the data plane.", call)
        .Increment(static_cast<double>(request.body->size()));
    handler(std::move(request), [&metrics, call, respond = std::move(respond)](HttpAnswer answer) {
      CountAnswer(metrics, call, answer);
      respond(std::move(answer));
    });
  };
}

HttpGate Counted(Metrics& metrics, const std::string& node, HttpGate gate) {
  return [&metrics, node, gate = std::move(gate)](const HttpHead& head) {
    auto passed = gate(head);
    if (!passed) CountAnswer(metrics, CallOf(node, head.method, head.path), passed.error());
    return passed;
  };
}

}  // namespace propius
