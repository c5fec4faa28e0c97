#include "apps/phones.h"

#include <gtest/gtest.h>

#include "apps/embedded.h"

namespace propius {
namespace {

constexpr std::string_view kHeader = "device,cpu_f,ram_gb,fp16_mem,android_os,ms_per_sample\n";

TEST(Phones, ReadsThe952PhonesThatTheBinaryCarries) {
  const auto phones = ParsePhones(kAndroidDevicesCsv);
  ASSERT_TRUE(phones) << phones.error().message;
  EXPECT_EQ(phones->size(), 952U);
  EXPECT_EQ(phones->front().model, "Asus ROG Phone 7");
  EXPECT_EQ(phones->front().attributes.Get("cpu_f"), 20.2);
  EXPECT_EQ(phones->front().ms_per_sample, 20.0);
}

TEST(Phones, TakesANameWithCommas) {
  const auto phones = ParsePhones(std::string(kHeader) + "Phone 8, 5G, blue,1,2,3,4,5\n");
  ASSERT_TRUE(phones);
  EXPECT_EQ(phones->front().model, "Phone 8, 5G, blue");
}

TEST(Phones, RefusesOtherColumnsWordsAndNoPhones) {
  EXPECT_FALSE(ParsePhones("device,speed\n"));
  EXPECT_FALSE(ParsePhones(kHeader));
  EXPECT_FALSE(ParsePhones(std::string(kHeader) + "a,1,2,3,4,0\n"));
  const auto phones = ParsePhones(std::string(kHeader) + "a,1,2,3,4,5\nb,1,2,many,4,5\n");
  ASSERT_FALSE(phones);
  EXPECT_TRUE(phones.error().message.starts_with("phones line 3: expected a name and five numbers"))
      << phones.error().message;
}

}  // namespace
}  // namespace propius
