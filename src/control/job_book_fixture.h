// A job database on a disk of its own, without desks, for its tests.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "control/job_book.h"
#include "control/testing.h"

namespace propius {

struct JobBookTest : ::testing::Test {
  void SetUp() override { Open(); }
  void Open() {
    book.reset();
    store = OpenMemoryJobStore(runtime, disk);
    auto opened = JobBook::Open(runtime, *store);
    ASSERT_TRUE(opened) << opened.error().message;
    book = *std::move(opened);
  }
  JobId AddJob() { return book->AddJob("team", SpecOf(2, 10), "10.0.0.1", 7); }
  RoundKey OpenRound(JobId id, std::uint32_t slots = 2, std::uint32_t max_slots = 100) {
    RoundTerms terms;
    terms.tenant = "team";
    terms.job = id;
    terms.round = {book->FindJob(id)->round.value + 1};
    terms.demand = slots;
    terms.slots = slots;
    terms.max_slots = max_slots;
    terms.deadline = runtime.Now() + 1min;
    return book->OpenRound(id, terms).terms.key();
  }
  Slot Bind(RoundKey key, std::uint64_t device) { return book->Bind(key, {device}, runtime.Now() + 30s).slot; }
  const Job& JobOf(JobId id) const { return *book->FindJob(id); }
  const Round& RoundOf(RoundKey key) const { return *book->FindRound(key); }
  void ExpectSum(RoundKey key) const {
    const BindCensus census = book->CensusOf(key);
    EXPECT_EQ(census.granted, census.returned + census.bound + census.stranded);
  }

  ManualRuntime runtime;
  MemoryDisk disk;
  std::unique_ptr<JobStore> store;
  std::unique_ptr<JobBook> book;
};

}  // namespace propius
