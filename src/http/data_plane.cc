#include "http/data_plane.h"

#include <limits>

#include "http/answers.h"
#include "http/commit_messages.h"
#include "http/credential.h"
#include "http/problem.h"
#include "http/route.h"
#include "http/tree_messages.h"

namespace propius {
namespace {

constexpr std::string_view kRoundScheme = "Propius-Round";
constexpr std::string_view kTicketScheme = "Propius-Ticket";
constexpr std::string_view kNodeScheme = "Propius-Node";
constexpr std::uint64_t kMaxClaimBytes = 64 << 10;

std::string_view SchemeOf(Place place) {
  switch (place) {
    case Place::kUpdates:
    case Place::kCommits:
      return kTicketScheme;
    case Place::kClaims:
    case Place::kSegments:
      return kNodeScheme;
    default:
      return kRoundScheme;
  }
}

HttpAnswer WrongMethod(const Route& route, const std::string& method) {
  const std::string allowed(MethodsOf(route.place));
  HttpAnswer answer =
      Problem(405, {Code::kInvalidArgument, "method: expected " + allowed + ", got " + method.substr(0, 80)});
  answer.headers["Allow"] = allowed;
  return answer;
}

HttpAnswer Refused(const Route& route, const Error& error) {
  HttpAnswer answer = Problem(error);
  if (error.code == Code::kUnauthenticated) answer.headers["WWW-Authenticate"] = SchemeOf(route.place);
  return answer;
}

// A request that was understood: everything that the node must be asked with.
struct Call {
  Route route;
  std::string token;
  Duration wait{};
  std::string method;
  Blob body;
  CommitRequest commit;  // of a POST to kCommits
};

// How much of a body the holder of a token may send, if the site has sealed it.
Result<std::uint64_t> RoomFor(Place place, const std::string& token, const Sealer& sealer) {
  constexpr std::uint64_t kServersLimit = std::numeric_limits<std::uint64_t>::max();
  if (SchemeOf(place) == kTicketScheme) {
    return sealer.OpenTicket(token).map([](const Ticket& ticket) { return ticket.max_update_bytes; });
  }
  if (SchemeOf(place) == kNodeScheme) {
    return sealer.OpenNode(token).map(
        [&](const NodeToken&) { return place == Place::kClaims ? kMaxClaimBytes : kServersLimit; });
  }
  return sealer.OpenTerms(token).map([](const RoundTerms&) { return kServersLimit; });
}

class DataPlane {
 public:
  DataPlane(Runtime& runtime, Node& node, Duration plan_ttl) : runtime_(runtime), node_(node), plan_ttl_(plan_ttl) {}

  void Serve(const HttpRequest& request, const HttpRespond& respond) const {
    const Result<Route> route = ParseRoute(request.path);
    if (!route) return respond(Problem(route.error()));
    if (!Allows(route->place, request.method)) return respond(WrongMethod(*route, request.method));
    Call call{*route, "", {}, request.method, request.body, {}};
    if (route->place != Place::kPlan) {
      const Result<std::string> token = CredentialOf(request, SchemeOf(route->place));
      if (!token) return respond(Refused(*route, token.error()));
      call.token = *token;
    }
    const Result<Duration> wait = WaitOf(request);
    if (!wait) return respond(Problem(wait.error()));
    call.wait = *wait;
    if (route->place == Place::kCommits && request.method == "POST") {
      Result<CommitRequest> commit = ReadCommit(request.query);
      if (!commit) return respond(Problem(commit.error()));
      call.commit = *std::move(commit);
      call.commit.update = request.body;
    }
    Ask(std::move(call), respond);
  }

 private:
  // What the node is asked for answers through this.
  template <typename T>
  static Done<T> Through(const HttpRespond& respond, const Route& route) {
    return [respond, route](Result<T> result) { respond(result ? AnswerOf(result) : Refused(route, result.error())); };
  }

  void Ask(Call call, const HttpRespond& respond) const {
    switch (call.route.place) {
      case Place::kClaims:
        return AskForClaim(std::move(call), respond);
      case Place::kSegments:
        return AskForPush(std::move(call), respond);
      default:
        return runtime_.Post([this, call = std::move(call), respond] { AskNode(call, respond); });
    }
  }

  void AskNode(const Call& call, const HttpRespond& respond) const {
    const Route& route = call.route;
    switch (route.place) {
      case Place::kRoundPlan:
        return node_.PutPlan(call.token, route.round, call.body, Through<PlanReceipt>(respond, route));
      case Place::kPlan:
        return node_.GetPlan(route.digest, [respond, digest = route.digest, ttl = plan_ttl_](Result<Blob> plan) {
          respond(AnswerOf(digest, plan, ttl));
        });
      case Place::kUpdates:
        if (call.method == "POST") {
          return node_.Upload(call.token, route.round, call.body, call.wait, Through<UploadAnswer>(respond, route));
        }
        return node_.UploadStatus(call.token, route.round, call.wait, Through<UploadAnswer>(respond, route));
      case Place::kAggregate:
        return node_.GetAggregate(call.token, route.round, call.wait, Through<Aggregate>(respond, route));
      case Place::kClose:
        return node_.CloseRound(call.token, route.round, Through<Aggregate>(respond, route));
      case Place::kCommits:
        return AskForCommit(call, respond);
      case Place::kParameters:
        return node_.GetParameters(call.token, route.round.job, Through<ParametersView>(respond, route));
      case Place::kClaims:
      case Place::kSegments:
        break;
    }
  }

  void AskForCommit(const Call& call, const HttpRespond& respond) const {
    const JobId job = call.route.round.job;
    if (call.method == "POST") {
      return node_.Commit(call.token, job, call.commit, call.wait, Through<CommitAnswer>(respond, call.route));
    }
    if (call.method == "GET") {
      return node_.Join(call.token, job, call.wait, Through<CommitAnswer>(respond, call.route));
    }
    node_.Leave(call.token, job, [respond, route = call.route](const Status& left) {
      respond(left ? HttpAnswer{204, {}, nullptr} : Refused(route, left.error()));
    });
  }

  void AskForClaim(Call call, const HttpRespond& respond) const {
    if (call.body->size() > kMaxClaimBytes) {
      return respond(Problem(413, {Code::kResourceExhausted, "claim: expected at most 64 KiB, got " +
                                                                 std::to_string(call.body->size()) + " bytes"}));
    }
    Result<ClaimRequest> claim = ClaimFromJson(*call.body);
    if (!claim) return respond(Problem(claim.error()));
    runtime_.Post([this, token = call.token, route = call.route, claim = *std::move(claim), respond] {
      node_.Claim(token, claim, [respond, route](Result<ClaimGrant> grant) {
        respond(grant ? JsonAnswer(200, ToJson(*grant)) : Refused(route, grant.error()));
      });
    });
  }

  // The digest is checked here, off the node's runtime, and the token before it: nobody else may make us read so much.
  void AskForPush(Call call, const HttpRespond& respond) const {
    const Result<NodeToken> node = node_.sealer().OpenNode(call.token);
    if (!node) return respond(Refused(call.route, node.error()));
    Result<Segment> segment = SegmentFromBody(*call.body);
    if (!segment) return respond(Problem(segment.error()));
    runtime_.Post([this, token = call.token, route = call.route, segment = *std::move(segment), respond] {
      node_.Push(token, segment, [respond, route](Result<SegmentVerdict> verdict) {
        respond(verdict ? JsonAnswer(200, ToJson(*verdict)) : Refused(route, verdict.error()));
      });
    });
  }

  Runtime& runtime_;
  Node& node_;
  Duration plan_ttl_;
};

}  // namespace

HttpHandler MakeDataPlane(Runtime& runtime, Node& node, Duration plan_ttl) {
  // Calls that wait on the runtime refer to it, so the handler's copies share one.
  const auto plane = std::make_shared<const DataPlane>(runtime, node, plan_ttl);
  return [plane](const HttpRequest& request, const HttpRespond& respond) { plane->Serve(request, respond); };
}

HttpGate MakeDataPlaneGate(const Node& node) {
  return [&sealer = node.sealer()](const HttpHead& head) -> tl::expected<std::uint64_t, HttpAnswer> {
    const Result<Route> route = ParseRoute(head.path);
    if (!route) return tl::unexpected(Problem(route.error()));
    if (!Allows(route->place, head.method)) return tl::unexpected(WrongMethod(*route, head.method));
    if (route->place == Place::kPlan) return 0;
    const Result<std::uint64_t> room =
        CredentialOf(head.authorization, SchemeOf(route->place)).and_then([&](const std::string& token) {
          return RoomFor(route->place, token, sealer);
        });
    if (!room) return tl::unexpected(Refused(*route, room.error()));
    return *room;
  };
}

}  // namespace propius
