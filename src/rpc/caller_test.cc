#include "rpc/caller.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Peer, IsReadFromWhatGrpcSays) {
  EXPECT_EQ(ParsePeer("ipv4:10.0.0.1:5000").ip, "10.0.0.1");
  EXPECT_EQ(ParsePeer("ipv4:10.0.0.1:5000").port, 5000U);
  EXPECT_EQ(ParsePeer("ipv6:%5B::1%5D:5000").ip, "::1");
  EXPECT_EQ(ParsePeer("ipv6:[fe80::2]:1").ip, "fe80::2");
  EXPECT_EQ(ParsePeer("ipv6:[fe80::2]:1").port, 1U);
}

TEST(Peer, IsTheTextItselfIfItIsNoAddress) {
  for (const std::string text :
       {"", "unix:/run/x", "unix:", "ipv4:", "ipv4:10.0.0.1", "ipv4:10.0.0.1:x", "10.0.0.1:5", "ipv4:10.0.0.1:"}) {
    EXPECT_EQ(ParsePeer(text).ip, text);
    EXPECT_EQ(ParsePeer(text).port, 0U);
  }
}

TEST(NodeCheck, TakesALiveTokenOfThisCluster) {
  const Sealer sealer(std::string(32, 's'));
  const std::string token = sealer.Seal(NodeToken{"root", Time(10s)});
  EXPECT_TRUE(CheckNode(sealer, token, Time(9s)));
  EXPECT_EQ(CheckNode(sealer, token, Time(10s)).error().code, Code::kUnauthenticated);
  EXPECT_EQ(CheckNode(Sealer(std::string(32, 'x')), token, Time(9s)).error().code, Code::kUnauthenticated);
  EXPECT_EQ(CheckNode(sealer, "", Time(9s)).error().code, Code::kUnauthenticated);
}

}  // namespace
}  // namespace propius
