#include "http/data_plane.h"

#include <optional>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "dataplane/testing/cluster.h"
#include "http/tree_messages.h"

namespace propius {
namespace {

const RoundKey kRound{{3}, {7}};
const std::string kBase = "/v1/jobs/3/rounds/7/";

// A root behind its handler, driven by hand.
class DataPlane : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster_.StartRoot());
    handler_ = MakeDataPlane(*cluster_.root.process, *cluster_.root.node, 90s);
    terms_ = MakeTerms(kRound, plan_, cluster_.world.Now() + 60s, 2);
    cluster_.control.census.granted = 2;
    cluster_.control.census.bound = 2;
  }

  // What comes at once and within `patience`; status 0 if nothing did.
  HttpAnswer Ask(const std::string& method, const std::string& path, const std::string& authorization = "",
                 Blob body = nullptr, const std::string& wait = "", Duration patience = 1s) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    if (!authorization.empty()) request.headers["authorization"] = authorization;
    if (!wait.empty()) request.query["wait"] = wait;
    request.body = body == nullptr ? MakeBlob("") : std::move(body);
    const auto got = std::make_shared<HttpAnswer>();
    got->status = 0;
    handler_(std::move(request), [got](HttpAnswer answer) {
      EXPECT_EQ(got->status, 0) << "answered twice";
      *got = std::move(answer);
    });
    cluster_.world.RunFor(patience);
    return *got;
  }

  std::string Round() const { return "Propius-Round " + cluster_.sealer.Seal(terms_); }
  std::string TicketOf(std::uint32_t slot) const {
    return "Propius-Ticket " + cluster_.sealer.Seal(MakeTicket(terms_, slot));
  }
  std::string NodeOf(const std::string& name) const {
    return "Propius-Node " + cluster_.sealer.Seal(NodeToken{name, cluster_.world.Now() + 60s});
  }
  void Publish() { ASSERT_EQ(Ask("PUT", kBase + "plan", Round(), plan_).status, 200); }

  Cluster cluster_;
  const Blob plan_ = MakePlan();
  RoundTerms terms_;
  HttpHandler handler_;
};

TEST_F(DataPlane, PublishesAPlanAndGivesItOut) {
  const std::string path = "/v1/plans/" + ToHex(terms_.plan);
  HttpAnswer answer = Ask("GET", path);
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.headers.at("Retry-After"), "1");

  for (int again = 0; again < 2; ++again) {
    answer = Ask("PUT", kBase + "plan", Round(), plan_);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(*answer.body, R"({"digest":")" + ToHex(terms_.plan) + "\"}");
  }
  answer = Ask("GET", path);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(*answer.body, *plan_);
  EXPECT_EQ(answer.headers.at("ETag"), "\"" + ToHex(terms_.plan) + "\"");
  EXPECT_EQ(answer.headers.at("Cache-Control"), "public, max-age=90, immutable");
}

TEST_F(DataPlane, RunsARoundToItsResult) {
  Publish();
  HttpAnswer answer = Ask("GET", kBase + "aggregate", Round());
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(*answer.body, R"({"outcome":"open","target":2,"counted":0})");

  answer = Ask("POST", kBase + "updates", TicketOf(0), UpdateOf(0), "10s");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(*answer.body, R"({"state":"committed","reason":""})");
  answer = Ask("GET", kBase + "updates", TicketOf(0), nullptr, "10s");
  EXPECT_EQ(answer.status, 200);
  answer = Ask("POST", kBase + "updates", TicketOf(1), UpdateOf(1), "10s");
  EXPECT_EQ(answer.status, 200);

  answer = Ask("GET", kBase + "aggregate", Round(), nullptr, "30s");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(Contributors(ReadWords(answer.body)), (std::map<std::uint32_t, int>{{0, 1}, {1, 1}}));
  EXPECT_EQ(ParseSafetensors(*answer.body)->metadata.at("outcome"), "completed");

  answer = Ask("POST", kBase + "updates", TicketOf(5), UpdateOf(5), "10s");
  EXPECT_EQ(answer.status, 410);
  EXPECT_NE(answer.body->find(R"({"state":"late","reason":")"), std::string::npos) << *answer.body;
}

TEST_F(DataPlane, SaysWhyItRejectsAnUpdate) {
  Publish();
  const HttpAnswer answer = Ask("POST", kBase + "updates", TicketOf(0), MakeBlob("no tensors"), "10s");
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(answer.body->starts_with(R"({"state":"rejected","reason":")")) << *answer.body;
}

TEST_F(DataPlane, HoldsAnAnswerBackForAsLongAsItWasAsked) {
  Publish();
  EXPECT_EQ(Ask("GET", kBase + "aggregate", Round(), nullptr, "5s", 4s).status, 0);
  cluster_.world.RunFor(2s);
  EXPECT_EQ(Ask("GET", kBase + "aggregate", Round(), nullptr, "0s", 0s).status, 202);
}

TEST_F(DataPlane, ClosesARoundWithWhatIsCommitted) {
  Publish();
  ASSERT_EQ(Ask("POST", kBase + "updates", TicketOf(0), UpdateOf(0), "10s").status, 200);
  const HttpAnswer answer = Ask("POST", kBase + "close", Round());
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(ParseSafetensors(*answer.body)->metadata.at("outcome"), "partial");
}

TEST_F(DataPlane, WantsTheCredentialOfThePlace) {
  Publish();
  const std::string other = "Propius-Round " + Sealer(std::string(32, 'x')).Seal(terms_);
  for (const auto& [method, place, authorization] :
       std::vector<std::tuple<std::string, std::string, std::string>>{{"PUT", "plan", ""},
                                                                      {"PUT", "plan", TicketOf(0)},
                                                                      {"PUT", "plan", other},
                                                                      {"GET", "aggregate", TicketOf(0)},
                                                                      {"GET", "aggregate", other},
                                                                      {"POST", "close", "Bearer abc"},
                                                                      {"POST", "updates", Round()},
                                                                      {"POST", "updates", "Propius-Ticket abc"},
                                                                      {"GET", "updates", ""}}) {
    const HttpAnswer answer = Ask(method, kBase + place, authorization, plan_);
    EXPECT_EQ(answer.status, 401) << place << " with " << authorization;
    EXPECT_TRUE(answer.headers.at("WWW-Authenticate").starts_with("Propius-")) << place;
  }
  // A good credential for another round.
  EXPECT_EQ(Ask("GET", "/v1/jobs/3/rounds/8/aggregate", Round()).status, 403);
  EXPECT_EQ(Ask("POST", "/v1/jobs/4/rounds/7/updates", TicketOf(0), UpdateOf(0)).status, 403);
}

TEST_F(DataPlane, KnowsBeforeABodyWhoseItIsAndHowLargeItMayBe) {
  const HttpGate gate = MakeDataPlaneGate(*cluster_.root.node);
  const auto room = [&](const std::string& method, const std::string& path, const std::string& authorization) {
    const auto answer = gate({method, path, authorization});
    return answer ? *answer : static_cast<std::uint64_t>(answer.error().status);
  };
  const std::uint64_t all = ~std::uint64_t{0};
  EXPECT_EQ(room("POST", kBase + "updates", TicketOf(0)), terms_.max_update_bytes);
  EXPECT_EQ(room("POST", "/v1/jobs/3/commits", TicketOf(0)), terms_.max_update_bytes);
  EXPECT_EQ(room("PUT", kBase + "plan", Round()), all);
  EXPECT_EQ(room("POST", "/v1/tree/segments", NodeOf("leaf-0")), all);
  EXPECT_EQ(room("POST", "/v1/tree/claims", NodeOf("leaf-0")), 65'536U);
  EXPECT_EQ(room("GET", "/v1/plans/" + std::string(64, 'a'), ""), 0U);
  for (const std::string& authorization : {std::string(), std::string("Propius-Ticket abc"), Round()}) {
    EXPECT_EQ(room("POST", kBase + "updates", authorization), 401U);
  }
  EXPECT_EQ(
      room("POST", kBase + "updates", "Propius-Ticket " + Sealer(std::string(32, 'x')).Seal(MakeTicket(terms_, 0))),
      401U);
  EXPECT_EQ(room("POST", "/v1/tree/segments", TicketOf(0)), 401U);
  EXPECT_EQ(room("PUT", kBase + "updates", TicketOf(0)), 405U);
  EXPECT_EQ(room("POST", "/v1/models", TicketOf(0)), 404U);
  EXPECT_EQ(gate({"PUT", kBase + "plan", ""}).error().headers.at("WWW-Authenticate"), "Propius-Round");
}

TEST_F(DataPlane, RefusesPathsMethodsAndWaitsThatAreNotInTheProtocol) {
  EXPECT_EQ(Ask("GET", "/v1/models").status, 404);
  EXPECT_EQ(Ask("GET", "/v1/plans/abc").status, 400);
  EXPECT_EQ(Ask("GET", "/v1/jobs/0/rounds/1/aggregate", Round()).status, 400);
  const HttpAnswer answer = Ask("DELETE", kBase + "updates", TicketOf(0));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.at("Allow"), "GET, HEAD, POST");
  EXPECT_EQ(Ask("GET", kBase + "aggregate", Round(), nullptr, "61s").status, 400);
  EXPECT_EQ(Ask("GET", kBase + "aggregate", Round(), nullptr, "soon").status, 400);
}

TEST_F(DataPlane, LetsANodeClaimAndPush) {
  terms_.target = 4;
  Publish();
  const ClaimRequest claim{"leaf-0", 1, kRound, {0}};
  HttpAnswer answer = Ask("POST", "/v1/tree/claims", NodeOf("leaf-0"), MakeBlob(ToJson(claim)));
  ASSERT_EQ(answer.status, 200) << *answer.body;
  const Result<ClaimGrant> grant = GrantFromJson(*answer.body);
  ASSERT_TRUE(grant) << grant.error().message;
  EXPECT_EQ(grant->terms, terms_);
  EXPECT_TRUE(grant->committed.Empty());

  Segment segment;
  segment.node = "leaf-0";
  segment.round = kRound;
  segment.generation = grant->generation;
  segment.number = 1;
  segment.slots = SlotsOf({0, 1});
  segment.partial = PartialOf(terms_, TestManifest(), {0, 1});
  answer = Ask("POST", "/v1/tree/segments", NodeOf("leaf-0"), MakeBlob(ToBody(segment)));
  ASSERT_EQ(answer.status, 200) << *answer.body;
  EXPECT_EQ(*answer.body, R"({"verdict":"committed"})");

  segment.generation += 1;
  segment.slots = SlotsOf({2});
  segment.partial = PartialOf(terms_, TestManifest(), {2});
  answer = Ask("POST", "/v1/tree/segments", NodeOf("leaf-0"), MakeBlob(ToBody(segment)));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(*answer.body, R"({"verdict":"fenced"})");
}

TEST_F(DataPlane, RefusesNodesThatAreNone) {
  Publish();
  const Blob claim = MakeBlob(ToJson(ClaimRequest{"leaf-0", 1, kRound, {0}}));
  EXPECT_EQ(Ask("POST", "/v1/tree/claims", "", claim).status, 401);
  EXPECT_EQ(Ask("POST", "/v1/tree/claims", "Propius-Node abc", claim).status, 401);
  EXPECT_EQ(Ask("POST", "/v1/tree/claims", TicketOf(0), claim).status, 401);
  EXPECT_EQ(Ask("POST", "/v1/tree/claims", NodeOf("leaf-1"), claim).status, 403);
  const Blob unread = MakeBlob("no segment");
  EXPECT_EQ(Ask("POST", "/v1/tree/segments", "Propius-Node abc", unread, "", 0s).status, 401) << "before it is read";
  EXPECT_EQ(Ask("POST", "/v1/tree/segments", NodeOf("leaf-0"), unread, "", 0s).status, 400);
  const std::string old = NodeOf("leaf-0");
  cluster_.world.RunFor(61s);
  EXPECT_EQ(Ask("POST", "/v1/tree/claims", old, claim).status, 401);
}

TEST_F(DataPlane, RefusesTreeMessagesThatAreNone) {
  EXPECT_EQ(Ask("POST", "/v1/tree/claims", NodeOf("leaf-0"), MakeBlob("{}")).status, 400);
  EXPECT_EQ(Ask("POST", "/v1/tree/claims", NodeOf("leaf-0"), MakeBlob(std::string(70'000, ' '))).status, 413);
  EXPECT_EQ(Ask("POST", "/v1/tree/segments", NodeOf("leaf-0"), MakeBlob("short")).status, 400);
  Segment segment;
  segment.partial = MakeBlob("partial");
  std::string body = ToBody(segment);
  body.back() = '!';
  EXPECT_EQ(Ask("POST", "/v1/tree/segments", NodeOf("leaf-0"), MakeBlob(body)).status, 500);
}

TEST_F(DataPlane, TakesTheCommitsOfAnAsynchronousJob) {
  const float values[] = {1, 2};
  const std::string_view bytes(reinterpret_cast<const char*>(values), sizeof values);
  const Blob file = MakeBlob(WriteSafetensors({{{"w", Dtype::kF32, {2}}, bytes}}, {}));
  terms_ = MakeTerms(kRound, file, cluster_.world.Now() + 60s);
  terms_.sync = SyncSpec{.model = "asp", .eta = 1};
  ASSERT_EQ(Ask("PUT", kBase + "plan", Round(), file).status, 200);
  const std::string commits = "/v1/jobs/3/commits";

  HttpAnswer answer = Ask("GET", commits, TicketOf(0));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("Propius-Commits"), "0");
  EXPECT_EQ(answer.headers.at("Propius-Work"), "steps=1");

  EXPECT_EQ(Ask("POST", commits, TicketOf(0), file).status, 400) << "without a number";
  const auto post = [&](const std::string& number) {
    HttpRequest request{"POST", commits, {{"number", number}}, {{"authorization", TicketOf(0)}}, file};
    HttpAnswer got;
    handler_(std::move(request), [&](HttpAnswer told) { got = std::move(told); });
    cluster_.world.RunFor(1s);
    return got;
  };
  EXPECT_EQ(post("2").status, 409);
  for (int again = 0; again < 2; ++again) {
    answer = post("1");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("Propius-Commits"), "1");
    EXPECT_EQ(answer.headers.at("Propius-Version"), "1");
  }
  answer = Ask("GET", "/v1/jobs/3/parameters", Round());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("Propius-Workers"), "1");
  EXPECT_EQ(Ask("GET", "/v1/jobs/3/parameters", TicketOf(0)).status, 401);
  EXPECT_EQ(Ask("DELETE", commits, TicketOf(0)).status, 204);
  EXPECT_EQ(Ask("GET", "/v1/jobs/3/parameters", Round()).headers.at("Propius-Workers"), "0");
  EXPECT_EQ(Ask("PUT", commits, TicketOf(0)).headers.at("Allow"), "GET, POST, DELETE");
  EXPECT_EQ(Ask("GET", "/v1/jobs/4/commits", TicketOf(0)).status, 403);
  EXPECT_EQ(Ask("GET", "/v1/jobs/x/commits", TicketOf(0)).status, 400);
}

}  // namespace
}  // namespace propius
