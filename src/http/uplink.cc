#include "http/uplink.h"

#include <mutex>
#include <optional>
#include <vector>

#include "base/crypto.h"
#include "fetch/fetch.h"
#include "http/tree_messages.h"

namespace propius {
namespace {

constexpr Duration kTokenLife = 1min;
// A plan may be as large as its owner likes, within the parent's limits.
constexpr int kPlanPatience = 6;

// What calls on the workers share. They may outlive the uplink: then they find it closed.
class Line {
 public:
  Line(Runtime& runtime, Sealer sealer, HttpUplinkOptions options)
      : runtime_(&runtime), sealer_(std::move(sealer)), options_(std::move(options)) {}

  const HttpUplinkOptions& options() const { return options_; }

  // On a worker. An answer of a status other than 200 is the error that it tells.
  Result<FetchAnswer> Fetch(FetchRequest request, const std::string& path) {
    const std::optional<Time> now = Now();
    if (!now) return Fail(Code::kUnavailable, "uplink: expected an open one, but the node is shutting down");
    request.url = options_.parent + path;
    request.headers["Authorization"] = "Propius-Node " + sealer_.Seal(NodeToken{options_.node, *now + kTokenLife});
    request.given_up = [this] { return !Now().has_value(); };
    std::unique_ptr<Fetcher> fetcher = Take();
    Result<FetchAnswer> answer = fetcher->Fetch(request);
    Give(std::move(fetcher));
    if (!answer || answer->status == 200) return answer;
    Error problem = ProblemOf(*answer);
    // Too large stays too large; the code of 413 is also that of 429, which a pause cures.
    if (answer->status == 413) problem.code = Code::kInvalidArgument;
    return tl::unexpected(std::move(problem));
  }

  template <typename T>
  void Tell(const Done<T>& done, Result<T> result) {
    const std::lock_guard lock(mutex_);
    if (runtime_ == nullptr) return;
    runtime_->Post([done, result = std::move(result)]() mutable { done(std::move(result)); });
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    runtime_ = nullptr;
  }

 private:
  std::optional<Time> Now() {
    const std::lock_guard lock(mutex_);
    return runtime_ == nullptr ? std::nullopt : std::optional<Time>(runtime_->Now());
  }

  std::unique_ptr<Fetcher> Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Fetcher>();
    std::unique_ptr<Fetcher> fetcher = std::move(idle_.back());
    idle_.pop_back();
    return fetcher;
  }

  void Give(std::unique_ptr<Fetcher> fetcher) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(fetcher));
  }

  std::mutex mutex_;
  Runtime* runtime_;
  Sealer sealer_;
  HttpUplinkOptions options_;
  std::vector<std::unique_ptr<Fetcher>> idle_;  // with their connections
};

class HttpUplink final : public Uplink {
 public:
  HttpUplink(Runtime& runtime, Workers& workers, Sealer sealer, HttpUplinkOptions options)
      : workers_(workers), line_(std::make_shared<Line>(runtime, std::move(sealer), std::move(options))) {}
  ~HttpUplink() override { line_->Close(); }

  void FetchPlan(const Digest& digest, Done<Blob> done) override {
    workers_.Run([line = line_, digest, done = std::move(done)] {
      FetchRequest request;
      request.timeout = line->options().timeout * kPlanPatience;
      line->Tell<Blob>(done,
                       line->Fetch(std::move(request), "/v1/plans/" + ToHex(digest)).map([](FetchAnswer&& got) -> Blob {
                         return std::make_shared<const std::string>(std::move(got.body));
                       }));
    });
  }

  void Claim(const ClaimRequest& claim, Done<ClaimGrant> done) override {
    workers_.Run([line = line_, claim, done = std::move(done)] {
      line->Tell<ClaimGrant>(done, Post(*line, "/v1/tree/claims", ToJson(claim)).and_then([](const FetchAnswer& got) {
        return GrantFromJson(got.body);
      }));
    });
  }

  void Push(const Segment& segment, Done<SegmentVerdict> done) override {
    workers_.Run([line = line_, segment, done = std::move(done)] {
      line->Tell<SegmentVerdict>(done,
                                 Post(*line, "/v1/tree/segments", ToBody(segment)).and_then([](const FetchAnswer& got) {
                                   return VerdictFromJson(got.body);
                                 }));
    });
  }

 private:
  static Result<FetchAnswer> Post(Line& line, const std::string& path, std::string body) {
    FetchRequest request;
    request.method = "POST";
    request.body = std::make_shared<const std::string>(std::move(body));
    request.timeout = line.options().timeout;
    return line.Fetch(std::move(request), path);
  }

  Workers& workers_;
  std::shared_ptr<Line> line_;
};

}  // namespace

std::unique_ptr<Uplink> MakeHttpUplink(Runtime& runtime, Workers& workers, Sealer sealer, HttpUplinkOptions options) {
  return std::make_unique<HttpUplink>(runtime, workers, std::move(sealer), std::move(options));
}

}  // namespace propius
