#include "control/job_request.h"

#include "base/pack.h"

namespace propius {
namespace {

void Add(Packer& packer, const Constraint& constraint) {
  packer.U32(static_cast<std::uint32_t>(constraint.bounds().entries().size()));
  for (const Attribute& bound : constraint.bounds().entries()) packer.Text(bound.name).F64(bound.value);
}

}  // namespace

std::string PackRegister(const JobSpec& spec) {
  Packer packer;
  packer.Text("register").Text(spec.name).U32(spec.rounds).U32(spec.demand);
  packer.F64(spec.over_commit).F64(spec.min_reports).I64(spec.deadline.count());
  Add(packer, spec.needs);
  Add(packer, spec.private_needs);
  packer.Text(spec.reducer.name).U32(static_cast<std::uint32_t>(spec.reducer.options.size()));
  for (const auto& [name, value] : spec.reducer.options) packer.Text(name).F64(value);
  packer.U64(spec.max_update_bytes).F64(spec.max_weight);
  // Only where they are stated: keys that were stored before there were such fields stay good.
  if (spec.share != 1 || spec.work.stated()) {
    packer.F64(spec.share).F64(spec.work.samples).F64(spec.work.kilobits);
  }
  if (spec.sync) packer.Text(ToText(*spec.sync));
  return packer.Take();
}

std::string PackRequestRound(JobId job, std::uint32_t demand, const Digest& plan) {
  return Packer().Text("request_round").U64(job.value).U32(demand).Text(plan).Take();
}

std::string PackEndRequest(const RoundKey& round) {
  return Packer().Text("end_request").U64(round.job.value).U32(round.round.value).Take();
}

std::string PackFinishJob(JobId job) { return Packer().Text("finish_job").U64(job.value).Take(); }

}  // namespace propius
