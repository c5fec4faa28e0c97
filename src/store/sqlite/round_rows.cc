#include "base/crypto.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/rows.h"

namespace propius {

const TableSchema& RoundTable() {
  static const TableSchema schema{
      .name = "rounds",
      .key = 2,
      .columns = {{"job", "INTEGER"},
                  {"round", "INTEGER"},
                  {"tenant", "TEXT"},
                  {"demand", "INTEGER", "devices asked for"},
                  {"slots", "INTEGER", "over-commit included"},
                  {"target", "INTEGER", "contributions that complete the round"},
                  {"max_slots", "INTEGER", "slot numbers are below this"},
                  {"deadline", "INTEGER", "instants are microseconds since 1970"},
                  {"plan", "TEXT", "SHA-256"},
                  {"reducer", "TEXT"},
                  {"reducer_options", "TEXT", "JSON"},
                  {"max_update_bytes", "INTEGER"},
                  {"max_weight", "REAL"},
                  {"requested_at", "INTEGER"},
                  {"filled_at", "INTEGER", "null: not yet"},
                  {"closed_at", "INTEGER", "null: open"},
                  {"allocation_ended", "INTEGER"},
                  {"issued", "INTEGER", "next slot number"},
                  {"live", "INTEGER", "binds that are live or reported"},
                  {"reported", "INTEGER", "of them, reported committed by their device"},
                  {"failed", "INTEGER"},
                  {"expired", "INTEGER"},
                  {"counted", "INTEGER"},
                  {"outcome", "TEXT"},
                  {"reason", "TEXT"},
                  {"sync", "TEXT", "of an asynchronous job, else empty", 3, std::string_view()}},
  };
  return schema;
}

RowWriter RowOf(const Round& round) {
  const RoundTerms& terms = round.terms;
  RowWriter row;
  row.Round(terms.key()).Text(terms.tenant);
  row.U32(terms.demand).U32(terms.slots).U32(terms.target).U32(terms.max_slots).At(terms.deadline);
  row.OwnText(ToHex(terms.plan)).Text(terms.reducer.name).OwnText(NumbersToJson(terms.reducer.options));
  row.U64(terms.max_update_bytes).Real(terms.max_weight);
  row.At(round.requested_at).At(round.filled_at).At(round.closed_at).Flag(round.allocation_ended);
  row.U32(round.issued).U32(round.live).U32(round.reported).U32(round.failed).U32(round.expired).U32(round.counted);
  row.Text(OutcomeName(round.outcome)).Text(round.reason);
  row.OwnText(terms.sync ? ToText(*terms.sync) : "");
  return row;
}

Result<Round> ReadRound(SqlRow values) {
  RowReader row(values);
  Round round;
  RoundTerms& terms = round.terms;
  const RoundKey key = row.Round();
  terms.job = key.job;
  terms.round = key.round;
  terms.tenant = row.Text();
  terms.demand = row.U32();
  terms.slots = row.U32();
  terms.target = row.U32();
  terms.max_slots = row.U32();
  terms.deadline = row.At();
  auto plan = DigestFromHex(row.View(), "rounds.plan");
  if (!plan) return tl::unexpected(plan.error());
  terms.plan = std::move(*plan);
  terms.reducer.name = row.Text();
  auto options = NumbersFromJson(row.View());
  if (!options) return tl::unexpected(options.error());
  terms.reducer.options = std::move(*options);
  terms.max_update_bytes = row.U64();
  terms.max_weight = row.Real();
  round.requested_at = row.At();
  round.filled_at = row.MaybeAt();
  round.closed_at = row.MaybeAt();
  round.allocation_ended = row.Flag();
  round.issued = row.U32();
  round.live = row.U32();
  round.reported = row.U32();
  round.failed = row.U32();
  round.expired = row.U32();
  round.counted = row.U32();
  const auto outcome = FromName(row.View(), RoundOutcome::kAborted, OutcomeName, "rounds.outcome");
  if (!outcome) return tl::unexpected(outcome.error());
  round.outcome = *outcome;
  round.reason = row.Text();
  auto sync = SyncFromText(row.View());
  if (!sync) return tl::unexpected(sync.error());
  terms.sync = std::move(*sync);
  return round;
}

}  // namespace propius
