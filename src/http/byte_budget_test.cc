#include "http/byte_budget.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(ByteBudget, TakesToTheLimitAndNoFurther) {
  ByteBudget budget(10);
  EXPECT_TRUE(budget.Take(10));
  EXPECT_TRUE(budget.Take(0));
  EXPECT_FALSE(budget.Take(1));
  budget.Give(4);
  EXPECT_FALSE(budget.Take(5));
  EXPECT_FALSE(budget.Take(~std::uint64_t{0}));
  EXPECT_TRUE(budget.Take(4));
  EXPECT_EQ(budget.taken(), 10U);
}

TEST(ByteBudget, ChargesABodyUntilItsLastOwnerLetsGo) {
  const auto budget = std::make_shared<ByteBudget>(10);
  ByteCharge charge(budget);
  EXPECT_TRUE(charge.GrowTo(3));
  EXPECT_TRUE(charge.GrowTo(8));
  EXPECT_TRUE(charge.GrowTo(5));
  EXPECT_EQ(budget->taken(), 8U);
  EXPECT_FALSE(charge.GrowTo(11));
  EXPECT_EQ(budget->taken(), 8U);
  Blob first = Charged("12345678", std::move(charge), std::make_shared<BodyShelf>(0));
  EXPECT_EQ(*first, "12345678");
  Blob second = first;
  first.reset();
  EXPECT_EQ(budget->taken(), 8U);
  second.reset();
  EXPECT_EQ(budget->taken(), 0U);
}

TEST(ByteBudget, GivesBackWhatABodyThatEndedEarlyHadTaken) {
  const auto budget = std::make_shared<ByteBudget>(10);
  {
    ByteCharge charge(budget);
    EXPECT_TRUE(charge.GrowTo(9));
  }
  EXPECT_EQ(budget->taken(), 0U);
}

TEST(ByteBudget, NeverOverdrawsFromSeveralThreads) {
  ByteBudget budget(100);
  std::atomic<bool> overdrawn = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) {
        if (!budget.Take(40)) continue;
        if (budget.taken() > 100) overdrawn = true;
        budget.Give(40);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(overdrawn);
  EXPECT_EQ(budget.taken(), 0U);
}

}  // namespace
}  // namespace propius
