#include "workload/inputs.h"

#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "workload/stored_trace.h"
#include "workload/table_reader.h"

namespace propius {
namespace {

// A table of a file, at least one row. Where it numbers its rows in the column `number`, these must ascend: rows stand
// for devices by their place.
template <typename Row>
Status ReadRows(LineReader lines, std::initializer_list<std::string_view> columns, std::string_view number, Row row) {
  std::string where = lines.Where();
  Result<TableReader> table = TableReader::Make(std::move(lines), columns, number);
  if (!table) return tl::unexpected(table.error());
  std::uint64_t least = 0;
  bool any = false;
  while (table->Next()) {
    if (table->has_optional()) {
      least = table->Whole(columns.size(), least, std::numeric_limits<std::uint32_t>::max()) + 1;
    }
    row(*table);
    any = true;
  }
  if (!table->status()) return table->status();
  if (any) return {};
  where.resize(where.rfind(':'));
  return Fail(Code::kInvalidArgument, where + ": expected at least one row, got none");
}

template <typename Row>
Status ReadFile(const std::string& path, std::initializer_list<std::string_view> columns, std::string_view number,
                Row row) {
  Result<LineReader> lines = LineReader::Open(path);
  if (!lines) return tl::unexpected(lines.error());
  return ReadRows(*std::move(lines), columns, number, row);
}

ArrivingJob ReadJob(TableReader& row) {
  constexpr double kMost = 1e9;
  ArrivingJob job;
  job.id = row.Whole(0, 0, std::numeric_limits<std::uint32_t>::max());
  job.arrives_s = row.Number(1, 0, kMost);
  job.spec.name = "job-" + std::to_string(job.id);
  job.spec.rounds = static_cast<std::uint32_t>(row.Whole(2, 1, 1'000'000'000));
  job.spec.demand = static_cast<std::uint32_t>(row.Whole(3, 1, 1'000'000'000));
  job.spec.deadline = FromSeconds(row.Number(4, 1e-3, kMost));
  job.spec.min_reports = row.Number(5, 1e-6, 1);
  job.workload = row.Number(6, 0, kMost);
  job.comm = row.Number(7, 0, kMost);
  job.spec.work = WorkOf(job.workload, job.comm);
  job.requirement = static_cast<int>(row.Whole(8, 0, 8));
  job.spec.needs = ClassConstraint(job.requirement);
  job.tenant = "class-" + std::to_string(job.requirement);
  return job;
}

Result<std::vector<ArrivingJob>> JobsOf(LineReader lines) {
  std::vector<ArrivingJob> jobs;
  std::set<std::uint64_t> ids;
  const Status read =
      ReadRows(std::move(lines),
               {"id", "start", "rounds", "participants", "deadline", "min_fraction", "workload", "comm", "requirement"},
               "", [&](TableReader& row) {
                 jobs.push_back(ReadJob(row));
                 if (!ids.insert(jobs.back().id).second) row.Refuse(0, "an id of its own");
               });
  if (!read) return tl::unexpected(read.error());
  return jobs;
}

}  // namespace

Result<std::shared_ptr<const SessionTrace>> ReadSessions(const std::string& path) {
  StoredSessions sessions;
  const Status read = ReadFile(path, {"start", "end"}, "", [&](TableReader& row) {
    const std::int64_t start = row.Micros(0);
    const std::int64_t end = row.Micros(1);
    if (end < start) row.Refuse(1, "an end not before the start");
    sessions.Add(start, end);
  });
  if (!read) return tl::unexpected(read.error());
  return MakeStoredTrace(std::move(sessions));
}

Result<std::vector<Fleet::Capacity>> ReadCapacities(const std::string& path) {
  std::vector<Fleet::Capacity> capacities;
  const Status read = ReadFile(path, {"computation", "communication"}, "id", [&](TableReader& row) {
    const double ms = row.Number(0, 1e-6, 1e9);
    capacities.push_back({ms, row.Number(1, 1e-6, 1e12)});
  });
  if (!read) return tl::unexpected(read.error());
  return capacities;
}

Result<std::vector<std::uint8_t>> ReadEligibility(const std::string& path) {
  std::vector<std::uint8_t> masks;
  const Status read = ReadFile(path, {"mask"}, "idx", [&](TableReader& row) {
    masks.push_back(static_cast<std::uint8_t>(row.Whole(0, 0, 255)));
  });
  if (!read) return tl::unexpected(read.error());
  return masks;
}

Result<std::vector<ArrivingJob>> ReadJobs(const std::string& path) {
  Result<LineReader> lines = LineReader::Open(path);
  if (!lines) return tl::unexpected(lines.error());
  return JobsOf(*std::move(lines));
}

Result<std::vector<ArrivingJob>> ParseJobs(std::string_view text, const std::string& what) {
  return JobsOf(LineReader::Over(text, what));
}

}  // namespace propius
