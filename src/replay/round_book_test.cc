#include "replay/round_book.h"

#include <gtest/gtest.h>

#include "replay/testing.h"

namespace propius {
namespace {

RoundBook OpenBook(bool strict = false) {
  RoundBook book(MakeJob(0, 0, 10, 2), strict);
  book.Open(100);
  return book;
}

void Dispatch(RoundBook& book, int times, double now) {
  for (int i = 0; i < times; ++i) book.Dispatch(now);
}

TEST(RoundBook, ClosesWithTheEighthOfTenResults) {
  RoundBook book = OpenBook();
  EXPECT_EQ(book.closes_at(), 400);
  Dispatch(book, 10, 120);
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(book.Receive(150));
  EXPECT_TRUE(book.Receive(160));
  EXPECT_EQ(book.closes_at(), 160);
  EXPECT_FALSE(book.Receive(160)) << "it closes once";
  EXPECT_TRUE(book.Close(160));
  EXPECT_EQ(book.done(), 1);
  EXPECT_EQ(book.round(), 1);
  EXPECT_EQ(book.queue_delay(), 20);
  EXPECT_EQ(book.scheduling(), 20);
  EXPECT_EQ(book.collecting(), 40);
  EXPECT_FALSE(book.finished());
}

TEST(RoundBook, FinishesWithItsLastRound) {
  RoundBook book = OpenBook();
  for (int round = 0; round < 2; ++round) {
    Dispatch(book, 8, 120);
    for (int i = 0; i < 8; ++i) book.Receive(150);
    EXPECT_TRUE(book.Close(150));
    book.Open(150);
  }
  EXPECT_EQ(book.finish(), 150);
}

TEST(RoundBook, AbortsWithTooFewDevices) {
  RoundBook book = OpenBook();
  Dispatch(book, 7, 120);
  for (int i = 0; i < 7; ++i) book.Receive(150);
  EXPECT_FALSE(book.Close(400));
  EXPECT_EQ(book.aborts(), 1);
  EXPECT_EQ(book.scheduling(), 300);
  EXPECT_EQ(book.collecting(), 0);
  EXPECT_EQ(book.queue_delay(), 0);
}

TEST(RoundBook, MeasuresTheDelayOfEveryRoundThatHadExactlyWhatItNeeds) {
  RoundBook book = OpenBook();
  Dispatch(book, 9, 120);
  EXPECT_FALSE(book.Close(400));
  EXPECT_EQ(book.queue_delay(), 20) << "an aborted round, too";
  EXPECT_EQ(book.queued(), 1);

  RoundBook never(MakeJob(0, 0, 7, 2), false);  // 5.6 devices
  never.Open(100);
  Dispatch(never, 7, 120);
  EXPECT_EQ(never.queued(), 0);
}

TEST(RoundBook, CountsResultsAgainstThoseDispatchedUnlessItIsStrict) {
  for (const bool strict : {false, true}) {
    RoundBook book = OpenBook(strict);
    Dispatch(book, 8, 120);
    for (int i = 0; i < 7; ++i) book.Receive(150);  // 7 of 8 are enough, 7 of 10 are not
    EXPECT_EQ(book.Close(400), !strict);
  }
}

TEST(RoundBook, CountsNoMoreThanTheDemandAsDispatched) {
  RoundBook book = OpenBook();
  Dispatch(book, 20, 120);
  for (int i = 0; i < 7; ++i) book.Receive(150);
  EXPECT_FALSE(book.Close(400));
  book.Open(400);
  Dispatch(book, 20, 420);
  for (int i = 0; i < 8; ++i) book.Receive(450);
  EXPECT_TRUE(book.Close(450));
}

}  // namespace
}  // namespace propius
