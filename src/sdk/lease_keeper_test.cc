#include "sdk/lease_keeper.h"

#include <future>

#include <gtest/gtest.h>

#include "base/real_runtime.h"
#include "sdk/testing/fake_grpc.h"
#include "sdk/testing/samples.h"

namespace propius {
namespace {

using testing::FakeClientManager;
using testing::GrpcPlace;

void Hold(v1::Greeting& greeting, const HeldAssignment& held) {
  greeting.mutable_holding()->mutable_round()->set_job_id(held.round.job.value);
  greeting.mutable_holding()->mutable_round()->set_round(held.round.round.value);
  greeting.mutable_holding()->set_slot(held.slot);
}

struct Kept {
  FakeClientManager manager;
  GrpcPlace place{manager};
  DeviceSession session{place.target(), 9, {{"cpu_f", 4}}};
  HeldAssignment held = testing::HeldAt("http://leaf");
  std::shared_ptr<TaskLife> life = testing::LifeOf(held);
  std::promise<void> enough;  // for scripts to say that the test has seen what it wants

  Kept() { held.lease = 60ms; }
  // Keeps the lease until `enough`, or until it is lost.
  void KeepUntilEnough() {
    std::future<void> seen = enough.get_future();
    const LeaseKeeper keeper(session, held, life, 10s, Rng(1));
    while (seen.wait_for(10ms) != std::future_status::ready && !life->lease_lost) continue;
  }
};

TEST(LeaseKeeper, PingsAgainAndAgainWhileTheTaskIsHeld) {
  Kept kept;
  int pings = 0;
  kept.manager.on_ping = [&](const v1::PingRequest& request, v1::PingResponse& answer) {
    EXPECT_EQ(request.device_id(), 9U);
    Hold(*answer.mutable_greeting(), kept.held);
    if (++pings == 4) kept.enough.set_value();
    return grpc::Status::OK;
  };
  kept.KeepUntilEnough();
  EXPECT_GE(pings, 4);
  EXPECT_FALSE(kept.life->lease_lost);
}

TEST(LeaseKeeper, SeesThatTheTaskIsHeldNoMore) {
  Kept kept;
  kept.manager.on_ping = [](const auto&, v1::PingResponse& answer) {
    answer.mutable_greeting()->set_retry_after_ms(1);
    return grpc::Status::OK;
  };
  kept.KeepUntilEnough();
  EXPECT_TRUE(kept.life->Over());
  EXPECT_EQ(kept.manager.pings().size(), 1U);
}

TEST(LeaseKeeper, SeesThatAnotherSlotRoundOrJobIsHeldInstead) {
  for (const int difference : {0, 1, 2}) {
    Kept kept;
    kept.manager.on_ping = [&](const auto&, v1::PingResponse& answer) {
      HeldAssignment other = kept.held;
      if (difference == 0) ++other.slot;
      if (difference == 1) ++other.round.round.value;
      if (difference == 2) ++other.round.job.value;
      Hold(*answer.mutable_greeting(), other);
      return grpc::Status::OK;
    };
    kept.KeepUntilEnough();
    EXPECT_TRUE(kept.life->lease_lost) << difference;
  }
}

TEST(LeaseKeeper, ChecksInAgainWithAServerThatForgotTheDevice) {
  Kept kept;
  kept.manager.on_ping = [](const auto&, auto&) { return grpc::Status(grpc::StatusCode::NOT_FOUND, "who?"); };
  kept.manager.on_check_in = [&, calls = 0](const v1::CheckInRequest& request, v1::CheckInResponse& answer) mutable {
    EXPECT_EQ(request.public_attributes(0).name(), "cpu_f");
    Hold(*answer.mutable_greeting(), kept.held);
    if (++calls == 2) kept.enough.set_value();
    return grpc::Status::OK;
  };
  kept.KeepUntilEnough();
  EXPECT_FALSE(kept.life->lease_lost);
}

TEST(LeaseKeeper, DoesNotTakeSilenceForALoss) {
  Kept kept;
  kept.manager.on_ping = [&, calls = 0](const auto&, v1::PingResponse& answer) mutable {
    if (++calls < 4) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting");
    Hold(*answer.mutable_greeting(), kept.held);
    if (calls == 4) kept.enough.set_value();
    return grpc::Status::OK;
  };
  kept.KeepUntilEnough();
  EXPECT_FALSE(kept.life->lease_lost);
}

TEST(LeaseKeeper, EndsWithoutWaitingForAPingThatHangs) {
  Kept kept;
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  kept.manager.on_ping = [&kept, released](const auto&, auto&) {
    kept.enough.set_value();
    released.wait();
    return grpc::Status::OK;
  };
  {
    std::future<void> arrived = kept.enough.get_future();
    const LeaseKeeper keeper(kept.session, kept.held, kept.life, 1h, Rng(1));
    arrived.wait();
  }
  release.set_value();
  EXPECT_FALSE(kept.life->lease_lost);
}

TEST(LeaseKeeper, StopsPingingWhenTheTimeIsUp) {
  Kept kept;
  kept.life->expires = RealNow();
  {
    const LeaseKeeper keeper(kept.session, kept.held, kept.life, 10s, Rng(1));
    SleepFor(100ms);
  }
  EXPECT_TRUE(kept.manager.pings().empty());
}

}  // namespace
}  // namespace propius
