#include "http/admin.h"

#include <gtest/gtest.h>
#include <prometheus/counter.h>

namespace propius {
namespace {

HttpAnswer Ask(const HttpHandler& admin, const std::string& method, const std::string& path) {
  HttpAnswer got;
  got.status = 0;
  HttpRequest request;
  request.method = method;
  request.path = path;
  admin(request, [&](HttpAnswer answer) { got = std::move(answer); });
  return got;
}

TEST(Admin, ShowsMetrics) {
  Metrics metrics;
  metrics.Counter("propius_binds_total", "Binds.").Increment();
  const HttpAnswer answer = Ask(MakeAdmin(metrics, [] { return Status(); }), "GET", "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(answer.body->find("propius_binds_total 1"), std::string::npos);
}

TEST(Admin, IsHealthyWhenItIsNotReadyAndSaysWhyNot) {
  Metrics metrics;
  Status ready = Fail(Code::kInternal, "store: expected a disk with room, got none");
  const HttpHandler admin = MakeAdmin(metrics, [&] { return ready; });
  EXPECT_EQ(Ask(admin, "GET", "/healthz").status, 200);
  const HttpAnswer answer = Ask(admin, "GET", "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body->find("a disk with room"), std::string::npos);
  ready = {};
  EXPECT_EQ(Ask(admin, "GET", "/readyz").status, 200);
}

TEST(Admin, ListsWhatThereIs) {
  Metrics metrics;
  const HttpHandler admin = MakeAdmin(metrics, [] { return Status(); });
  for (const std::string path : {"/metrics", "/healthz", "/readyz"}) {
    EXPECT_NE(Ask(admin, "GET", "/").body->find(path), std::string::npos);
  }
  EXPECT_EQ(Ask(admin, "GET", "/secret").status, 404);
  const HttpAnswer posted = Ask(admin, "POST", "/metrics");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(posted.headers.at("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace propius
