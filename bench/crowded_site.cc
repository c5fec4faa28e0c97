#include "bench/crowded_site.h"

#include <string>
#include <utility>

#include "scheduling/policies/fifo.h"

namespace propius {
namespace {

constexpr std::array<const char*, kNumbers> kNumberNames = {"android", "cpu_f", "ram_gb", "storage_gb"};
constexpr std::array<Numbers, 4> kGroups = {{{8, 1, 1, 8}, {8, 2.5, 1, 8}, {8, 1, 6, 8}, {8, 2.5, 6, 8}}};

}  // namespace

Numbers BoundsOf(std::size_t job) { return kGroups[job % kGroups.size()]; }

Numbers NumbersOf(std::uint64_t device) {
  return {10 + static_cast<double>(device % 5), (device & 1) != 0 ? 3.0 : 2.0, (device & 2) != 0 ? 8.0 : 4.0, 64};
}

Attributes AttributesOf(const Numbers& numbers) {
  std::vector<Attribute> entries;
  for (std::size_t i = 0; i < kNumbers; ++i) entries.push_back({kNumberNames[i], numbers[i]});
  return Attributes::Make(std::move(entries), "bench").value();
}

CrowdedSite::CrowdedSite(Runtime& runtime) : store_(OpenMemoryJobStore(runtime, disk_)) {
  book_ = JobBook::Open(runtime, *store_).value();
  for (std::size_t i = 0; i < kOpenJobs; ++i) {
    JobSpec spec;
    spec.name = "job" + std::to_string(i);
    spec.demand = 1'000'000;
    spec.needs = Constraint(AttributesOf(BoundsOf(i)));
    const JobId job = book_->AddJob("tenant", spec, "192.0.2.1", 1);
    RoundTerms terms;
    terms.tenant = "tenant";
    terms.job = job;
    terms.round = {1};
    terms.demand = terms.slots = terms.target = terms.max_slots = spec.demand;
    terms.deadline = runtime.Now() + 1h;
    book_->OpenRound(job, terms);
  }
  dispatcher_ = std::make_unique<Dispatcher>(runtime, *book_, window_, MakeFifo());
  ClientDeskOptions options;
  options.leaves = {"http://leaf-0"};
  clients_ =
      std::make_unique<ClientDesk>(runtime, *book_, *dispatcher_, window_, Sealer(std::string(32, 's')), options);
}

}  // namespace propius
