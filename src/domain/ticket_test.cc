#include "domain/ticket.h"

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace propius {
namespace {

const Sealer& Cluster() {
  static const Sealer sealer(std::string(32, 'k'));
  return sealer;
}

Ticket SomeTicket() {
  Ticket ticket;
  ticket.tenant = "vision";
  ticket.round = {{7}, {3}};
  ticket.slot = {41};
  ticket.group = {2};
  ticket.device = {0xdead'beef'0000'0001};
  ticket.plan = Sha256("plan");
  ticket.max_update_bytes = 1U << 20U;
  ticket.max_weight = 1e6;
  ticket.expires = Time(90s);
  ticket.leaf = "http://127.0.0.1:8080";
  return ticket;
}

RoundTerms SomeTerms() {
  RoundTerms terms;
  terms.tenant = "vision";
  terms.job = {7};
  terms.round = {3};
  terms.demand = 100;
  terms.slots = 130;
  terms.target = 80;
  terms.max_slots = 520;
  terms.deadline = Time(10min);
  terms.plan = Sha256("plan");
  terms.reducer = {"weighted_mean", {{"clip", 1.5}, {"noise", -0.0}}};
  terms.max_update_bytes = std::uint64_t{1} << 33;
  terms.max_weight = 0.1;
  return terms;
}

NodeToken SomeNode() { return {"leaf-0", Time(24h)}; }

TEST(Ticket, OpensWithTheSecretThatSealedIt) {
  EXPECT_EQ(Cluster().OpenTicket(Cluster().Seal(SomeTicket())).value(), SomeTicket());
  EXPECT_EQ(Cluster().OpenTerms(Cluster().Seal(SomeTerms())).value(), SomeTerms());
  EXPECT_EQ(Cluster().OpenNode(Cluster().Seal(SomeNode())).value(), SomeNode());
  EXPECT_EQ(Cluster().OpenTicket(Cluster().Seal(Ticket())).value(), Ticket());
}

TEST(Ticket, DoesNotOpenWithAnotherSecret) {
  const Sealer other(std::string(31, 'k') + "l");
  const Result<Ticket> ticket = other.OpenTicket(Cluster().Seal(SomeTicket()));
  ASSERT_FALSE(ticket);
  EXPECT_EQ(ticket.error(),
            (Error{Code::kUnauthenticated, "ticket: expected one that this cluster issued, got another text"}));
  EXPECT_EQ(other.OpenTerms(Cluster().Seal(SomeTerms())).error().code, Code::kUnauthenticated);
  EXPECT_EQ(other.OpenNode(Cluster().Seal(SomeNode())).error().code, Code::kUnauthenticated);
}

TEST(Ticket, OfOneKindDoesNotOpenAsAnother) {
  const std::string ticket = Cluster().Seal(SomeTicket());
  const std::string terms = Cluster().Seal(SomeTerms());
  const std::string node = Cluster().Seal(SomeNode());
  EXPECT_EQ(Cluster().OpenTicket(terms).error().code, Code::kUnauthenticated);
  EXPECT_EQ(Cluster().OpenTicket(node).error().code, Code::kUnauthenticated);
  EXPECT_EQ(Cluster().OpenTerms(ticket).error().code, Code::kUnauthenticated);
  EXPECT_EQ(Cluster().OpenTerms(node).error().code, Code::kUnauthenticated);
  EXPECT_EQ(Cluster().OpenNode(ticket).error().code, Code::kUnauthenticated);
  EXPECT_EQ(Cluster().OpenNode(terms).error().code, Code::kUnauthenticated);
}

TEST(Ticket, DoesNotOpenWithAnyBitOfItsBytesChanged) {
  const std::string bytes = FromBase64Url(Cluster().Seal(SomeTicket())).value();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string tampered = bytes;
      tampered[i] = static_cast<char>(tampered[i] ^ (1 << bit));
      ASSERT_FALSE(Cluster().OpenTicket(ToBase64Url(tampered))) << i;
    }
  }
}

TEST(Ticket, DoesNotOpenWithAnyCharacterOfItsTextChanged) {
  for (const std::string& text :
       {Cluster().Seal(SomeTicket()), Cluster().Seal(SomeTerms()), Cluster().Seal(SomeNode())}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (const char other : {'A', 'B', '-', '=', '\0'}) {
        if (other == text[i]) continue;
        std::string tampered = text;
        tampered[i] = other;
        ASSERT_FALSE(Cluster().OpenTicket(tampered)) << i;
        ASSERT_FALSE(Cluster().OpenTerms(tampered)) << i;
        ASSERT_FALSE(Cluster().OpenNode(tampered)) << i;
      }
    }
  }
}

TEST(Ticket, DoesNotOpenWhenItIsCutOrLonger) {
  const std::string text = Cluster().Seal(SomeTicket());
  for (std::size_t size = 0; size < text.size(); ++size) ASSERT_FALSE(Cluster().OpenTicket(text.substr(0, size)));
  for (const char* more : {"A", "AA", "AAAA", "=", " ", "\n"}) ASSERT_FALSE(Cluster().OpenTicket(text + more));
}

TEST(Ticket, DoesNotOpenBeyond4096Characters) {
  Ticket longest = SomeTicket();
  longest.leaf = std::string(2'800, 'u');
  ASSERT_LE(Cluster().Seal(longest).size(), 4'096U);
  EXPECT_TRUE(Cluster().OpenTicket(Cluster().Seal(longest)));
  longest.leaf = std::string(3'000, 'u');
  ASSERT_GT(Cluster().Seal(longest).size(), 4'096U);
  EXPECT_FALSE(Cluster().OpenTicket(Cluster().Seal(longest)));
}

TEST(Ticket, HoldsTheLongestTermsThatAJobCanHave) {
  RoundTerms terms = SomeTerms();
  terms.tenant = std::string(128, 't');
  terms.reducer.name = std::string(64, 'r');
  for (char option = 'a'; option < 'q'; ++option) terms.reducer.options[std::string(64, option)] = option;
  EXPECT_EQ(Cluster().OpenTerms(Cluster().Seal(terms)).value(), terms);
}

TEST(Ticket, SealsEqualOnesEqually) { EXPECT_EQ(Cluster().Seal(SomeTicket()), Cluster().Seal(SomeTicket())); }

TEST(TicketDeathTest, NeedsASecretOf32Bytes) { EXPECT_DEATH(Sealer(std::string(31, 'k')), "secret_.size"); }

TEST(RoundTerms, AreReadBackFromTheirBytes) {
  EXPECT_EQ(UnpackTerms(Pack(SomeTerms())).value(), SomeTerms());
  EXPECT_EQ(UnpackTerms(Pack(RoundTerms())).value(), RoundTerms());
}

TEST(RoundTerms, AreRefusedWhenTheirBytesAreCutOrMore) {
  const std::string bytes = Pack(SomeTerms());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(UnpackTerms(bytes.substr(0, size)).error().code, Code::kInvalidArgument) << size;
  }
  EXPECT_EQ(UnpackTerms(bytes + "x").error().code, Code::kInvalidArgument);
}

TEST(RoundTerms, OfAnAsynchronousJobComeBack) {
  RoundTerms terms = SomeTerms();
  terms.sync = SyncSpec{.model = "adsp:rate=4", .eta = 0.1, .commits = 9};
  const std::string bytes = Pack(terms);
  EXPECT_EQ(UnpackTerms(bytes).value(), terms);
  EXPECT_EQ(UnpackTerms(bytes.substr(0, bytes.size() - 1)).error().code, Code::kInvalidArgument);
  EXPECT_EQ(UnpackTerms(bytes + "x").error().code, Code::kInvalidArgument);
}

TEST(RoundTerms, AreRefusedWithoutWorkForACountThatIsAClaim) {
  RoundTerms terms = SomeTerms();
  terms.reducer.options.clear();
  std::string bytes = Pack(terms);
  // The number of options stands before the last two fields.
  bytes.replace(bytes.size() - 20, 4, std::string(4, '\xff'));
  EXPECT_FALSE(UnpackTerms(bytes));
}

}  // namespace
}  // namespace propius
