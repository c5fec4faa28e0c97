#include "sim/model_job.h"

#include <utility>

#include "base/crypto.h"

namespace propius {
namespace {

constexpr Duration kAwait = 10s;

}  // namespace

ModelJob::ModelJob(Stage stage, JobTraits traits)
    : stage_(stage),
      traits_(std::move(traits)),
      life_(std::make_unique<Life>(stage.world)),
      dtype_(CellType(traits_.spec.reducer.name)) {}

ModelJob::~ModelJob() = default;

void ModelJob::Start() { Later(traits_.start, &ModelJob::Register); }

void ModelJob::Abandon() { life_->Kill(); }

void ModelJob::Later(Duration delay, void (ModelJob::*step)()) {
  life_->After(delay, [this, step] { (this->*step)(); });
}

bool ModelJob::Unclear(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded;
}

JobCaller ModelJob::Caller(const std::string& call) const {
  return {.tenant = traits_.tenant, .key = traits_.spec.name + "/" + call, .ip = "10.0.0.1", .port = 4000};
}

void ModelJob::Register() {
  step_ = "registers";
  Call<JobId>(
      stage_.site.public_link(), *life_, stage_.site.control(), kPatience,
      [caller = Caller("register"), spec = traits_.spec](ControlServer& control, Done<JobId> done) {
        control.job_desk->Register(caller, spec, std::move(done));
      },
      [this](Result<JobId> id) {
        if (id) {
          if (id_.value != 0 && id_ != *id) stage_.history.Violation(Show(*id) + ": registered twice");
          id_ = *id;
          return NextRound();
        }
        if (!Unclear(id.error())) stage_.history.Violation("a job was refused: " + id.error().message);
        Later(1s, &ModelJob::Register);
      });
}

void ModelJob::NextRound() {
  if (rounds_done_ == traits_.spec.rounds) return Finish();
  attempt_ = 0;
  published_ = false;
  plan_ = std::make_shared<const std::string>(
      MakePlanBytes(dtype_, Show(id_) + " plan " + std::to_string(rounds_done_ + 1)));
  Request();
}

void ModelJob::Request() {
  step_ = "requests";
  const std::string call = "round " + std::to_string(rounds_done_ + 1) + "." + std::to_string(attempt_);
  Call<RoundGrant>(
      stage_.site.public_link(), *life_, stage_.site.control(), kPatience,
      [caller = Caller(call), id = id_, digest = Sha256(*plan_)](ControlServer& control, Done<RoundGrant> done) {
        control.job_desk->RequestRound(caller, id, 0, digest, std::move(done));
      },
      [this](const Result<RoundGrant>& grant) {
        if (grant) return OnGrant(*grant);
        if (grant.error().code == Code::kOutOfRange) return Finish();
        if (!Unclear(grant.error())) {
          // The job was finished for its silence, or the last round is not yet over there.
          if (grant.error().code != Code::kFailedPrecondition && grant.error().code != Code::kNotFound) {
            stage_.history.Violation(Show(id_) + ": a round was refused: " + grant.error().message);
          }
          ++attempt_;
        }
        Later(1s, &ModelJob::Request);
      });
}

void ModelJob::OnGrant(const RoundGrant& grant) {
  stage_.oracle.JobGranted(grant);
  if (grant.round.round <= round_) stage_.history.Violation(Show(grant.round) + ": granted twice");
  if (traits_.calm) stage_.oracle.ExpectCalm(grant.round);
  round_ = grant.round.round;
  grant_ = grant;
  Rng& chance = stage_.world.Chance();
  if (stage_.faults.Strikes(stage_.faults.plan().abandon, "job_abandons", chance)) {
    life_->After(FromSeconds(chance.Uniform(0, 30)), [this] { Abandon(); });
  }
  const FaultPlan& plan = stage_.faults.plan();
  if (stage_.faults.Strikes(plan.end_request, "job_ends_request", chance) ||
      stage_.faults.Strikes(plan.close_early, "job_closes_early", chance)) {
    life_->After(FromSeconds(chance.Uniform(0, 40)), [this, round = round_] {
      if (round == round_) EndEarly();
    });
  }
  Watch();
  Later(FromSeconds(chance.Uniform(0, 3)), &ModelJob::Publish);
}

void ModelJob::Watch() {
  ServerProcess& process = stage_.site.control();
  if (!process.alive()) return;
  process.life().Post([stage = stage_, tenant = traits_.tenant, round = grant_.round, watch = stage_.world.Chance()()] {
    const auto see = [stage, round, watch](const Result<RoundStatus>& status) {
      if (!status) {
        stage.history.Violation(Show(round) + ": a watch was refused: " + status.error().message);
        return false;
      }
      stage.oracle.Watched(round, watch, status->round.closed());
      return true;
    };
    stage.site.control().server()->job_desk->Watch(tenant, round, see);
  });
}

void ModelJob::Publish() {
  step_ = "publishes its plan";
  Call<PlanReceipt>(
      stage_.site.public_link(), *life_, stage_.site.root(), kPatience,
      [token = grant_.token, round = grant_.round, plan = plan_](NodeServer& root, Done<PlanReceipt> done) {
        root.node->PutPlan(token, round, plan, std::move(done));
      },
      [this](const Result<PlanReceipt>& receipt) {
        if (receipt) {
          published_ = true;
          if (receipt->digest != grant_.terms.plan) stage_.history.Violation(Show(grant_.round) + ": a wrong receipt");
          return Await();
        }
        if (Unclear(receipt.error())) return Later(1s, &ModelJob::Publish);
        // Too late: the round is over.
        if (stage_.world.Now() < grant_.terms.deadline) {
          stage_.history.Violation(Show(grant_.round) + ": its plan was refused: " + receipt.error().message);
        }
        Await();
      });
}

void ModelJob::Await() {
  step_ = "waits for the aggregate";
  Call<Aggregate>(
      stage_.site.public_link(), *life_, stage_.site.root(), kAwait + kPatience,
      [token = grant_.token, round = grant_.round](NodeServer& root, Done<Aggregate> done) {
        root.node->GetAggregate(token, round, kAwait, std::move(done));
      },
      [this](const Result<Aggregate>& aggregate) { OnAggregate(aggregate); });
}

void ModelJob::OnAggregate(const Result<Aggregate>& aggregate) {
  if (!aggregate) {
    if (Unclear(aggregate.error())) return Later(500ms, &ModelJob::Await);
    if (published_) {
      stage_.history.Violation(Show(grant_.round) + ": its aggregate was refused: " + aggregate.error().message);
    }
    return AskControl();
  }
  stage_.oracle.JobTold(*aggregate);
  if (aggregate->outcome == RoundOutcome::kOpen) return Later(100ms, &ModelJob::Await);
  // A second reading must agree.
  if (!aggregate->ledger.final || stage_.world.Chance().Chance(0.2)) return Later(500ms, &ModelJob::Await);
  ++rounds_done_;
  Later(FromSeconds(stage_.world.Chance().Uniform(0, Seconds(traits_.max_think))), &ModelJob::NextRound);
}

void ModelJob::AskControl() {
  step_ = "asks the control plane";
  Call<RoundStatus>(
      stage_.site.public_link(), *life_, stage_.site.control(), kPatience,
      [tenant = traits_.tenant, id = id_](ControlServer& control, Done<RoundStatus> done) {
        done(control.job_desk->Get(tenant, id));
      },
      [this](const Result<RoundStatus>& status) {
        if (!status || !status->round.closed()) return Later(1s, &ModelJob::Publish);
        ++rounds_done_;
        NextRound();
      });
}

void ModelJob::EndEarly() {
  if (stage_.world.Chance().Chance(0.5)) {
    Call<RoundStatus>(
        stage_.site.public_link(), *life_, stage_.site.control(), kPatience,
        [caller = Caller("end " + Show(grant_.round)), round = grant_.round](ControlServer& control,
                                                                             Done<RoundStatus> done) {
          control.job_desk->EndRequest(caller, round, std::move(done));
        },
        [](const Result<RoundStatus>&) {});
    return;
  }
  Call<Aggregate>(
      stage_.site.public_link(), *life_, stage_.site.root(), kPatience,
      [token = grant_.token, round = grant_.round](NodeServer& root, Done<Aggregate> done) {
        root.node->CloseRound(token, round, std::move(done));
      },
      [this](const Result<Aggregate>& aggregate) {
        if (aggregate) stage_.oracle.JobTold(*aggregate);
      });
}

void ModelJob::Finish() {
  step_ = "finishes";
  Call<Job>(
      stage_.site.public_link(), *life_, stage_.site.control(), kPatience,
      [caller = Caller("finish"), id = id_](ControlServer& control, Done<Job> done) {
        control.job_desk->FinishJob(caller, id, std::move(done));
      },
      [this](const Result<Job>& job) {
        if (job || !Unclear(job.error())) {
          if (job && job->state != JobState::kFinished) stage_.history.Violation(Show(id_) + ": finished and is not");
          step_ = "finished";
          return;
        }
        Later(1s, &ModelJob::Finish);
      });
}

}  // namespace propius
