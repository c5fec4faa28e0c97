#include "http/call_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HttpRequest Request(const std::string& path, std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.path = path;
  request.body = std::make_shared<const std::string>(std::move(body));
  return request;
}

TEST(CallMetrics, CountByCallAndStatusAndAddUpBodies) {
  Metrics metrics;
  const HttpHandler handler = Counted(metrics, "root", [](const HttpRequest& request, const HttpRespond& respond) {
    respond({request.body->empty() ? 400 : 200, {}, nullptr});
  });
  int answers = 0;
  const auto ask = [&](const std::string& path, const std::string& body) {
    handler(Request(path, body), [&](const HttpAnswer&) { ++answers; });
  };
  ask("/v1/jobs/1/commits", "12345");
  ask("/v1/jobs/2/commits", "123");
  ask("/v1/jobs/1/commits", "");
  ask("/v1/jobs/1/rounds/2/updates", "1");
  ask("/elsewhere", "");
  EXPECT_EQ(answers, 5);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr(R"(requests_total{call="commits",method="POST",node="root",status="200"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(requests_total{call="commits",method="POST",node="root",status="400"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(requests_total{call="updates",method="POST",node="root",status="200"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(requests_total{call="none",method="other",node="root",status="400"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(request_bytes_total{call="commits",method="POST",node="root"} 8)"));
}

TEST(CallMetrics, HaveNoMoreLabelsThanThereAreCalls) {
  Metrics metrics;
  const HttpHandler handler =
      Counted(metrics, "root", [](const HttpRequest&, const HttpRespond& respond) { respond({405, {}, nullptr}); });
  for (const std::string method : {"BREW", "WHEN"}) {
    HttpRequest request = Request("/v1/jobs/1/commits", "");
    request.method = method;
    handler(request, [](const HttpAnswer&) {});
  }
  EXPECT_THAT(metrics.Text(), HasSubstr(R"(requests_total{call="commits",method="other",node="root",status="405"} 2)"));
}

TEST(CallMetrics, CountWhatTheGateRefusesAndNothingElseOfIt) {
  Metrics metrics;
  const HttpGate gate = Counted(metrics, "leaf", [](const HttpHead& head) -> tl::expected<std::uint64_t, HttpAnswer> {
    if (head.authorization.empty()) return tl::unexpected(HttpAnswer{401, {}, nullptr});
    return 7;
  });
  HttpHead head{.method = "POST", .path = "/v1/jobs/1/rounds/2/updates", .authorization = "ticket"};
  EXPECT_EQ(gate(head).value(), 7);
  EXPECT_THAT(metrics.Text(), Not(HasSubstr("requests_total")));
  head.authorization.clear();
  EXPECT_EQ(gate(head).error().status, 401);
  EXPECT_THAT(metrics.Text(), HasSubstr(R"(requests_total{call="updates",method="POST",node="leaf",status="401"} 1)"));
}

}  // namespace
}  // namespace propius
