#include "bench/wide_site.h"

#include <cmath>
#include <string>
#include <utility>

#include "scheduling/policies/venn.h"

namespace propius {

Constraint NeedsOfGroup(std::size_t group) {
  const auto tens = static_cast<double>(group / 10);
  const auto ones = static_cast<double>(group % 10);
  return Constraint(
      Attributes::Make({{"cpu_f", 1 + 0.6 * ones}, {"ram_gb", 1 + tens}, {"storage_gb", 8}}, "bench").value());
}

std::vector<Attributes> KindsOfDevices(std::size_t count, Rng& chance) {
  std::vector<Attributes> kinds;
  for (std::size_t i = 0; i < count; ++i) {
    kinds.push_back(Attributes::Make({{"android", 8 + static_cast<double>(i % 6)},
                                      {"cpu_f", 1 + 7 * chance.Uniform()},
                                      {"kbps", 1'000 + std::floor(20'000 * chance.Uniform())},
                                      {"ms_per_sample", 5 + 200 * chance.Uniform()},
                                      {"ram_gb", 1 + 12 * chance.Uniform()},
                                      {"storage_gb", 64}},
                                     "bench")
                        .value());
  }
  return kinds;
}

WideSite::WideSite(Runtime& runtime, const WideSiteOptions& options) : store_(OpenMemoryJobStore(runtime, disk_)) {
  book_ = JobBook::Open(runtime, *store_).value();
  for (std::size_t i = 0; i < options.jobs; ++i) {
    JobSpec spec;
    spec.name = "job" + std::to_string(i);
    spec.demand = options.demand;
    spec.needs = NeedsOfGroup(i % options.groups * (100 / options.groups));
    const JobId job = book_->AddJob("tenant", spec, "192.0.2.1", 1);
    RoundTerms terms;
    terms.tenant = "tenant";
    terms.job = job;
    terms.round = {1};
    terms.demand = terms.slots = terms.target = spec.demand;
    terms.max_slots = 2 * spec.demand;
    terms.deadline = runtime.Now() + 24h;
    book_->OpenRound(job, terms);
  }
  dispatcher_ = std::make_unique<Dispatcher>(runtime, *book_, window_, MakeVenn({}).value());
  ClientDeskOptions desk;
  desk.leaves = {"http://leaf-0"};
  desk.max_offers = options.max_offers;
  desk.mode = options.mode;
  clients_ = std::make_unique<ClientDesk>(runtime, *book_, *dispatcher_, window_, Sealer(std::string(32, 's')), desk);
}

}  // namespace propius
