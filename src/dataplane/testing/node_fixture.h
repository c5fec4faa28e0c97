// A cluster with a root and a control plane that knows of four bound slots. No test may leave an Error event behind.
#pragma once

#include <gtest/gtest.h>

#include "dataplane/testing/cluster.h"

namespace propius {

inline constexpr RoundKey kRound{{1}, {1}};

class NodeTest : public testing::Test {
 protected:
  NodeTest() {
    cluster.control.census = {.granted = 4, .returned = 0, .bound = 4, .stranded = 0, .failed = {}, .expired = {}};
    CHECK(cluster.StartRoot().has_value());
  }
  ~NodeTest() override { EXPECT_EQ(cluster.events.errors(), 0); }

  Heard<PlanReceipt> Put(const RoundTerms& terms, const Blob& plan) {
    Heard<PlanReceipt> heard;
    cluster.root.node->PutPlan(cluster.sealer.Seal(terms), terms.key(), plan, heard.done());
    cluster.world.RunFor(100ms);
    return heard;
  }
  Heard<Aggregate> Close(const RoundTerms& terms) {
    Heard<Aggregate> heard;
    cluster.root.node->CloseRound(cluster.sealer.Seal(terms), terms.key(), heard.done());
    return heard;
  }
  Time Later(Duration span) const { return cluster.world.Now() + span; }
  Node& root() { return *cluster.root.node; }

  Cluster cluster;
};

}  // namespace propius
