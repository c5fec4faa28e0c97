// Updates that wait for others. They are added in the order of workers and numbers, so that the sum does not depend on
// who came first: a barrier gives the same bits on a real network, in virtual time and after a restart.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/pack.h"
#include "sync/worker_clock.h"

namespace propius {

class HeldUpdates {
 public:
  void Add(WorkerId worker, std::uint64_t number, double weight, std::span<const float> update);
  std::size_t size() const { return updates_.size(); }
  // The weighted sum over `divisor` as a change of as many parameters, accumulated in double; nothing is held
  // afterwards.
  std::vector<float> TakeMean(double divisor, std::size_t parameters);

  // Whether each has this many values.
  bool AllOf(std::size_t parameters) const;

  void Save(Packer& to) const;
  void Load(Unpacker& from);

 private:
  struct Update {
    WorkerId worker = 0;
    std::uint64_t number = 0;
    double weight = 1;
    std::vector<float> values;
  };
  std::vector<Update> updates_;
  std::vector<std::vector<float>> spare_;  // memory of earlier updates
};

// Values as a text of Packer, and back; a text that is no whole number of floats gives none.
void PackFloats(Packer& to, std::span<const float> values);
std::vector<float> UnpackFloats(Unpacker& from);

}  // namespace propius
