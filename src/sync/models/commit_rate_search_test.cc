#include "sync/models/commit_rate_search.h"

#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

// Runs a search whose loss falls as `speed` of the rate says, and gives the rates that were tried, the last one kept.
std::vector<double> Search(double from, double highest, const std::function<double(double)>& speed) {
  CommitRateSearch search(60s, 0.2);
  double work = 0;
  const auto loss = [&] { return 1 / (0.05 * work + 0.4) + 0.05; };
  search.Begin(from, highest, loss());
  std::vector<double> rates{search.rate()};
  for (int half = 1; search.running() && half < 1000; ++half) {
    work += speed(search.rate());
    search.Sample(half * 30s, loss());
    if (rates.back() != search.rate()) rates.push_back(search.rate());
  }
  EXPECT_FALSE(search.running());
  return rates;
}

TEST(CommitRateSearch, ClimbsByFactorsOfTwoToWhatIsAllowed) {
  EXPECT_EQ(Search(1, 10, [](double rate) { return rate; }), (std::vector<double>{1, 2, 4, 8, 10}));
}

TEST(CommitRateSearch, GoesBackFromWhatDidNotPay) {
  EXPECT_EQ(Search(2, 16, [](double rate) { return rate <= 4 ? rate : 0.1; }), (std::vector<double>{2, 4, 8, 4}));
}

TEST(CommitRateSearch, GoesDownIfTheWayUpDoesNotPayAtAll) {
  EXPECT_EQ(Search(8, 16, [](double rate) { return 20 / rate; }), (std::vector<double>{8, 16, 4, 2, 1}));
  EXPECT_EQ(Search(4, 4, [](double rate) { return 20 / rate; }), (std::vector<double>{4, 2, 1}));
}

TEST(CommitRateSearch, KeepsWithinWhatIsFeasible) {
  EXPECT_EQ(Search(8, 3, [](double) { return 1.0; }).front(), 3);
  EXPECT_EQ(Search(8, 0.2, [](double) { return 1.0; }), std::vector<double>{1});
}

TEST(CommitRateSearch, RejectsAProbeWhoseLossRose) {
  CommitRateSearch search(60s, 1.0);
  search.Begin(1, 8, 2.0);
  search.Sample(30s, 1.6);
  search.Sample(60s, 1.5);
  ASSERT_EQ(search.rate(), 2);
  search.Sample(90s, 1.9);
  search.Sample(120s, 2.2);
  EXPECT_FALSE(search.running());
  EXPECT_EQ(search.rate(), 1);
}

TEST(CommitRateSearch, EndsWithAPossibleRateWhateverTheLossesAre) {
  Rng chance(9);
  for (int attempt = 0; attempt < 2000; ++attempt) {
    const double highest = chance.Uniform(0, 40);
    CommitRateSearch search(60s, chance.Uniform());
    search.Begin(chance.Uniform(0, 20), highest, chance.Uniform());
    int half = 0;
    for (; search.running() && half < 200; ++half) {
      search.Sample((half + 1) * 30s, chance.Chance(0.1) ? std::nan("") : chance.Exponential(1));
      ASSERT_GE(search.rate(), 1);
      ASSERT_LE(search.rate(), std::max(1.0, highest));
    }
    ASSERT_FALSE(search.running());
  }
}

}  // namespace
}  // namespace propius
