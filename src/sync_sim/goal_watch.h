// Whether a run has reached its goal: so many tests in a row with a loss no greater. What counts is the first of them.
#pragma once

namespace propius {

class GoalWatch {
 public:
  // A goal of 0 is never reached. `hits` is at least 1.
  GoalWatch(double goal, int hits) : goal_(goal), hits_(hits) {}

  // True if this test may be the first of those that count.
  bool Note(double loss) {
    in_a_row_ = goal_ > 0 && loss <= goal_ ? in_a_row_ + 1 : 0;
    return in_a_row_ == 1;
  }
  bool reached() const { return in_a_row_ >= hits_; }

 private:
  double goal_;
  int hits_;
  int in_a_row_ = 0;
};

}  // namespace propius
