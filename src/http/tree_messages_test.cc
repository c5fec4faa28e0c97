#include "http/tree_messages.h"

#include <gtest/gtest.h>

#include "base/pack.h"

namespace propius {
namespace {

Segment SomeSegment() {
  Segment segment;
  segment.node = "leaf-0";
  segment.round = {{1}, {2}};
  segment.group = {3};
  segment.generation = 4;
  segment.number = 5;
  segment.slots.Set(0);
  segment.slots.Set(70'000);
  segment.partial = std::make_shared<const std::string>(std::string("par\0tial", 8));
  segment.rejected = {{7, "shape: expected \"a\""}, {9, ""}};
  segment.late.Set(11);
  return segment;
}

TEST(TreeMessages, GiveAClaimBack) {
  const ClaimRequest claim{"leaf-0", 0xffffffffffffffff, {{1}, {2}}, {3}};
  EXPECT_EQ(ToJson(claim), R"({"node":"leaf-0","incarnation":"18446744073709551615","job":1,"round":2,"group":3})");
  const Result<ClaimRequest> back = ClaimFromJson(ToJson(claim));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->node, claim.node);
  EXPECT_EQ(back->incarnation, claim.incarnation);
  EXPECT_EQ(back->round, claim.round);
  EXPECT_EQ(back->group, claim.group);
}

TEST(TreeMessages, RefuseAClaimThatIsNone) {
  for (const std::string text :
       {"", "nothing", "[]", "{}", R"({"node":1,"incarnation":"1","job":1,"round":2,"group":3})",
        R"({"node":"l","incarnation":"x","job":1,"round":2,"group":3})",
        R"({"node":"l","incarnation":"1 ","job":1,"round":2,"group":3})",
        R"({"node":"l","incarnation":1,"job":1,"round":2,"group":3})",
        R"({"node":"l","incarnation":"1","job":-1,"round":2,"group":3})",
        R"({"node":"l","incarnation":"1","job":1.5,"round":2,"group":3})",
        R"({"node":"l","incarnation":"1","job":1,"round":4294967296,"group":3})",
        R"({"node":"l","incarnation":"1","job":1,"round":2})"}) {
    const Result<ClaimRequest> claim = ClaimFromJson(text);
    ASSERT_FALSE(claim) << text;
    EXPECT_EQ(claim.error().code, Code::kInvalidArgument);
    EXPECT_TRUE(claim.error().message.starts_with("claim: expected ")) << claim.error().message;
  }
}

TEST(TreeMessages, GiveAGrantBack) {
  ClaimGrant grant;
  grant.generation = 3;
  grant.committed.Set(17);
  grant.terms.tenant = "hospital";
  grant.terms.job = {1};
  grant.terms.round = {2};
  grant.terms.plan = std::string(32, '\xff');
  grant.terms.deadline = Time(5s);
  const Result<ClaimGrant> back = GrantFromJson(ToJson(grant));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->generation, 3U);
  EXPECT_EQ(back->committed, grant.committed);
  EXPECT_EQ(back->terms, grant.terms);
}

TEST(TreeMessages, RefuseAGrantThatIsNone) {
  for (const std::string text :
       {"{}", R"({"generation":1,"committed":"!","terms":""})", R"({"generation":1,"committed":"","terms":"AAAA"})",
        R"({"generation":1,"committed":""})"}) {
    EXPECT_FALSE(GrantFromJson(text)) << text;
  }
}

TEST(TreeMessages, GiveASegmentBack) {
  const Segment segment = SomeSegment();
  const Result<Segment> back = SegmentFromBody(ToBody(segment));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->node, segment.node);
  EXPECT_EQ(back->round, segment.round);
  EXPECT_EQ(back->group, segment.group);
  EXPECT_EQ(back->generation, 4U);
  EXPECT_EQ(back->number, 5U);
  EXPECT_EQ(back->slots, segment.slots);
  EXPECT_EQ(*back->partial, *segment.partial);
  EXPECT_EQ(back->rejected, segment.rejected);
  EXPECT_EQ(back->late, segment.late);
}

TEST(TreeMessages, GiveASegmentWithoutAPartialBackWithoutOne) {
  Segment segment = SomeSegment();
  segment.partial = nullptr;
  const Result<Segment> back = SegmentFromBody(ToBody(segment));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->partial, nullptr);
}

TEST(TreeMessages, RefuseASegmentOfWhichAByteOfThePartialChanged) {
  std::string body = ToBody(SomeSegment());
  body.back() = static_cast<char>(body.back() ^ 1);
  const Result<Segment> segment = SegmentFromBody(body);
  ASSERT_FALSE(segment);
  EXPECT_EQ(segment.error().code, Code::kDataLoss);
}

TEST(TreeMessages, RefuseEveryTruncation) {
  const std::string body = ToBody(SomeSegment());
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(SegmentFromBody(std::string_view(body).substr(0, size))) << size;
  }
}

TEST(TreeMessages, RefuseALengthBeyondTheBody) {
  const std::string body = Packer().U64(~std::uint64_t{0}).Take() + "{}";
  const Result<Segment> segment = SegmentFromBody(body);
  ASSERT_FALSE(segment);
  EXPECT_EQ(segment.error().code, Code::kInvalidArgument);
}

TEST(TreeMessages, RefuseATextThatWouldTakeMuchMemoryBeforeTheyReadIt) {
  const std::size_t size = kMaxSegmentText + 1;
  const Result<Segment> segment = SegmentFromBody(Packer().U64(size).Take() + std::string(size, '['));
  ASSERT_FALSE(segment);
  EXPECT_EQ(segment.error().message, "segment: expected a text of at most 8388608 bytes, got 8388609");
}

TEST(TreeMessages, RefuseReasonsThatNameNoSlot) {
  const auto refused = [](const std::string& reasons) {
    const std::string text = R"({"node":"l","job":1,"round":1,"group":0,"generation":1,"number":1,"slots":"",)"
                             R"("rejected":)" +
                             reasons + R"(,"late":"","digest":""})";
    const Result<Segment> segment = SegmentFromBody(Packer().U64(text.size()).Take() + text);
    EXPECT_FALSE(segment);
    return segment ? "" : segment.error().message;
  };
  EXPECT_EQ(refused(R"({"x": "y"})"), "segment: expected slots with reasons in \"rejected\"");
  EXPECT_EQ(refused(R"({"1": 2})"), "segment: expected slots with reasons in \"rejected\"");
  EXPECT_EQ(refused("7"), "segment: expected an object \"rejected\"");
}

TEST(TreeMessages, GiveEveryVerdictBack) {
  for (const SegmentVerdict verdict :
       {SegmentVerdict::kCommitted, SegmentVerdict::kClosed, SegmentVerdict::kFenced, SegmentVerdict::kGap}) {
    EXPECT_EQ(VerdictFromJson(ToJson(verdict)), verdict);
  }
  EXPECT_EQ(ToJson(SegmentVerdict::kGap), R"({"verdict":"gap"})");
  EXPECT_FALSE(VerdictFromJson(R"({"verdict":"maybe"})"));
  EXPECT_FALSE(VerdictFromJson("{}"));
}

}  // namespace
}  // namespace propius
