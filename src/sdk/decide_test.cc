#include "sdk/decide.h"

#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "base/event.h"

namespace propius {
namespace {

using sdk::AttributeMap;
using sdk::TaskOffer;

const std::vector<TaskOffer> kOffers{{1, 1, {{"samples", 500}}}, {2, 1, {{"samples", 100}}}, {3, 1, {}}};

// Keeps the warnings of a test off the terminal.
class Quiet {
 public:
  Quiet() : old_(SetEventSink([](Severity, std::string_view, const std::vector<EventField>&) {})) {}
  ~Quiet() { SetEventSink(old_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  EventSink old_;
};

TEST(Meets, ComparesEveryBoundAndTheBorderCounts) {
  const AttributeMap own{{"samples", 100}, {"age", 3}};
  EXPECT_TRUE(sdk::Meets(own, {}));
  EXPECT_TRUE(sdk::Meets(own, {{"samples", 100}, {"age", 2}}));
  EXPECT_FALSE(sdk::Meets(own, {{"samples", 100.5}}));
  EXPECT_FALSE(sdk::Meets(own, {{"samples", 1}, {"age", 4}}));
}

TEST(Meets, AnAttributeThatIsNotThereMeetsNoBound) {
  EXPECT_FALSE(sdk::Meets({}, {{"samples", -1e9}}));
  EXPECT_FALSE(sdk::Meets({{"samples", std::numeric_limits<double>::quiet_NaN()}}, {{"samples", 0}}));
}

TEST(Decide, TakesTheFirstOfferThatIsMet) {
  EXPECT_EQ(Decide({}, kOffers, {{"samples", 1'000}}), 0U);
  EXPECT_EQ(Decide({}, kOffers, {{"samples", 100}}), 1U);
  EXPECT_EQ(Decide({}, kOffers, {}), 2U);
  EXPECT_EQ(Decide({}, {kOffers.front()}, {}), std::nullopt);
  EXPECT_EQ(Decide({}, {}, {}), std::nullopt);
}

TEST(Decide, LeavesTheChoiceToTheHook) {
  const auto last = [](const std::vector<TaskOffer>& offers, const AttributeMap&) {
    return std::optional(offers.size() - 1);
  };
  EXPECT_EQ(Decide(last, kOffers, {}), 2U);
  EXPECT_EQ(Decide([](const auto&, const auto&) { return std::optional<std::size_t>(); }, kOffers, {}), std::nullopt);
}

TEST(Decide, IgnoresAChoiceOutsideOfTheListAndAHookThatThrows) {
  const Quiet quiet;
  EXPECT_EQ(Decide([](const auto&, const auto&) { return std::optional<std::size_t>(3); }, kOffers, {}), std::nullopt);
  const auto thrower = [](const auto&, const auto&) -> std::optional<std::size_t> { throw std::runtime_error("no"); };
  EXPECT_EQ(Decide(thrower, kOffers, {}), std::nullopt);
}

}  // namespace
}  // namespace propius
