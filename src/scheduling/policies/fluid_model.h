// The fleet as a fluid: what an order of jobs would come to (beyond-venn.md 1.A).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace propius {

// A job as the fluid sees it. Times in seconds.
struct FluidJob {
  std::uint32_t kind = 0;  // what it needs of devices, an index of FluidFleet::streams_of
  double rounds = 1;       // still to be completed
  double devices = 1;      // bound for each round
  double tail = 0;         // from the last bind of a round to its close
  double limit = 0;        // a round that takes longer fails
};

// Streams of devices that no job tells apart.
struct FluidFleet {
  std::vector<double> rates;                           // devices per second, by stream
  std::vector<std::vector<std::uint32_t>> streams_of;  // by kind: the streams whose devices meet it
};

// Most important job first, as indices.
using FluidOrder = std::vector<std::uint32_t>;

class FluidModel {
 public:
  FluidModel(FluidFleet fleet, std::vector<FluidJob> jobs);

  std::size_t size() const { return jobs_.size(); }
  const FluidJob& job(std::uint32_t index) const { return jobs_[index]; }
  // Devices per second that meet its need.
  double Supply(std::uint32_t job) const { return supply_[jobs_[job].kind]; }

  // The sum of completion times if every device goes to the first job of the order that can use it. A job
  // takes its share of each stream while it acquires, and nothing while it collects. Jobs that never finish count with
  // a year.
  double Cost(const FluidOrder& order);
  // How the order serves each job now, by index of the job.
  struct Service {
    double available = 0;  // devices per second that it leaves to the job
    double speed = 0;      // rounds per second
  };
  std::vector<Service> Serve(const FluidOrder& order);

  // Steps taken so far, each a few nanoseconds: for callers with a budget instead of a clock.
  std::uint64_t work() const { return work_; }

 private:
  double TakeShare(const FluidJob& job);

  FluidFleet fleet_;
  std::vector<FluidJob> jobs_;
  std::vector<double> supply_;  // by kind
  double least_rate_ = 0;       // no job can use less
  std::size_t shares_ = 64;
  std::uint64_t work_ = 0;

  // Kept between calls, for their memory.
  std::vector<double> left_;  // by stream
  double total_left_ = 0;
  std::vector<double> remaining_;  // rounds, by job
  std::vector<double> speed_;      // rounds per second, by place in alive_
  std::vector<double> ends_;
  FluidOrder alive_;
};

}  // namespace propius
