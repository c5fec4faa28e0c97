#include "apps/fleet.h"

#include <set>

#include <gtest/gtest.h>

#include "apps/embedded.h"

namespace propius {
namespace {

std::vector<FleetDevice> Draw(std::uint64_t seed) {
  std::vector<std::uint8_t> labels(6'000);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::uint8_t>(i % 10);
  return DrawFleet(*ParsePhones(kAndroidDevicesCsv), labels,
                   {.devices = 60, .images = 6'000, .skew = 0.5, .seed = seed});
}

TEST(Fleet, GivesEveryDeviceAPhoneAnIdAndImagesOfItsOwn) {
  const auto fleet = Draw(1);
  ASSERT_EQ(fleet.size(), 60U);
  std::set<std::uint64_t> ids;
  std::set<std::string> phones;
  std::set<std::size_t> images;
  std::size_t given = 0;
  for (const FleetDevice& device : fleet) {
    EXPECT_NE(device.id, 0U);
    EXPECT_FALSE(device.images.empty());
    ids.insert(device.id);
    phones.insert(device.phone.model);
    images.insert(device.images.begin(), device.images.end());
    given += device.images.size();
  }
  EXPECT_EQ(ids.size(), 60U);
  EXPECT_GE(phones.size(), 58U) << "the table has a few names twice";
  EXPECT_EQ(images.size(), given) << "no image belongs to two devices";
}

TEST(Fleet, IsTheSameForTheSameSeedInEveryProcess) {
  const auto one = Draw(1);
  const auto same = Draw(1);
  const auto other = Draw(2);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].id, same[i].id);
    EXPECT_EQ(one[i].images, same[i].images);
    EXPECT_EQ(one[i].phone.model, same[i].phone.model);
  }
  EXPECT_NE(one.front().id, other.front().id);
}

}  // namespace
}  // namespace propius
