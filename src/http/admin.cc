#include "http/admin.h"

#include "http/problem.h"

namespace propius {
namespace {

constexpr const char* kIndex =
    "/metrics  counters, gauges and histograms for Prometheus\n"
    "/healthz  200 while the process lives\n"
    "/readyz   200 while it takes work, else 503 and why not\n";

HttpAnswer Plain(std::string text, std::string type = "text/plain; charset=utf-8") {
  return {200, {{"Content-Type", std::move(type)}}, std::make_shared<const std::string>(std::move(text))};
}

HttpAnswer AnswerTo(const HttpRequest& request, const Metrics& metrics, const std::function<Status()>& ready) {
  if (request.method != "GET") {
    HttpAnswer answer = Problem(405, {Code::kInvalidArgument, "method: expected GET, got " + request.method});
    answer.headers["Allow"] = "GET, HEAD";
    return answer;
  }
  if (request.path == "/") return Plain(kIndex);
  if (request.path == "/metrics") return Plain(metrics.Text(), "text/plain; version=0.0.4; charset=utf-8");
  if (request.path == "/healthz") return Plain("ok\n");
  if (request.path == "/readyz") {
    const Status status = ready();
    return status ? Plain("ready\n") : Problem({Code::kUnavailable, status.error().message});
  }
  return Problem({Code::kNotFound,
                  "path: expected /, /metrics, /healthz or /readyz, got \"" + request.path.substr(0, 120) + "\""});
}

}  // namespace

HttpHandler MakeAdmin(Metrics& metrics, std::function<Status()> ready) {
  return [&metrics, ready = std::move(ready)](const HttpRequest& request, const HttpRespond& respond) {
    respond(AnswerTo(request, metrics, ready));
  };
}

}  // namespace propius
