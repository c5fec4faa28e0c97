#include "http/uplink.h"

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/real_runtime.h"
#include "dataplane/testing/cluster.h"
#include "fetch/fetch.h"
#include "http/data_plane.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/tree_messages.h"

namespace propius {
namespace {

// Waits for one answer of another thread.
template <typename T>
class Awaited {
 public:
  Done<T> done() {
    return [this](Result<T> result) {
      const std::lock_guard lock(mutex_);
      result_ = std::move(result);
      came_.notify_one();
    };
  }
  Result<T> Get() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return result_.has_value(); });
    return *result_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<Result<T>> result_;
};

const Sealer kSealer(std::string(32, 's'));

std::string UrlOf(const HttpServer& server) { return "http://127.0.0.1:" + std::to_string(server.port()); }

std::unique_ptr<HttpServer> Serve(HttpHandler handler) { return std::move(*HttpServer::Start({}, std::move(handler))); }

// An uplink to a parent that always gives one answer, and what the parent was asked last.
struct Child {
  explicit Child(HttpAnswer answer)
      : parent(Serve([this, answer](HttpRequest request, const HttpRespond& respond) {
          asked = std::move(request);
          respond(answer);
        })),
        workers(MakeThreadWorkers(2)),
        uplink(MakeHttpUplink(runtime, *workers, kSealer, {UrlOf(*parent), "leaf-0", 20s})) {}

  HttpRequest asked;
  std::unique_ptr<HttpServer> parent;
  RealRuntime runtime{"child"};
  std::unique_ptr<Workers> workers;
  std::unique_ptr<Uplink> uplink;
};

TEST(HttpUplink, ShowsATokenThatNamesItsNodeAndSoonExpires) {
  Child child(JsonAnswer(200, ToJson(ClaimGrant{7, {}, {}})));
  Awaited<ClaimGrant> grant;
  child.uplink->Claim({"leaf-0", 5, {{1}, {2}}, {3}}, grant.done());
  const Result<ClaimGrant> got = grant.Get();
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->generation, 7U);
  EXPECT_EQ(child.asked.method, "POST");
  EXPECT_EQ(child.asked.path, "/v1/tree/claims");
  EXPECT_EQ(ClaimFromJson(*child.asked.body)->incarnation, 5U);
  const std::string authorization = child.asked.headers.at("authorization");
  ASSERT_TRUE(authorization.starts_with("Propius-Node "));
  const Result<NodeToken> token = kSealer.OpenNode(authorization.substr(13));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->node, "leaf-0");
  EXPECT_GT(token->expires, child.runtime.Now());
  EXPECT_LE(token->expires, child.runtime.Now() + 2min);
}

TEST(HttpUplink, PushesASegmentWhole) {
  Child child(JsonAnswer(200, ToJson(SegmentVerdict::kFenced)));
  Segment segment;
  segment.node = "leaf-0";
  segment.round = {{1}, {2}};
  segment.number = 9;
  segment.slots.Set(99'999);  // its bitmap is larger than a request head may be
  segment.partial = MakeBlob(std::string(1 << 20, 'p'));
  Awaited<SegmentVerdict> verdict;
  child.uplink->Push(segment, verdict.done());
  EXPECT_EQ(verdict.Get(), SegmentVerdict::kFenced);
  const Result<Segment> pushed = SegmentFromBody(*child.asked.body);
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(pushed->number, 9U);
  EXPECT_EQ(*pushed->partial, *segment.partial);
}

TEST(HttpUplink, FetchesAPlanByItsDigest) {
  Child child({200, {}, MakeBlob("plan")});
  Awaited<Blob> plan;
  child.uplink->FetchPlan(Sha256("plan"), plan.done());
  const Result<Blob> got = plan.Get();
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(**got, "plan");
  EXPECT_EQ(child.asked.path, "/v1/plans/" + ToHex(Sha256("plan")));
}

TEST(HttpUplink, TellsTheErrorsOfItsParent) {
  for (const Code code : {Code::kNotFound, Code::kFailedPrecondition, Code::kUnavailable}) {
    Child child(Problem({code, "because"}));
    Awaited<ClaimGrant> grant;
    child.uplink->Claim({}, grant.done());
    EXPECT_EQ(grant.Get(), (Fail(code, "because")));
    Awaited<Blob> plan;
    child.uplink->FetchPlan(Digest(32, 'x'), plan.done());
    EXPECT_EQ(plan.Get(), (Fail(code, "because")));
    Awaited<SegmentVerdict> verdict;
    child.uplink->Push({}, verdict.done());
    EXPECT_EQ(verdict.Get(), (Fail(code, "because")));
  }
}

TEST(HttpUplink, TellsASegmentThatIsTooLargeFromOneThatComesTooSoon) {
  for (const auto& [status, code] : {std::pair{413, Code::kInvalidArgument}, {429, Code::kResourceExhausted}}) {
    Child child(Problem(status, {Code::kResourceExhausted, "because"}));
    Awaited<SegmentVerdict> verdict;
    child.uplink->Push({}, verdict.done());
    EXPECT_EQ(verdict.Get(), (Fail(code, "because"))) << "only the first is never sent again";
  }
}

TEST(HttpUplink, RefusesAnswersThatAreNone) {
  Child child(JsonAnswer(200, "nothing"));
  Awaited<ClaimGrant> grant;
  child.uplink->Claim({}, grant.done());
  EXPECT_EQ(grant.Get().error().code, Code::kInvalidArgument);
  Awaited<SegmentVerdict> verdict;
  child.uplink->Push({}, verdict.done());
  EXPECT_EQ(verdict.Get().error().code, Code::kInvalidArgument);
}

TEST(HttpUplink, SaysThatNobodyAnswers) {
  RealRuntime runtime("child");
  const auto workers = MakeThreadWorkers(1);
  std::string url;
  {
    url = UrlOf(*Serve([](const HttpRequest&, const HttpRespond&) {}));
  }
  const auto uplink = MakeHttpUplink(runtime, *workers, kSealer, {url, "leaf-0", 20s});
  Awaited<ClaimGrant> grant;
  uplink->Claim({}, grant.done());
  EXPECT_EQ(grant.Get().error().code, Code::kUnavailable);
}

TEST(HttpUplink, DropsAnswersThatComeWhenItIsGone) {
  std::mutex mutex;
  std::condition_variable came;
  HttpRespond held;
  const auto parent = Serve([&](const HttpRequest&, HttpRespond respond) {
    const std::lock_guard lock(mutex);
    held = std::move(respond);
    came.notify_one();
  });
  bool told = false;
  auto workers = MakeThreadWorkers(1);
  {
    RealRuntime runtime("child");
    auto uplink = MakeHttpUplink(runtime, *workers, kSealer, {UrlOf(*parent), "leaf-0", 20s});
    uplink->Claim({}, [&](const Result<ClaimGrant>&) { told = true; });
    uplink->Claim({}, [&](const Result<ClaimGrant>&) { told = true; });  // still queued when the uplink goes
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return held != nullptr; });
    lock.unlock();
    uplink.reset();
  }
  held(JsonAnswer(200, ToJson(ClaimGrant{})));
  workers.reset();
  EXPECT_FALSE(told);
}

TEST(HttpUplink, GivesUpCallsUnderWayWhenItGoes) {
  std::mutex mutex;
  std::condition_variable came;
  std::vector<HttpRespond> held;
  const auto parent = Serve([&](const HttpRequest&, HttpRespond respond) {
    const std::lock_guard lock(mutex);
    held.push_back(std::move(respond));
    came.notify_one();
  });
  RealRuntime runtime("child");
  auto workers = MakeThreadWorkers(2);
  auto uplink = MakeHttpUplink(runtime, *workers, kSealer, {UrlOf(*parent), "leaf-0", 60s});
  uplink->Push({}, [](const Result<SegmentVerdict>&) {});
  uplink->FetchPlan(Digest(32, 'x'), [](const Result<Blob>&) {});
  {
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return held.size() == 2; });
  }
  const Time before = RealNow();
  uplink.reset();
  workers.reset();
  EXPECT_LT(RealNow() - before, 10s) << "a parent that hangs must not keep its child from ending";
}

// A root and a leaf in their own threads, HTTP between them and to the devices.
TEST(HttpUplink, CarriesARoundThroughALeaf) {
  const Blob plan = MakePlan();
  RealRuntime root_runtime("root");
  RealRuntime leaf_runtime("leaf");
  const auto workers = MakeThreadWorkers(2);
  MemoryDisk disk;
  const auto store = OpenMemoryTallyStore(root_runtime, disk);
  const auto root = std::move(*Node::Open({root_runtime, TestReducers(), kSealer, nullptr, store.get(), nullptr}, {}));
  auto root_server = Serve(MakeDataPlane(root_runtime, *root));
  const auto uplink = MakeHttpUplink(leaf_runtime, *workers, kSealer, {UrlOf(*root_server), "leaf-0", 20s});
  NodeOptions leaf_options;
  leaf_options.name = "leaf-0";
  leaf_options.seal_after = 1ms;
  const auto leaf =
      std::move(*Node::Open({leaf_runtime, TestReducers(), kSealer, uplink.get(), nullptr, nullptr}, leaf_options));
  auto leaf_server = Serve(MakeDataPlane(leaf_runtime, *leaf));

  const RoundTerms terms = MakeTerms({{3}, {7}}, plan, root_runtime.Now() + 1h, 2);
  Fetcher fetcher;
  const auto ask = [&](const HttpServer& server, const std::string& method, const std::string& target,
                       const std::string& authorization, Blob body) {
    FetchRequest request;
    request.method = method;
    request.url = UrlOf(server) + target;
    request.headers["Authorization"] = authorization;
    request.body = std::move(body);
    const Result<FetchAnswer> answer = fetcher.Fetch(request);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer.value_or(FetchAnswer{});
  };
  const std::string base = "/v1/jobs/3/rounds/7/";
  const std::string owner = "Propius-Round " + kSealer.Seal(terms);
  ASSERT_EQ(ask(*root_server, "PUT", base + "plan", owner, plan).status, 200);
  EXPECT_EQ(ask(*leaf_server, "GET", "/v1/plans/" + ToHex(terms.plan), "", nullptr).body, *plan);
  for (const std::uint32_t slot : {0U, 1U}) {
    const std::string ticket = "Propius-Ticket " + kSealer.Seal(MakeTicket(terms, slot));
    FetchAnswer answer;
    // The leaf claims its group at the first update, and says so until it has it.
    for (int i = 0; i < 1'000 && (i == 0 || answer.status == 503 || answer.status == 202); ++i) {
      answer = ask(*leaf_server, "POST", base + "updates?wait=10s", ticket, UpdateOf(slot));
    }
    EXPECT_EQ(answer.body, R"({"state":"committed","reason":""})");
  }
  const FetchAnswer answer = ask(*root_server, "GET", base + "aggregate?wait=30s", owner, nullptr);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(Contributors(ReadWords(MakeBlob(answer.body))), (std::map<std::uint32_t, int>{{0, 1}, {1, 1}}));
  leaf_server.reset();
  root_server.reset();
  leaf_runtime.Stop();
  root_runtime.Stop();
}

}  // namespace
}  // namespace propius
