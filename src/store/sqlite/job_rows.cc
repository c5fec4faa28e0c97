#include "store/sqlite/columns.h"
#include "store/sqlite/rows.h"

namespace propius {

// The names are those of the paper's Table 2; what the job's owner asked for has the prefix spec_.
const TableSchema& JobTable() {
  static const TableSchema schema{
      .name = "jobs",
      .key = 1,
      .columns = {{"id", "INTEGER"},
                  {"tenant", "TEXT"},
                  {"spec_name", "TEXT"},
                  {"spec_rounds", "INTEGER"},
                  {"spec_demand", "INTEGER", "devices per round"},
                  {"spec_over_commit", "REAL"},
                  {"spec_min_reports", "REAL"},
                  {"spec_deadline", "INTEGER", "of a round, microseconds"},
                  {"spec_reducer", "TEXT"},
                  {"spec_reducer_options", "TEXT", "JSON"},
                  {"spec_max_update_bytes", "INTEGER"},
                  {"spec_max_weight", "REAL"},
                  {"public_constraint", "TEXT", "JSON, lower bounds"},
                  {"private_constraint", "TEXT", "JSON, lower bounds"},
                  {"state", "TEXT"},
                  {"time_stamp", "INTEGER", "registration; instants are microseconds since 1970"},
                  {"total_sched", "INTEGER", "microseconds"},
                  {"start_sched", "INTEGER", "latest round request"},
                  {"job_ip", "TEXT"},
                  {"port", "INTEGER"},
                  {"total_demand", "INTEGER", "devices, estimated over all rounds"},
                  {"total_round", "INTEGER", "rounds, estimated"},
                  {"attained_service", "INTEGER", "devices bound, over all rounds"},
                  {"round", "INTEGER", "latest"},
                  {"demand", "INTEGER", "devices of the latest round, over-commit included"},
                  {"amount", "INTEGER", "of them, bound and not lost"},
                  {"score", "REAL", "higher is served first"},
                  {"last_heard", "INTEGER"},
                  {"finish_reason", "TEXT"},
                  {"spec_share", "REAL", "weight among the jobs of its tenant", 2, 1.0},
                  {"spec_work_samples", "REAL", "of a round, per device; 0: not stated", 2, 0.0},
                  {"spec_work_kilobits", "REAL", "", 2, 0.0},
                  {"spec_sync", "TEXT", "of an asynchronous job, else empty", 3, std::string_view()}},
  };
  return schema;
}

RowWriter RowOf(const Job& job) {
  const JobSpec& spec = job.spec;
  RowWriter row;
  row.U64(job.id.value).Text(job.tenant);
  row.Text(spec.name).U32(spec.rounds).U32(spec.demand).Real(spec.over_commit).Real(spec.min_reports);
  row.Span(spec.deadline).Text(spec.reducer.name).OwnText(NumbersToJson(spec.reducer.options));
  row.U64(spec.max_update_bytes).Real(spec.max_weight);
  row.OwnText(AttributesToJson(spec.needs.bounds())).OwnText(AttributesToJson(spec.private_needs.bounds()));
  row.Text(StateName(job.state)).At(job.time_stamp).Span(job.total_sched).At(job.start_sched);
  row.Text(job.job_ip).U32(job.port).U64(job.total_demand).U32(job.total_round).U64(job.attained_service);
  row.U32(job.round.value).U32(job.demand).U32(job.amount).Real(job.score);
  row.At(job.last_heard).Text(job.finish_reason);
  row.Real(spec.share).Real(spec.work.samples).Real(spec.work.kilobits);
  row.OwnText(spec.sync ? ToText(*spec.sync) : "");
  return row;
}

Result<Job> ReadJob(SqlRow values) {
  RowReader row(values);
  Job job;
  JobSpec& spec = job.spec;
  job.id = {row.U64()};
  job.tenant = row.Text();
  spec.name = row.Text();
  spec.rounds = row.U32();
  spec.demand = row.U32();
  spec.over_commit = row.Real();
  spec.min_reports = row.Real();
  spec.deadline = row.Span();
  spec.reducer.name = row.Text();
  auto options = NumbersFromJson(row.View());
  if (!options) return tl::unexpected(options.error());
  spec.reducer.options = std::move(*options);
  spec.max_update_bytes = row.U64();
  spec.max_weight = row.Real();
  auto needs = AttributesFromJson(row.View(), "public_constraint");
  if (!needs) return tl::unexpected(needs.error());
  spec.needs = Constraint(std::move(*needs));
  auto private_needs = AttributesFromJson(row.View(), "private_constraint");
  if (!private_needs) return tl::unexpected(private_needs.error());
  spec.private_needs = Constraint(std::move(*private_needs));
  const auto state = FromName(row.View(), JobState::kFinished, StateName, "jobs.state");
  if (!state) return tl::unexpected(state.error());
  job.state = *state;
  job.time_stamp = row.At();
  job.total_sched = row.Span();
  job.start_sched = row.At();
  job.job_ip = row.Text();
  job.port = row.U32();
  job.total_demand = row.U64();
  job.total_round = row.U32();
  job.attained_service = row.U64();
  job.round = {row.U32()};
  job.demand = row.U32();
  job.amount = row.U32();
  job.score = row.Real();
  job.last_heard = row.At();
  job.finish_reason = row.Text();
  spec.share = row.Real();
  spec.work.samples = row.Real();
  spec.work.kilobits = row.Real();
  auto sync = SyncFromText(row.View());
  if (!sync) return tl::unexpected(sync.error());
  spec.sync = std::move(*sync);
  return job;
}

}  // namespace propius
